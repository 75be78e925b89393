"""The study: its Python side, then simulated observers at the real widget in Chromium, and their files pooled."""

import csv
import math
import re

import pytest
import torch

from course_lib.segmentation import STUDY_COLUMNS, binomial_interval, pool_studies, read_studies
from course_lib.widgets.forced_choice import ForcedChoice
from tests.exported import stop_the_clock, unpacked

N, HEIGHT, WIDTH = 24, 6, 8
PRACTICE, TRIALS = 2, 20
EXPOSURE, PAUSE = 20, 700  # ms: how long a pair is seen, and the pause between an answer and the next one


def gray(value, n=N):
    return torch.full((n, 3, HEIGHT, WIDTH), value, dtype=torch.uint8)


def study(**options):
    """Real pictures are light, those of L1 dark, those of GAN between: an observer can tell them by their pixels."""
    settings = {"practice": PRACTICE, "trials": TRIALS, "exposure": EXPOSURE / 1000} | options
    return ForcedChoice(gray(220), {"L1, blurred": gray(40), "GAN": gray(130)}, **settings)


# --- Python


def test_the_sheet_holds_the_truth_then_each_method():
    widget = study()
    assert (widget.columns, widget.height, widget.width) == (N, HEIGHT, WIDTH)
    tiles = widget.static_frames(torch.tensor([0, N - 1, N, 2 * N, 3 * N - 1]))
    assert tiles[:, 0, 0, 0].tolist() == [220, 220, 40, 130, 130]


def test_page_needs_nothing_from_elsewhere():
    html = unpacked(study().to_html())
    assert not re.search(r"https?://(?!www\.w3\.org)", html)
    assert re.search(r'<img src="data:image/[a-z]+;base64,[^"]+" alt="[^"]{40,}"', html)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ForcedChoice(gray(1), {"L1": gray(2, n=3)}), "L1: got torch.uint8 (3, 3, 6, 8)"),
        (lambda: ForcedChoice(gray(1), {"L1": gray(2).float()}), "L1: got torch.float32"),
        (lambda: ForcedChoice(gray(1), {}), "got none"),
        (lambda: study(practice=5), "got 5 + 20, expected 1 to 24"),
        (lambda: study(trials=0), "got 2 + 0"),
        (lambda: study(exposure=0), "exposure: got 0"),
    ],
)
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        make()


# --- Chromium


# How light the two pictures are, and whether the widget waits for an answer.
STATE = """() => ({
    light: [...document.querySelectorAll('canvas')].map(c => c.getContext('2d').getImageData(0, 0, 1, 1).data[0]),
    shown: [...document.querySelectorAll('canvas')].map(c => c.getAttribute('aria-label')).every(s => s.endsWith('shown')),
    text: document.querySelector('.readout').textContent,
    asked: !document.querySelectorAll('.buttons button')[0].disabled,
    next: getComputedStyle(document.querySelector('.controls button')).visibility === 'visible',
})"""


class Observer:
    """Looks at the pixels, takes the lighter picture for real, and errs with a probability; uses keys alone.

    Time is its own: it passes by `spend` alone.
    """

    def __init__(self, page, folder):
        self.page, self.folder = page, folder
        self.page.wait_for_function("document.querySelector('.controls button')?.disabled === false")

    def spend(self, milliseconds):
        """Let time pass; returns the state then."""
        self.page.clock.run_for(milliseconds)
        return self.state()

    def state(self):
        return self.page.evaluate(STATE)

    def press(self, key):
        self.page.keyboard.press(key)

    def begin(self):
        self.page.locator(".controls button").focus()
        self.press("Enter")

    def finish(self):
        """The whole result and the CSV file that is saved."""
        text = self.state()["text"]
        with self.page.expect_download() as download:
            self.page.locator("a[download]").click()
        file = self.folder / download.value.suggested_filename
        download.value.save_as(file)
        return text, file


@pytest.fixture
def watch(open_page, tmp_path):
    """An observer at a study."""
    return lambda widget, **options: Observer(open_page(widget, prepare=stop_the_clock, **options), tmp_path)


def take_part(observer, error_rate, rng, pause=True):
    """A whole session. Returns how many errors the observer meant to make in the trials that count."""
    errors = 0
    observer.begin()
    for number in range(PRACTICE + TRIALS):
        state = observer.state()
        assert state["shown"]
        lights = state["light"]
        state = observer.spend(EXPOSURE)
        assert state["asked"]
        assert state["light"] == [200, 200], "the pictures are still to be seen"
        side = lights.index(max(lights))
        if torch.rand((), generator=rng) < error_rate:
            side, errors = 1 - side, errors + (number >= PRACTICE)
        observer.press(("ArrowLeft", "ArrowRight")[side])
        if number < PRACTICE:
            state = observer.state()
            assert state["next"]
            assert state["text"].startswith(f"Practice {number + 1} of {PRACTICE}.")
            observer.press(" ")
        else:
            assert not observer.spend(PAUSE - 1)["shown"]
            observer.spend(1)
    return errors


@pytest.mark.browser
def test_simulated_observers_are_measured_and_pooled(watch):
    """Four observers who err in 30 % of the trials: each file says what the page said, all together cover 30 %."""
    rng, files, errors = torch.Generator().manual_seed(0), [], 0
    for _ in range(4):
        observer = watch(study())
        meant = take_part(observer, 0.3, rng)
        text, file = observer.finish()
        low, high = binomial_interval(meant, TRIALS)
        assert f"Fooled in {meant} of {TRIALS} pairs, {100 * meant / TRIALS:.1f} %" in text
        assert f"{100 * low:.1f} % to {100 * high:.1f} %" in text
        assert file.stem.removeprefix("study_") in text
        files.append(file)
        errors += meant

    answers, problems = read_studies(files)
    assert problems == []
    pooled = pool_studies(answers)
    assert list(pooled) == [("L1, blurred", 0.02)]
    result, shares = pooled["L1, blurred", 0.02]
    assert (result.trials, result.fooled, len(shares)) == (4 * TRIALS, errors, 4)
    assert result.low < 0.3 < result.high
    assert result.p_chance < 0.05

    with open(files[0]) as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(STUDY_COLUMNS)
    assert len({row["pair"] for row in rows}) == TRIALS, "no pair comes twice"
    assert all(int(row["milliseconds"]) == EXPOSURE for row in rows)
    sides = [row["real"] for f in files for row in csv.DictReader(f.read_text().splitlines())]
    assert abs(sides.count("left") - len(sides) / 2) < 4 * math.sqrt(len(sides)) / 2, (
        "sides are no coin tosses"
    )


@pytest.mark.browser
def test_a_pair_is_seen_for_its_time_and_not_answered_before(watch):
    observer = watch(study(exposure=0.6))
    observer.begin()
    state = observer.spend(599)
    assert state["shown"]
    assert not state["asked"]
    observer.press("ArrowLeft")  # too early: nothing is taken
    state = observer.spend(1)
    assert state["asked"]
    assert "Which was real?" in state["text"]
    assert state["light"] == [200, 200]
    observer.press("ArrowLeft")
    told = observer.state()
    assert told["next"]
    assert told["text"].startswith("Practice 1 of 2."), "the early key was taken for an answer"
    assert told["shown"], "in practice both are shown again"
    captions = observer.page.locator("figcaption").all_inner_texts()
    real = captions.index("real")
    assert captions[1 - real] == "L1, blurred"
    assert told["light"][real] > told["light"][1 - real]
    assert ("Right" in told["text"]) == (real == 0)


@pytest.mark.browser
def test_another_method_without_a_clock(watch):
    observer = watch(study(practice=0))
    observer.page.locator("select").nth(0).select_option("1")
    observer.page.locator("select").nth(1).select_option("2")
    assert "made by GAN" in observer.state()["text"]
    assert "until you answer" in observer.state()["text"]
    observer.begin()
    state = observer.state()
    assert state["asked"]
    assert state["shown"]
    assert sorted(state["light"]) == [130, 220]


@pytest.mark.browser
def test_with_reduced_motion_nothing_appears_by_itself(watch):
    observer = watch(study(practice=0), reduced_motion="reduce")
    observer.begin()
    assert observer.spend(EXPOSURE)["asked"]
    observer.press("ArrowLeft")
    state = observer.spend(10 * PAUSE)
    assert (state["shown"], state["asked"], state["next"]) == (False, False, True)
    observer.press(" ")
    assert observer.spend(EXPOSURE)["text"].startswith("Pair 2 of")
