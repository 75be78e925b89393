r"""How far a long computation is: a line with a bar in a notebook, tqdm's bar in a terminal.

In a notebook it is plain HTML and no widget: it shows wherever outputs show, and an executed notebook stores only its
last line. Lecture: 06_dcgan.
"""

import sys
import time
from html import escape

from tqdm import tqdm

from course_lib.streams import stop_after_step


def in_notebook():
    """Whether a Jupyter kernel runs this."""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython and ipython.get_ipython(), "kernel")


def span(seconds):
    """A time in words: 12 s, 3 min 20 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Progress:
    r"""A bar that moves while a block of code runs. Example:

        with Progress(800) as bar:
            for _ in range(800):
                bar.update({"loss": 0.3})

    Leaving the block early, by `break` or by an interrupt, says that it was stopped, and after which step.

    Args:
        total: steps in all. done: those done before.
        show: False shows nothing.
        interval: seconds between two drawings.
        kept: what is said of an early end.
    """

    KEPT = "all that was learned is kept, and running on goes on from here"

    def __init__(self, total, done=0, show=True, interval=0.5, kept=KEPT):
        self.total, self.done, self.interval = total, done, interval
        self.first, self.started, self.drawn = done, time.monotonic(), time.monotonic()
        self.kept = kept
        self.notebook = show and in_notebook()
        self.terminal = tqdm(
            total=total, initial=done, disable=self.notebook or not show, unit="step", mininterval=interval
        )
        self.line = None

    def __enter__(self):
        if self.notebook:
            from IPython.display import display

            self.line = display(self.page({}), raw=True, display_id=True)
        return self

    def update(self, scalars):
        """One more step is done; `scalars` (name -> number) are shown beside the bar."""
        self.done += 1
        self.terminal.update()
        self.terminal.set_postfix({k: f"{v:.3g}" for k, v in scalars.items()}, refresh=False)
        if self.line and time.monotonic() - self.drawn > self.interval:
            self.drawn = time.monotonic()
            self.line.update(self.page(scalars), raw=True)

    def __exit__(self, kind, error, trace):
        if self.done >= self.total:
            last = f"{self.done} steps, {span(time.monotonic() - self.started)}."
        elif kind is None or issubclass(kind, (KeyboardInterrupt, GeneratorExit)):
            last = f"Stopped after step {self.done} of {self.total}: {self.kept}."
            self.terminal.set_description("stopped, all is kept", refresh=False)
        else:
            last = f"Ended by an error in step {self.done + 1} of {self.total}."
        self.terminal.close()
        if self.line:
            self.line.update({"text/plain": last}, raw=True)

    def page(self, scalars):
        """The line as HTML, and as text."""
        words = f"step {self.done} of {self.total}"
        if self.done > self.first:
            rate = (time.monotonic() - self.started) / (self.done - self.first)
            words += f" · {span(rate * (self.total - self.done))} left"
        words += "".join(f" · {name} {number:.3g}" for name, number in scalars.items())
        bar = f'<progress max="{self.total}" value="{self.done}" aria-label="steps done" style="width: 12em"></progress>'
        return {"text/html": f"{bar} {escape(words)}", "text/plain": words}


def counted(total, interval=0.5):
    r"""`range(total)` with a bar, for a training loop of one's own.

    Interrupting (Jupyter's stop button, Ctrl-C) ends the loop after the step under way, so that what follows the loop is
    still done with what there is; a second interrupt ends it at once.
    """
    kept = "what was noted is kept, running again begins anew"
    with Progress(total, interval=interval, kept=kept) as bar, stop_after_step() as stop:
        for k in range(total):
            yield k
            bar.update({})
            if stop.asked:
                return
