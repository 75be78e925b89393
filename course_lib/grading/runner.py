r"""Grade a whole class: `python -m course_lib.grading.runner a1_convolution`.

The sandbox takes as long to warm up as torch and nbgrader take to import here, so it is started before they are: this
file imports neither. The work itself is `batch`'s.
"""

import argparse
import sys
from pathlib import Path

from .sandbox import Limits, Sandbox, SandboxError, private_of


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="course_lib.grading.runner", description=__doc__.split("\n\n")[0])
    parser.add_argument("assignment")
    parser.add_argument("--root", default=".", help="the course's folder (default: this one)")
    parser.add_argument("--workers", type=int, help="processes (default: one for each core)")
    parser.add_argument("--student", default="*", help="grade only students whose name fits this pattern")
    parser.add_argument("--no-feedback", action="store_true")
    parser.add_argument("--no-sandbox", action="store_true", help="run student code as you, with your files: never on a machine you care for")  # fmt: skip
    parser.add_argument("--gpu", action="store_true", help="let kernels use this machine's GPU")
    options = parser.parse_args(arguments)
    limits = {"gpu": True} if options.gpu else {}
    sandbox = None
    try:
        if not options.no_sandbox:
            sandbox = Sandbox(Limits(**limits), private_of(options.root)).launch()
        # jsonschema would compile a grammar of IRIs on import, as long a business as importing torch; no notebook has one
        sys.modules.setdefault("rfc3987_syntax", None)
        from .batch import run

        done = run(
            options.assignment, options.root, options.workers, options.student,
            limits=limits, sandboxed=not options.no_sandbox, feedback=not options.no_feedback, sandbox=sandbox,
        )  # fmt: skip
    except (SandboxError, FileNotFoundError, ValueError, RuntimeError) as error:
        print(f"Not graded: {error}", file=sys.stderr)
        return 2
    finally:
        if sandbox is not None:
            sandbox.close()
    print((Path(options.root) / "reports" / options.assignment / "report.txt").read_text())
    return 1 if done.failed else 0


if __name__ == "__main__":
    sys.exit(main())
