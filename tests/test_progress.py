"""course_lib.progress: what a reader of a notebook, or of a terminal, is told about a long computation."""

import itertools
import re
import signal
from types import SimpleNamespace

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from course_lib import progress
from course_lib.progress import Progress, counted, span


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would show, in order; by a clock that goes a millisecond on at each look."""
    looks = itertools.count()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(looks) / 1000))
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    shell = InteractiveShell.instance()
    monkeypatch.setattr(shell, "display_pub", CapturingDisplayPublisher())
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


def value(output):
    return float(re.search(r'<progress max="8" value="(\d+)"', output["data"]["text/html"])[1])


def test_the_bar_moves_and_one_line_stays(shown):
    with Progress(8, done=2, interval=0) as bar:
        for k in range(6):
            bar.update({"d_loss": 0.12345 + k})
    assert [value(o) for o in shown[:-1]] == [2, 3, 4, 5, 6, 7, 8]
    assert "step 3 of 8 · 0 s left · d_loss 0.123" in shown[1]["data"]["text/plain"]
    assert shown[-1]["data"] == {"text/plain": "8 steps, 0 s."}
    assert [o["update"] for o in shown] == [False] + [True] * 7
    assert len({o["transient"]["display_id"] for o in shown}) == 1


def test_between_two_drawings_nothing_is_sent(shown):
    with Progress(8, interval=60) as bar:
        bar.update({})
    assert len(shown) == 2


@pytest.mark.parametrize("leave", [None, KeyboardInterrupt])
def test_who_stops_is_told_that_nothing_is_lost(shown, leave):
    def block():
        with Progress(8) as bar:
            bar.update({})
            if leave:
                raise leave

    if leave:
        with pytest.raises(leave):
            block()
    else:
        block()
    assert shown[-1]["data"]["text/plain"].startswith(
        "Stopped after step 1 of 8: all that was learned is kept"
    )


def test_an_error_is_not_called_a_stop(shown):
    with pytest.raises(ValueError, match="odd"), Progress(8):
        raise ValueError("odd")
    assert shown[-1]["data"]["text/plain"] == "Ended by an error in step 1 of 8."


def test_a_loop_of_ones_own_is_counted(shown):
    assert list(counted(8, interval=0)) == list(range(8))
    assert [value(o) for o in shown[:-1]] == list(range(9))
    assert shown[-1]["data"] == {"text/plain": "8 steps, 0 s."}


def test_an_interrupt_ends_a_loop_of_ones_own_after_the_step_and_the_next_one_runs(shown):
    handler = signal.getsignal(signal.SIGINT)
    done = []
    for k in counted(8):
        if k == 2:
            signal.raise_signal(signal.SIGINT)
        done.append(k)
    assert done == [0, 1, 2]
    assert shown[-1]["data"]["text/plain"].startswith("Stopped after step 3 of 8: what was noted is kept")
    assert signal.getsignal(signal.SIGINT) is handler
    assert len(list(counted(4))) == 4


@pytest.fixture
def interruptible():
    """As Python begins: in a job that was started in the background, the shell has interrupts ignored."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, old)


def test_a_second_interrupt_ends_it_at_once(shown, interruptible):
    done = []

    def loop():
        for k in counted(8):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append(k)

    with pytest.raises(KeyboardInterrupt):
        loop()
    assert done == []


def test_a_loop_that_breaks_is_not_called_an_error(shown):
    for k in counted(8):
        if k == 3:
            break
    assert "Stopped after step 3 of 8" in shown[-1]["data"]["text/plain"]


def test_names_cannot_break_the_page(shown):
    with Progress(8, interval=0) as bar:
        bar.update({"<b>": 1.0})
    assert "&lt;b&gt; 1" in shown[1]["data"]["text/html"]


def test_in_a_terminal(capsys):
    with Progress(8, interval=0) as bar:
        bar.update({"loss": 0.5})
    said = capsys.readouterr().err
    assert "1/8" in said
    assert "stopped, all is kept" in said
    with Progress(8, show=False) as bar:
        bar.update({"loss": 0.5})
    assert capsys.readouterr() == ("", "")


def test_times_in_words():
    assert [span(0.4), span(59), span(59.6), span(200)] == ["0 s", "59 s", "1 min 0 s", "3 min 20 s"]
