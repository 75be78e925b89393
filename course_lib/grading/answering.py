r"""How a kernel answers the grader: one message type of its own beside the notebook's, one fork for each question.

The grader sends a `grade_request` with an encoded request (`codec`); a fork of the kernel runs the probe on the notebook's
namespace and sends the encoded reply up a pipe. So a question cannot change what the next one sees, and a function that
hangs, crashes or eats memory costs only its own check. Nothing here is secret or trusted: student code in the same
process could rewrite it, and would still have to send the right numbers.
"""

import os
import select
import signal
import sys
import time

from .codec import decode, encode
from .probes import run

MAX_REPLY = 48 << 20
NO_FORK = "the kernel could not start another process"


def serve_grader(kernel):
    """Teach an ipykernel the `grade_request` message: {"seconds": limit} and one buffer, an encoded request."""

    def grade_request(stream, ident, parent):
        request = bytes(parent["buffers"][0])
        error, reply = ask_fork(kernel.shell.user_ns, request, float(parent["content"]["seconds"]))
        content = {"status": "ok"} if error is None else {"status": "error", "evalue": error}
        kernel.session.send(stream, "grade_reply", content, parent, ident=ident, buffers=[reply])

    kernel.shell_handlers["grade_request"] = grade_request


def ask_fork(namespace, request, seconds):
    """Run one encoded request in a fork. Returns (None, reply bytes) or (why there is none, b"").

    On the pipe: "+" and the encoded reply, or "-" and the reason in words.
    """
    reader, writer = os.pipe()
    try:
        pid = os.fork()
    except OSError as error:  # the notebook has used up its processes
        os.close(reader)
        os.close(writer)
        return f"{NO_FORK} ({error.strerror})", b""
    if pid == 0:
        os.close(reader)
        _answer_and_exit(namespace, request, writer)
    os.close(writer)
    try:
        reply, why = _read_all(reader, time.monotonic() + seconds)
    finally:
        os.close(reader)
        for kill in (os.killpg, os.kill):
            try:
                kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if why is not None:
        return why.format(seconds=seconds), b""
    if not reply:
        return f"the function ended the process ({_name_of(code)})", b""
    return (None, reply[1:]) if reply[:1] == b"+" else (reply[1:].decode("utf-8", "replace"), b"")


def _answer_and_exit(namespace, request, writer):
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _be_first_to_die()
        import torch

        torch.set_num_threads(1)  # the threads of a pool do not survive a fork
        try:
            reply = b"+" + encode(run(namespace, decode(request)))
        except (Exception, SystemExit) as error:
            reply = b"-" + f"{type(error).__name__}: {error}"[:300].encode("utf-8", "replace")
        view = memoryview(reply)
        while view:
            view = view[os.write(writer, view[: 1 << 20]) :]
    finally:
        os._exit(0)


def _be_first_to_die():
    """When memory runs out, the fork goes, not the notebook."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass


def _read_all(reader, deadline):
    """Everything from a pipe until it closes; (bytes, None), or (b"", why not)."""
    parts, size = [], 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b"", "the function did not come back within {seconds:g} s"
        part = os.read(reader, 1 << 20)
        if not part:
            return b"".join(parts), None
        size += len(part)
        if size > MAX_REPLY:
            return b"", f"the answer is larger than {MAX_REPLY >> 20} MiB"
        parts.append(part)


def _name_of(code):
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
