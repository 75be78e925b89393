"""`python -m course_lib.grading.plain_kernel connection.json`: an ipykernel that answers the grader, with no walls around it."""

import sys

from ipykernel.kernelapp import IPKernelApp

from .answering import serve_grader

if __name__ == "__main__":
    app = IPKernelApp.instance(connection_file=sys.argv[1])
    app.initialize(["--HistoryManager.enabled=False"])
    serve_grader(app.kernel)
    app.start()
