r"""The prison: a zygote under bubblewrap and the kernels it forks. What is exposed, what is bounded, and when we refuse.

    with Sandbox(private=[course / "solutions"]) as sandbox:
        with sandbox.kernel(files={"reference.safetensors": path}) as kernel:
            kernel.connection   # for `session.Session`

Exposed, read-only: /usr, the Python in use, course_lib. Nothing else of this machine: no network, no home, no solutions.
Linux only. Where bubblewrap or its namespaces are missing, `SandboxError` says what to do; `Unconfined` runs a kernel with
no walls at all, and is chosen by name only.
"""

import atexit
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .cgroup import Group

LIBRARY = Path(__file__).resolve().parents[1]  # course_lib/
PRIVATE = (
    "solutions",
    "submitted",
    "autograded",
    "feedback",
    "release",
    "exchange",
    "reports",
    "tests",
    ".git",
    "gradebook.db",
)


def private_of(root):
    """What no kernel may see of the course in `root` and of this repository, should they lie under something exposed."""
    return [Path(folder, name) for folder in (Path(root).resolve(), LIBRARY.parent) for name in PRIVATE]


class SandboxError(RuntimeError):
    """The sandbox cannot run here, and why."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Memory and disk in MB (2^20 bytes), times in seconds of wall clock."""

    memory_mb: int = 3072
    disk_mb: int = 256
    processes: int = 128
    cell_s: float = 60.0
    check_s: float = 30.0
    notebook_s: float = 300.0
    output_kb: int = 256
    image_kb: int = 4096
    gpu: bool = False


def inside(path):
    """Where a path of our Python lies in the sandbox. A virtual environment moves: it may lie under /tmp, which is replaced."""
    path, environment = Path(path), Path(sys.prefix)
    if sys.prefix != sys.base_prefix and path.is_relative_to(environment):
        return Path("/environment") / path.relative_to(environment)
    return path


def bwrap_command(folder, library=LIBRARY, private=(), uid=None, gpu=False, environment=None):
    """The argument list that starts a process in the outer sandbox, less the command itself.

    folder: has jobs/ and control/, the only places shared with the grader. private: paths that must not be seen even when
    they lie under something exposed (a virtual environment that *is* the course's folder). uid: run as this unprivileged
    user, for a grader that is root; None: as ourselves.
    """
    command = ["bwrap", "--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--unshare-user"] if uid is None else ["--cap-drop", "ALL"]
    if uid is not None:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            command += ["--cap-add", capability]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"):
        command += ["--ro-bind-try", path, path]
    exposed = {Path(path): inside(path) for path in (sys.base_prefix, sys.prefix) if path != "/usr"}
    for path, target in exposed.items():
        for parent in reversed(target.parents[:-1]):  # bubblewrap would make them for root's eyes only
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", str(path), str(target)]
    for hidden in map(Path, private):
        for path, target in exposed.items():
            if hidden.is_relative_to(path) and hidden.exists():
                there = str(target / hidden.relative_to(path))
                command += ["--tmpfs", there] if hidden.is_dir() else ["--ro-bind", "/dev/null", there]
    command += ["--perms", "0755", "--dir", "/course", "--ro-bind", str(library), "/course/course_lib"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    if (
        uid is not None
    ):  # as root, bubblewrap masks parts of /proc; the kernel then lets nobody mount a fresh one inside
        command += [
            "--bind",
            "/proc",
            "/proc.outer",
        ]  # unless a whole one is in view; kernels get it covered up
    if gpu:
        for path in sorted(Path("/dev").glob("nvidia*")):
            command += ["--dev-bind", str(path), str(path)]
        command += ["--ro-bind-try", "/sys", "/sys"]
    command += ["--bind", f"{folder}/jobs", "/jobs", "--bind", f"{folder}/control", "/control"]
    command += ["--perms", "1777", "--tmpfs", "/tmp"]
    for name in ("/job", "/scratch"):
        command += ["--perms", "0755", "--dir", name]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    variables = {
        "PATH": f"{inside(sys.prefix)}/bin:/usr/bin:/bin",
        "PYTHONPATH": "/course",
        "LANG": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "HOME": "/scratch/work",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "COURSE_SANDBOX": "1",
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
        **({} if gpu else {"CUDA_VISIBLE_DEVICES": ""}),
        **(environment or {}),
    }
    for name, value in variables.items():
        command += ["--setenv", name, value]
    if uid is not None:
        command += [
            "setpriv",
            f"--reuid={uid}",
            f"--regid={uid}",
            "--clear-groups",
            "--bounding-set=-all",
            "--no-new-privs",
        ]
    return command


UNPRIVILEGED_UID = 64_999  # no account has it: beyond useradd's range, below systemd's


def requirements():
    """Why the sandbox cannot work on this machine, in words that say what to do; None when it can."""
    if not sys.platform.startswith("linux"):
        return f"the sandbox needs Linux (this is {sys.platform}): grade on a Linux machine, or ask for --no-sandbox by name"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: `apt-get install bubblewrap` (Debian, Ubuntu) or `dnf install bubblewrap`"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "setpriv is not installed: `apt-get install util-linux`"
    return None


class Sandbox:
    """One zygote under bubblewrap, started at the first kernel. Close it, or use it as a context manager.

    control: the folder of a sandbox that another process runs; this one then only asks it for kernels.
    """

    def __init__(self, limits=None, private=(), uid=UNPRIVILEGED_UID, control=None):
        self.limits = limits or Limits()
        self.private = list(private)
        self.uid = uid if os.geteuid() == 0 else None
        self.folder = Path(control) if control else None
        self.process = None
        self._owner = None if control else os.getpid()

    def launch(self):
        """Start the zygote without waiting for it to be warm. Raises SandboxError when there can be no sandbox."""
        if self.folder is not None:
            return self
        reason = requirements()
        if reason:
            raise SandboxError(reason)
        sweep()
        self.folder = Path(
            tempfile.mkdtemp(prefix="grader-", dir="/tmp")
        )  # short: a socket's path has 107 bytes
        (self.folder / "owner").write_text(str(os.getpid()))
        self.folder.chmod(0o711)
        for name in ("jobs", "control"):
            (self.folder / name).mkdir(mode=0o700)
        if self.uid is not None:
            (self.folder / "jobs").chmod(0o711)
            os.chown(self.folder / "control", self.uid, self.uid)
        atexit.register(self.close)
        command = bwrap_command(self.folder, private=self.private, uid=self.uid, gpu=self.limits.gpu)
        command += [str(inside(sys.executable)), "-m", "course_lib.grading.zygote", "/control/zygote"]
        with open(self.folder / "zygote.log", "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
        return self

    def start(self, patience_s=300.0):
        """Start the zygote and wait until it is warm. Raises SandboxError, with what bubblewrap said, if it cannot."""
        self.launch()
        deadline = time.monotonic() + patience_s
        while self.process is not None and not (self.folder / "control" / "zygote").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "zygote.log").read_text(errors="replace")[-2000:].strip()
                self.close()
                raise SandboxError(
                    f"the sandbox did not start. It said: {said or 'nothing'}. Where user namespaces are forbidden, allow them "
                    "(sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap); in a container, they "
                    "must be allowed from outside"
                )
            time.sleep(0.02)
        return self

    def close(self):
        """Kill the zygote and every kernel, remove the shared folder."""
        if self._owner != os.getpid() or self.folder is None:
            return
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        Group.remove_all(f"course-{self.folder.name}-")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = self.process = None
        atexit.unregister(self.close)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.close()

    @contextlib.contextmanager
    def kernel(self, files=None):
        """A fresh kernel whose folder holds copies of `files` ({name: path}); killed and erased at the end."""
        self.start()
        name = secrets.token_hex(6)
        job = self.folder / "jobs" / name
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, job, ignore_errors=True)
            connection = socket.socket(socket.AF_UNIX)
            try:
                info = _prepare(job, files or {}, "/job/k", self.uid)
                pid = self._ask_zygote(connection, f"/jobs/{name}")
                group = Group.make(
                    f"course-{self.folder.name}-{name}", self.limits.memory_mb, self.limits.processes
                )
                if group is not None:
                    stack.callback(group.remove)
                    group.add(pid)
                stack.callback(
                    connection.close
                )  # first of all: the guard takes a hang-up for an order to kill
                connection.sendall(b"g")
                state = _read_line(connection)
                if state.get("state") != "ready":
                    raise SandboxError(f"the kernel did not start: {state.get('error', state)}")
                connection.setblocking(False)
            except (OSError, ValueError) as error:
                connection.close()
                raise SandboxError(f"the sandbox's zygote does not answer: {error}") from error
            yield Kernel(connection, {**info, "ip": str(job / "k")}, group, state.get("seccomp", False))

    def _ask_zygote(self, connection, job):
        """Ask for a kernel. Returns the guard's process number; it waits for a word before it goes on."""
        connection.settimeout(120)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        connection.connect(str(self.folder / "control" / "zygote"))
        connection.sendall(json.dumps({"job": job, "limits": asdict(self.limits)}).encode() + b"\n")
        _, pid = _receive_with_pid(connection)
        return pid


def sweep(where="/tmp"):
    """Remove what killed graders left behind: their folders and control groups."""
    for folder in Path(where).glob("grader-*"):
        try:
            if folder.stat().st_uid != os.geteuid() or Path("/proc", (folder / "owner").read_text()).exists():
                continue
            Group.remove_all(f"course-{folder.name}-")
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def _prepare(job, files, inside, uid):
    """Lay out a kernel's folder: its files, its connection file. Returns the connection's parameters."""
    work = job / "work"
    work.mkdir(parents=True)
    for name, path in files.items():
        copy_regular(path, work / name)
    info = {"transport": "ipc", "ip": inside, "key": secrets.token_hex(32), "signature_scheme": "hmac-sha256"}
    info |= {
        f"{name}_port": port for port, name in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)
    }
    (job / "connection.json").write_text(json.dumps(info))
    if uid is not None:
        for path in (job, *job.rglob("*")):
            os.chown(path, uid, uid)
    job.chmod(0o700)
    return info


def copy_regular(source, target, max_bytes=64 << 20):
    """Copy one plain file of bounded size; a link, a pipe or a device is refused with a ValueError."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > max_bytes:
            raise ValueError(f"{source} is not a plain file of at most {max_bytes} bytes")
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as copy:
            shutil.copyfileobj(file, copy)


def _receive_with_pid(connection):
    """The guard's first line, and its process number as this machine counts (the kernel translates it)."""
    data, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_SPACE(struct.calcsize("3i")))
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return json.loads(data), struct.unpack("3i", payload[: struct.calcsize("3i")])[0]
    raise ValueError("no credentials came with the guard's first message")


def _read_line(connection):
    data = b""
    while not data.endswith(b"\n"):
        part = connection.recv(4096)
        if not part or len(data) > 1 << 16:
            break
        data += part
    return json.loads(data or b"{}")


class Kernel:
    """A running kernel: how to reach it, interrupt it, kill it. Made by `Sandbox.kernel` and `Unconfined.kernel`."""

    def __init__(self, control, connection, group=None, seccomp=False):
        self._control = control
        self.connection = connection
        self.group = group
        self.seccomp = seccomp

    def interrupt(self):
        self._order(b"i")

    def kill(self):
        self._order(b"k")

    def _order(self, order):
        with contextlib.suppress(OSError):
            self._control.send(order)

    def alive(self):
        """Whether the kernel has not ended (its guard reports when it does)."""
        try:
            self._control.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False


class Unconfined:
    """Kernels without any wall, for machines that have no sandbox: student code then runs as you, with your files.

    Only ever chosen by name (`--no-sandbox`).
    """

    def __init__(self, limits=None):
        self.limits = limits or Limits()

    def start(self):
        return self

    def close(self):
        pass

    __enter__ = start

    def __exit__(self, *exception):
        pass

    @contextlib.contextmanager
    def kernel(self, files=None):
        job = Path(tempfile.mkdtemp(prefix="grader-"))
        process = None
        try:
            info = _prepare(job / "j", files or {}, "", None) | {"transport": "tcp", "ip": "127.0.0.1"}
            info |= dict(zip((name for name in info if name.endswith("_port")), _free_ports(5), strict=True))
            (job / "j" / "connection.json").write_text(json.dumps(info))
            command = [
                sys.executable,
                "-m",
                "course_lib.grading.plain_kernel",
                str(job / "j" / "connection.json"),
            ]
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(LIBRARY.parent)}
            process = subprocess.Popen(
                command, cwd=job / "j" / "work", env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            yield _PlainKernel(process, info)
        finally:
            if process is not None:
                process.kill()
                process.wait()
            shutil.rmtree(job, ignore_errors=True)


class _PlainKernel(Kernel):
    def __init__(self, process, connection):
        super().__init__(None, connection)
        self.process = process

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def kill(self):
        self.process.kill()

    def alive(self):
        return self.process.poll() is None


def _free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
