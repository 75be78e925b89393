r"""A conversation with one kernel: run a cell, ask a question. Everything that comes back is bounded while it streams.

Jupyter's messaging protocol (5.3) by pyzmq and `jupyter_client.session.Session`. The other end may lie, flood, hang or
die; here that is an `Outcome` or a `KernelError`, never an exception of another kind, and never more memory than `Limits` allow.
"""

import re
import time
from dataclasses import dataclass, field

import zmq
from jupyter_client.session import Session

from . import answering, codec

MAX_MESSAGE = 64 << 20  # bytes of one frame; ZeroMQ hangs up on more
MAX_FLOOD = 32 << 20  # bytes of output after which a cell is interrupted
GRACE_S = 3.0  # after an interrupt, before the kernel is killed; after a reply, for output still under way
EMBEDDED = re.compile(r'<img src="data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/=]+)"')
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class KernelError(RuntimeError):
    """The kernel gave no answer, and why. `dead`: it will give no other either."""

    def __init__(self, message, dead=False):
        super().__init__(message)
        self.dead = dead


@dataclass
class Outcome:
    """What running one cell came to."""

    status: str  # "ok", "error", "timeout", "flood", "dead"
    outputs: list = field(default_factory=list)
    seconds: float = 0.0


class Conversation:
    """Talks to a `sandbox.Kernel`. Close it before the kernel goes."""

    def __init__(self, kernel, limits):
        self.kernel, self.limits = kernel, limits
        info = kernel.connection
        self.session = Session(key=info["key"].encode(), signature_scheme=info["signature_scheme"])
        self.context = zmq.Context()
        self.shell = self._connect(info, "shell", zmq.DEALER, waiting=16)
        self.iopub = self._connect(info, "iopub", zmq.SUB, waiting=200)
        self.iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self.poller = zmq.Poller()
        self.poller.register(self.shell, zmq.POLLIN)
        self.poller.register(self.iopub, zmq.POLLIN)

    def _connect(self, info, channel, kind, waiting):
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RCVHWM, waiting)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE if channel == "shell" else 8 << 20)
        colon = "-" if info["transport"] == "ipc" else ":"
        socket.connect(f"{info['transport']}://{info['ip']}{colon}{info[channel + '_port']}")
        return socket

    def close(self):
        self.context.destroy(linger=0)

    def wait_until_ready(self, seconds=120.0):
        """Until the kernel answers and its output channel is heard. Raises KernelError."""
        deadline = time.monotonic() + seconds
        answered, heard, asked, patience = False, False, set(), 0.01
        while not (answered and heard):
            if not self.kernel.alive() or time.monotonic() > deadline:
                raise KernelError("the kernel did not start", dead=True)
            asked.add(self.session.send(self.shell, "kernel_info_request", {})["header"]["msg_id"])
            again = time.monotonic() + patience  # the first may be published before we have subscribed
            patience = min(2 * patience, 0.1)
            while time.monotonic() < again and not (answered and heard):
                for channel, message, _ in self._receive(again - time.monotonic()):
                    if message["parent_header"].get("msg_id") in asked:
                        answered |= channel == "shell"
                        heard |= channel == "iopub"

    def _receive(self, seconds):
        """Messages that have come, as (channel, message, bytes); waits at most `seconds` for the first."""
        received = []
        for socket, _ in self.poller.poll(max(0, seconds) * 1000):
            for _ in range(50):
                try:
                    frames = socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                size = sum(map(len, frames))
                try:
                    _, frames = self.session.feed_identities(frames)
                    message = self.session.deserialize(frames)
                    message["content"] = message["content"] if isinstance(message["content"], dict) else {}
                    message["parent_header"] = dict(message["parent_header"] or {})
                except Exception:  # unsigned, malformed, absurdly nested: not for us
                    continue
                received.append(("shell" if socket is self.shell else "iopub", message, size))
        return received

    def run(self, source, seconds=None):
        """Run one cell's source. Returns an `Outcome`; status "dead" when the kernel is gone (also: had to be killed)."""
        start = time.monotonic()
        deadline = start + min(seconds or self.limits.cell_s, self.limits.cell_s)
        request = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}  # fmt: skip
        asked = self.session.send(self.shell, "execute_request", request)["header"]["msg_id"]
        box = OutputBox(self.limits)
        status, reply, replied, idle, interrupted = "ok", None, start, False, None
        while reply is None or not idle:
            now = time.monotonic()
            if reply is not None:
                deadline = min(deadline, replied + GRACE_S)  # output may be lost; do not wait for ever
                if now >= deadline:
                    break
            elif now >= deadline or (box.flood > MAX_FLOOD and interrupted is None):
                if interrupted is not None:
                    self.kernel.kill()
                    return Outcome("dead", [*box.outputs, _stopped(status, self.limits)], now - start)
                status = "flood" if box.flood > MAX_FLOOD else "timeout"
                self.kernel.interrupt()
                interrupted, deadline = now, now + GRACE_S
            for channel, message, size in self._receive(min(0.5, deadline - now)):
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, content = message.get("msg_type"), message["content"]
                if channel == "shell" and kind == "execute_reply":
                    reply, replied = content, time.monotonic()
                elif channel == "iopub" and kind == "status":
                    idle |= content.get("execution_state") == "idle"
                elif channel == "iopub":
                    box.add(kind, content, size)
            if reply is None and not self.kernel.alive():
                return Outcome(
                    "dead", [*box.outputs, _stopped("dead", self.limits)], time.monotonic() - start
                )
        if status != "ok":
            box.outputs.append(_stopped(status, self.limits))
        elif reply.get("status") != "ok":
            status = "error"
            if not any(output["output_type"] == "error" for output in box.outputs):
                box.outputs.append(
                    _error(str(reply.get("ename", "error"))[:100], str(reply.get("evalue", ""))[:500])
                )
        return Outcome(status, box.outputs, time.monotonic() - start)

    def ask(self, request, seconds=None):
        """Send a request to the probes, return their reply (plain data). Raises KernelError when none comes."""
        seconds = min(seconds or self.limits.check_s, self.limits.check_s)
        if not self.kernel.alive():
            raise KernelError("the kernel is no longer running", dead=True)
        asked = self.session.send(
            self.shell, "grade_request", {"seconds": seconds}, buffers=[codec.encode(request)]
        )["header"]["msg_id"]
        deadline = time.monotonic() + seconds + GRACE_S
        while time.monotonic() < deadline:
            for channel, message, _ in self._receive(0.5):
                if channel != "shell" or message["parent_header"].get("msg_id") != asked:
                    continue
                if message["content"].get("status") != "ok" or not message["buffers"]:
                    why = plain(message["content"].get("evalue"), 300) or "no answer"
                    raise KernelError(why, dead=why.startswith(answering.NO_FORK))
                try:
                    return codec.decode(bytes(message["buffers"][0]))
                except (TypeError, ValueError) as error:
                    raise KernelError(f"the answer is malformed: {error}") from None
            if not self.kernel.alive():
                raise KernelError("the kernel ended during the check", dead=True)
        self.kernel.kill()
        raise KernelError(f"no answer within {seconds:g} s", dead=True)


class OutputBox:
    """Collects a cell's outputs up to a budget; beyond it they are counted and thrown away."""

    def __init__(self, limits):
        self.outputs = []
        self.text_left, self.image_left = limits.output_kb << 10, limits.image_kb << 10
        self.flood = 0

    def add(self, kind, content, size):
        """One output message of the kernel. Text and PNG or JPEG pictures are kept, markup and scripts never."""
        self.flood += size
        if kind == "stream":
            text = self._text(content.get("text"))
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            last = self.outputs[-1] if self.outputs else None
            if text and last and last["output_type"] == "stream" and last["name"] == name:
                last["text"] += text
            elif text:
                self.outputs.append({"output_type": "stream", "name": name, "text": text})
        elif kind in ("display_data", "execute_result"):
            data = self.clean(content.get("data"))
            if data and len(self.outputs) < 200:
                output = {"output_type": kind, "data": data, "metadata": {}}
                self.outputs.append(output | ({"execution_count": None} if kind == "execute_result" else {}))
        elif kind == "error":
            trace = [self._text(line) for line in content.get("traceback", ())[:60] if isinstance(line, str)]
            self.outputs.append(
                _error(plain(content.get("ename"), 100), plain(content.get("evalue"), 1000), trace)
            )
        elif kind == "clear_output":
            self.outputs.clear()

    def clean(self, data):
        """The harmless half of a MIME bundle, within what is left of the budget."""
        data, kept = dict(data) if isinstance(data, dict) else {}, {}
        markup = data.get("text/html")
        embedded = EMBEDDED.search(markup) if isinstance(markup, str) and len(markup) < MAX_FLOOD else None
        if embedded:  # a figure that comes as HTML, with its picture inside
            # nbconvert shows PNG and JPEG only; browsers go by the content, so WebP travels under PNG's name
            data.setdefault("image/jpeg" if embedded[1] == "jpeg" else "image/png", embedded[2])
        for mime in ("image/png", "image/jpeg"):
            value = data.get(mime)
            if isinstance(value, str) and is_picture(mime, value) and len(value) <= self.image_left:
                kept[mime] = value
                self.image_left -= len(value)
        text = self._text(data.get("text/plain"))
        return kept | ({"text/plain": text} if text else {})

    def _text(self, text):
        if isinstance(text, list):
            text = "".join(part for part in text if isinstance(part, str))
        if not isinstance(text, str) or not text or self.text_left <= 0:
            return ""
        if len(text) > self.text_left:
            text = text[: self.text_left] + "\n... the grader shows no more of this output ...\n"
        self.text_left -= len(text)
        return text


def is_picture(mime, text):
    """Whether base64 text starts like a picture of its MIME type (WebP passes for PNG)."""
    starts = {"image/png": ("iVBORw0KGgo", "UklGR"), "image/jpeg": ("/9j/",)}  # PNG, WebP (RIFF); JPEG
    return text.lstrip().startswith(starts[mime]) and bool(re.fullmatch(r"[A-Za-z0-9+/=\s]*", text))


def plain(text, length):
    """A short text without terminal colours."""
    return ANSI.sub("", text)[:length] if isinstance(text, str) else ""


def _error(name, value, trace=None):
    return {
        "output_type": "error",
        "ename": name,
        "evalue": value,
        "traceback": trace or [f"{name}: {value}"],
    }


def _stopped(status, limits):
    text = {
        "timeout": f"stopped by the grader after {limits.cell_s:g} s",
        "flood": f"stopped by the grader: more than {MAX_FLOOD >> 20} MiB of output",
        "dead": "the kernel ended here",
    }[status]
    return _error("GraderStopped", text)
