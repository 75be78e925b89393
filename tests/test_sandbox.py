"""The walls, one by one, as seen from a kernel and from outside; the bounds on what comes out; cgroups on paper."""

import mmap
import os
import re
import time
from pathlib import Path

import pytest
import torch

from course_lib.grading import codec, confine, session
from course_lib.grading.cgroup import Group, own_groups
from course_lib.grading.sandbox import Limits, Sandbox, SandboxError, bwrap_command, requirements
from course_lib.grading.session import Conversation, KernelError, OutputBox

LIMITS = Limits(memory_mb=1024, disk_mb=32, processes=64, cell_s=120, check_s=120, output_kb=16)
PNG = "iVBORw0KGgoAAAANSUhEUg=="


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS) as one:
        yield one


@pytest.fixture
def conversation(sandbox):
    with sandbox.kernel() as kernel:
        talk = Conversation(kernel, sandbox.limits)
        talk.wait_until_ready()
        yield talk
        talk.close()


def said(outcome):
    return "".join(output.get("text", "") for output in outcome.outputs)


def request(function, *arguments):
    names = [f"a{i}" for i in range(len(arguments))]
    case = {"probe": "call", "names": names, "args": list(arguments), "kwargs": {}, "returns": ["result"]}
    return {"function": function, "cases": [case]}


@pytest.mark.sandbox
class TestWalls:
    def test_a_cell_runs_and_its_outputs_come_back(self, conversation):
        outcome = conversation.run("print('hello')\n6 * 7")
        assert outcome.status == "ok"
        assert said(outcome) == "hello\n"
        assert outcome.outputs[-1]["data"] == {"text/plain": "42"}

    def test_state_stays_between_cells_and_not_between_kernels(self, sandbox, conversation):
        conversation.run("x = 1; open('mine.txt', 'w').write('x'); open('/tmp/mine.txt', 'w').write('x')")
        assert said(conversation.run("print(x)")) == "1\n"
        with sandbox.kernel() as kernel:
            other = Conversation(kernel, sandbox.limits)
            other.wait_until_ready()
            outcome = other.run("import os; print(os.listdir('.'), os.listdir('/tmp'), 'x' in globals())")
            other.close()
        assert said(outcome) == "[] [] False\n"

    def test_only_what_is_needed_is_there(self, conversation, root):
        listing = said(
            conversation.run(
                "import os; print(*sorted(os.listdir('/course/course_lib')), *os.listdir('/course'))"
            )
        )
        assert "convolution.py" in listing
        gone = [
            root / "solutions",
            root / "tests",
            root / ".git",
            root / "README.md",
            "/home",
            "/etc/passwd",
            "/jobs/x",
            "/control/zygote",
        ]
        outcome = conversation.run(
            f"import os; print([p for p in {list(map(str, gone))!r} if os.path.exists(p)])"
        )
        assert said(outcome) == "[]\n"

    def test_nobody_in_particular(self, conversation):
        status = said(conversation.run("print(open('/proc/self/status').read())"))
        fields = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
        assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
        assert fields["NoNewPrivs"] == "1"
        assert fields["Uid"].split()[0] != "0"

    def test_alone(self, conversation):
        outcome = conversation.run(
            "import os; print([p for p in os.listdir('/proc') if p.isdigit()], os.listdir('/sys') if os.path.exists('/sys') else '')"
        )
        assert said(outcome).startswith("['1']")

    def test_no_network(self, conversation):
        outcome = conversation.run(
            "import socket; print(socket.if_nameindex())\nsocket.create_connection(('127.0.0.1', 22), 2)"
        )
        assert outcome.status == "error"

    def test_syscall_filter_where_the_system_has_libseccomp(self, sandbox, conversation):
        if not conversation.kernel.seccomp:
            pytest.skip("no libseccomp on this machine")
        outcome = conversation.run(
            "import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.unshare(0x10000000), ctypes.get_errno())"
        )
        assert said(outcome) == "-1 1\n"

    def test_disk_is_bounded(self, conversation):
        outcome = conversation.run("open('big', 'wb').write(b'x' * (64 << 20))")
        assert outcome.status == "error"
        assert conversation.run("1").status == "ok"

    def test_memory_of_all_processes_together_is_bounded(self, conversation):
        if conversation.kernel.group is None:
            pytest.skip("no control groups for us on this machine: memory is bounded per process only")
        source = "import os, time, torch\nfor _ in range(8):\n    if os.fork() == 0:\n        x = torch.ones(300 << 20, dtype=torch.uint8); time.sleep(60); os._exit(0)\ntime.sleep(2)"
        conversation.run(source)
        assert conversation.kernel.group.peak_mb() <= LIMITS.memory_mb + 1

    def test_memory_of_one_process_is_bounded(self, conversation):
        outcome = conversation.run("import torch; x = torch.ones(4 << 30, dtype=torch.uint8)")
        assert outcome.status in ("error", "dead")

    def test_everything_ends_with_the_kernel(self, sandbox):
        mark = f"sleep {90 + os.getpid() / 1e6}"
        with sandbox.kernel() as kernel:
            talk = Conversation(kernel, sandbox.limits)
            talk.wait_until_ready()
            talk.run(f"import subprocess; subprocess.Popen({mark.split()!r}, start_new_session=True); 1")
            assert running(mark)
            talk.close()
        deadline = time.monotonic() + 60
        while running(mark) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not running(mark)


def running(command):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if file.read().replace(b"\0", b" ").strip().decode() == command:
                    return True
        except OSError:
            continue
    return False


@pytest.mark.sandbox
class TestTime:
    """Only what never ends gets little time, so that all else may take as long as a busy machine does."""

    def test_a_cell_that_takes_too_long_is_interrupted_and_the_kernel_goes_on(
        self, conversation, monkeypatch
    ):
        monkeypatch.setattr(session, "GRACE_S", 60)
        outcome = conversation.run("x = 5\nwhile True: pass", seconds=1.5)
        assert outcome.status == "timeout"
        assert said(conversation.run("print(x)")) == "5\n"

    def test_a_cell_that_ignores_the_interrupt_is_killed(self, conversation):
        source = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        assert conversation.run(source, seconds=1.5).status == "dead"

    def test_a_question_that_takes_too_long_costs_only_itself(self, conversation, monkeypatch):
        monkeypatch.setattr(session, "GRACE_S", 60)
        conversation.run("def hang():\n    while True: pass\ndef good():\n    return 1.0")
        with pytest.raises(KernelError, match="did not come back within") as caught:
            conversation.ask(request("hang"), seconds=1.5)
        assert not caught.value.dead
        assert conversation.ask(request("good"))["cases"][0]["observed"] == {"result": 1.0}

    def test_a_flood_of_output_stops_the_cell(self, sandbox):
        with sandbox.kernel() as kernel:
            talk = Conversation(kernel, Limits(cell_s=60, output_kb=16))
            talk.wait_until_ready()
            outcome = talk.run("while True: print('x' * 100_000)")
            talk.close()
        assert outcome.status in ("flood", "dead", "error")  # interrupted, killed, or out of memory first
        assert len(said(outcome)) < 20_000


@pytest.mark.sandbox
class TestQuestions:
    def test_tensors_go_in_and_come_out(self, conversation):
        conversation.run("import torch\ndef double(x):\n    return 2 * x")
        x = torch.arange(6, dtype=torch.float64).reshape(2, 3)
        reply = conversation.ask(request("double", x))
        torch.testing.assert_close(reply["cases"][0]["observed"]["result"], 2 * x)

    def test_a_question_changes_nothing_for_the_next(self, conversation):
        conversation.run("n = 0\ndef count():\n    global n\n    n += 1\n    return n")
        replies = [conversation.ask(request("count"))["cases"][0]["observed"]["result"] for _ in range(3)]
        assert replies == [1, 1, 1]

    def test_a_function_that_ends_the_process_costs_only_itself(self, conversation):
        conversation.run(
            "import os, signal\ndef leave():\n    os._exit(0)\ndef crash():\n    os.kill(os.getpid(), signal.SIGSEGV)"
        )
        with pytest.raises(KernelError, match="exit status 0"):
            conversation.ask(request("leave"))
        with pytest.raises(KernelError, match="SIGSEGV"):
            conversation.ask(request("crash"))
        assert conversation.run("print(1)").status == "ok"

    def test_what_no_codec_takes_is_said(self, conversation):
        conversation.run("import torch\ndef huge():\n    return torch.zeros(1).expand(1 << 40)")
        observed = conversation.ask(request("huge"))["cases"][0]["observed"]["result"]
        assert isinstance(observed, codec.Opaque)


class TestRefusal:
    def test_missing_bubblewrap_is_named_with_the_remedy(self, monkeypatch):
        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.setattr("shutil.which", lambda name: None)
        assert "apt-get install bubblewrap" in requirements()
        with pytest.raises(SandboxError, match="bubblewrap is not installed"):
            Sandbox(LIMITS).start()

    def test_other_systems_are_told(self, monkeypatch):
        monkeypatch.setattr("sys.platform", "darwin")
        assert "needs Linux (this is darwin)" in requirements()

    @pytest.mark.sandbox
    def test_a_sandbox_that_dies_says_what_it_said(self, monkeypatch, tmp_path):
        broken = tmp_path / "bwrap"
        broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
        broken.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        with pytest.raises(SandboxError, match="No permissions to create new namespace"):
            Sandbox(LIMITS).start()


class TestCommand:
    def test_private_folders_under_an_exposed_one_are_covered(self, monkeypatch, tmp_path):
        monkeypatch.setattr(
            "sys.prefix", str(tmp_path)
        )  # a virtual environment that is the course's own folder
        (tmp_path / "solutions").mkdir()
        (tmp_path / "gradebook.db").write_text("")
        private = [tmp_path / "solutions", tmp_path / "gradebook.db", tmp_path / "absent"]
        command = " ".join(bwrap_command("/tmp/x", private=private))
        assert f"--ro-bind {tmp_path} /environment" in command, (
            "it may lie under /tmp, which the sandbox replaces"
        )
        assert "--tmpfs /environment/solutions" in command
        assert "--ro-bind /dev/null /environment/gradebook.db" in command
        assert "absent" not in command
        assert f"{tmp_path}/bin" not in command, "a path of the grader's in the student's environment"

    def test_gpu_only_when_asked(self, monkeypatch):
        assert "CUDA_VISIBLE_DEVICES" in bwrap_command("/tmp/x")
        assert "CUDA_VISIBLE_DEVICES" not in bwrap_command("/tmp/x", gpu=True)


class TestGroups:
    def test_version_2(self, tmp_path):
        own = tmp_path / "user.slice" / "me"
        own.mkdir(parents=True)
        (tmp_path / "cgroup.controllers").write_text("memory pids")
        group = Group.make("g", 100, 20, root=tmp_path, own="0::/user.slice/me")
        folder = tmp_path / "user.slice" / "g"
        assert group.folders == [folder]
        assert (folder / "memory.max").read_text() == str(100 << 20)
        assert (folder / "pids.max").read_text() == "20"
        group.add(123)
        assert (folder / "cgroup.procs").read_text() == "123"

    def test_version_1(self, tmp_path):
        (tmp_path / "memory" / "a").mkdir(parents=True)
        (tmp_path / "pids" / "b").mkdir(parents=True)
        group = Group.make("g", 100, 20, root=tmp_path, own="4:memory:/a\n8:pids:/b\n0::/")
        assert (tmp_path / "memory" / "a" / "g" / "memory.limit_in_bytes").read_text() == str(100 << 20)
        assert (tmp_path / "pids" / "b" / "g" / "pids.max").read_text() == "20"
        assert len(group.folders) == 2

    def test_none_where_we_may_not(self, tmp_path):
        assert Group.make("g", 100, 20, root=tmp_path / "absent", own="0::/x") is None

    def test_controllers_on_one_line(self):
        assert own_groups("3:cpu,cpuacct:/a\n0::/b:c\n") == {"cpu": "/a", "cpuacct": "/a", "": "/b:c"}


class TestOutputBox:
    def test_text_is_cut_and_said_so(self):
        box = OutputBox(Limits(output_kb=1))
        for _ in range(100):
            box.add("stream", {"name": "stdout", "text": "x" * 100}, 100)
        assert len(box.outputs) == 1
        assert 1024 < len(box.outputs[0]["text"]) < 1200
        assert "shows no more" in box.outputs[0]["text"]

    def test_markup_and_scripts_are_dropped(self):
        box = OutputBox(Limits())
        bundle = {
            "text/html": "<script>",
            "application/javascript": "1",
            "image/svg+xml": "<svg/>",
            "image/png": PNG,
        }
        box.add("display_data", {"data": bundle}, 0)
        assert box.outputs[0]["data"] == {"image/png": PNG}

    @pytest.mark.parametrize("text", ["<script>", "iVBORw0KGgo<script>", "PHN2Zz4="])
    def test_a_picture_must_look_like_one(self, text):
        box = OutputBox(Limits())
        box.add("display_data", {"data": {"image/png": text}}, 0)
        assert box.outputs == []

    @pytest.mark.parametrize(
        "content",
        [{}, {"data": 3}, {"data": {"text/plain": {"a": 1}}}, {"text": 5}, {"traceback": [1, None]}],
    )
    def test_nonsense_is_harmless(self, content):
        box = OutputBox(Limits())
        for kind in ("stream", "display_data", "execute_result", "error", "update_display_data", "comm_open"):
            box.add(kind, content, 0)

    def test_a_figure_inside_html_is_kept_as_its_picture(self):
        box = OutputBox(Limits())
        markup = f'<figure><img src="data:image/png;base64,{PNG}" alt="x" onload="bad()"><script>1</script></figure>'
        box.add("display_data", {"data": {"text/html": markup, "text/plain": "[figure: x]"}}, 0)
        assert box.outputs[0]["data"] == {"image/png": PNG, "text/plain": "[figure: x]"}

    def test_webp_inside_html_travels_as_png(self):
        box = OutputBox(Limits())
        box.add("display_data", {"data": {"text/html": '<img src="data:image/webp;base64,UklGRgAA">'}}, 0)
        assert box.outputs[0]["data"] == {"image/png": "UklGRgAA"}


@pytest.mark.skipif(not Path("/sys/kernel/mm/transparent_hugepage").is_dir(), reason="no huge pages here")
def test_huge_pages_hold_what_the_small_ones_held():
    size = 16 << 20
    with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        for page in range(0, size, 4096):
            memory[page : page + 8] = page.to_bytes(8, "little")
        confine.use_huge_pages()
        assert all(memory[page : page + 8] == page.to_bytes(8, "little") for page in range(0, size, 4096))
        if tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 1):
            held = re.search(r"AnonHugePages: +(\d+) kB", Path("/proc/self/smaps_rollup").read_text())
            assert int(held[1]) >= (size >> 10) - 4096  # at both ends a piece may be left over
