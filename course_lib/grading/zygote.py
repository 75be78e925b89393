r"""The warm process inside the sandbox: it has imported torch once and forks a kernel for each submission.

`python -m course_lib.grading.zygote SOCKET` runs under bubblewrap, without network, as an unprivileged user, on a file
system where nothing can be written but /jobs (one folder a kernel, shared with the grader) and the folder of SOCKET.
It never runs student code itself. For each connection it forks twice:

    zygote --fork--> guard: new user, mount, pid, ipc namespaces; obeys the connection ("interrupt", "kill", hang-up)
                       \--fork--> kernel, pid 1 of its namespace: own mounts, ipykernel, then no privileges, then student code

The kernel sees a read-only system, a private bounded /scratch and nothing else: not the folder its own sockets lie in,
not the control socket, not another kernel's process or file.
"""

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys

from . import confine

PRELOAD = """
    numpy torch torch.nn torch.nn.functional torch.optim torch.testing torch._dynamo safetensors.torch tqdm.auto
    matplotlib.pyplot matplotlib_inline.backend_inline IPython ipykernel.kernelapp ipykernel.zmqshell ipykernel.ipkernel
    ipykernel.debugger ipywidgets PIL.Image jedi course_lib.data course_lib.viz course_lib.grading.answering
""".split()  # noqa: SIM905


def preload(names=PRELOAD):
    """Import what notebooks import, so that a fork has it; what is not installed is left out."""
    for name in names:
        try:
            __import__(name)
        except ImportError:
            continue
    _warm_up()
    gc.collect()
    gc.freeze()  # the collector of a fork then leaves these pages alone, and shared
    confine.use_huge_pages()  # eleven forks a submission, each of which copies the page tables


def _warm_up():
    """First uses that are slow: a photograph and a figure, a traceback, autograd, each load what they need."""
    try:
        import torch
        from IPython.core.ultratb import VerboseTB

        from course_lib import data, viz

        viz.image_grid([data.to_float(data.photo("china"))], size=1.0, alt="warm-up")
        try:
            raise ValueError
        except ValueError:
            VerboseTB().text(*sys.exc_info())
        x = torch.ones(1, 1, 2, 2, requires_grad=True)
        torch.nn.functional.conv2d(x, x.detach()).sum().backward()
    except Exception as error:  # a warm-up that fails costs time, nothing else
        print(f"warm-up: {error}", file=sys.stderr)


def serve(path):
    """Accept connections on the Unix socket at `path` for ever; one guard process for each."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path + ".new")
    server.listen(64)
    os.rename(path + ".new", path)  # whoever sees the socket may connect
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # guards report to the grader, not to us
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            status = 70
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                confine.die_with_parent()
                server.close()
                status = guard(connection)
            except BaseException as error:
                _tell(connection, error=f"{type(error).__name__}: {error}")
            finally:
                os._exit(status)
        connection.close()


def _tell(connection, **message):
    with contextlib.suppress(OSError):  # the grader is gone
        connection.sendall(json.dumps(message).encode() + b"\n")


def guard(connection):
    """Start one kernel for the request on `connection`, pass its orders on, report its end. Returns an exit status."""
    request = json.loads(connection.makefile("rb").readline(1 << 16))
    _tell(connection, state="born")  # the grader reads our pid off this message and puts us into a cgroup,
    if connection.recv(1) != b"g":  # which our children inherit; then: go
        return 0
    uid, gid = os.getuid(), os.getgid()
    namespaces = confine.NEWUSER | confine.NEWNS | confine.NEWPID | confine.NEWIPC | confine.NEWUTS
    confine.unshare(namespaces)
    confine.write_id_maps(uid, gid)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            connection.close()
            os.setsid()
            confine.die_with_parent()
            become_kernel(request, theirs)
        except BaseException as error:
            _tell(theirs, error=f"{type(error).__name__}: {error}")
        finally:
            os._exit(71)
    theirs.close()
    ready = ours.makefile("rb").readline(1 << 16)
    connection.sendall(ready or b'{"error": "the kernel ended before it was ready"}\n')
    ended = os.pidfd_open(pid)
    while True:
        readable, _, _ = select.select([connection, ended], [], [])
        if ended in readable:
            _, status = os.waitpid(pid, 0)
            _tell(connection, state="ended", status=os.waitstatus_to_exitcode(status))
            return 0
        order = connection.recv(1)
        os.kill(pid, signal.SIGINT if order == b"i" else signal.SIGKILL)  # a hang-up is an order to kill


def become_kernel(request, guard_socket):
    """Build the private view, start ipykernel in it, give up all power, then serve the notebook. Never returns."""
    job, limits = request["job"], request["limits"]
    filter_library = confine.load_seccomp()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # ours lead to a file of the grader
        os.dup2(nowhere, descriptor)
    _mounts(job, limits["disk_mb"])
    os.chdir("/scratch/work")
    os.environ.update(HOME="/scratch/work", TMPDIR="/tmp", IPYTHONDIR="/scratch/ipython")
    from ipykernel.kernelapp import IPKernelApp

    from . import answering

    app = IPKernelApp.instance(connection_file="/job/connection.json", user_ns={})
    app.initialize(
        ["--HistoryManager.enabled=False", "--IPKernelApp.outstream_class=ipykernel.iostream.OutStream"]
    )
    answering.serve_grader(app.kernel)
    sys.path.insert(0, "")  # as in a notebook: its own folder comes first
    confine.tmpfs("/job", 1, confine.RDONLY)  # the sockets in it are bound; nobody can swap them any more
    confine.limit(limits["memory_mb"], limits["disk_mb"], limits["processes"], int(limits["notebook_s"]) + 60)
    confine.drop_privileges()
    if filter_library is not None:
        confine.filter_syscalls(filter_library)
    _tell(guard_socket, state="ready", seccomp=filter_library is not None)
    guard_socket.close()
    app.start()
    os._exit(0)


def _mounts(job, disk_mb):
    """The kernel's own view of the file system; see the module's first lines."""
    hidden = confine.NOSUID | confine.NODEV | confine.NOEXEC
    confine.mount(None, "/", None, confine.REC | confine.PRIVATE)
    confine.mount(job, "/job", None, confine.BIND)
    confine.tmpfs("/scratch", disk_mb)
    shutil.copytree("/job/work", "/scratch/work")
    for folder in ("/scratch/tmp", "/scratch/ipython"):
        os.mkdir(folder)
    confine.mount("/scratch/tmp", "/tmp", None, confine.BIND)
    confine.tmpfs("/dev/shm", min(disk_mb, 64))
    with contextlib.suppress(
        PermissionError
    ):  # a container that masks /proc: the sandbox's own stays, which shows
        confine.mount("proc", "/proc", "proc", hidden)  # other kernels' numbers and no more
    for folder in ("/jobs", "/control", "/proc.outer"):
        if os.path.isdir(folder):
            confine.tmpfs(folder, 1, confine.RDONLY | hidden)


if __name__ == "__main__":
    preload()
    serve(sys.argv[1])
