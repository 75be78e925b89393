"""The players of lecture 04: their tiles against the library, their pages in Chromium."""

import re

import pytest
import torch
from torch.testing import assert_close

from course_lib import data
from course_lib.widgets.strip import Strip
from course_lib.widgets.two_modes import TwoModes
from tests.exported import unpacked

A = torch.full((1, 3, 8, 8), 200, dtype=torch.uint8)
B = torch.full((1, 3, 8, 8), 40, dtype=torch.uint8)
B[:, 0] = 240


def test_two_modes_shows_the_mean_and_the_more_frequent():
    widget = TwoModes(A, B, steps=5)  # p = 0, .25, .5, .75, 1
    assert (widget.static_frames([0]) == A).all()
    assert (widget.static_frames([1]) == B).all()
    for k, p in enumerate((0, 0.25, 0.5, 0.75, 1)):
        mean = (p * A.double() + (1 - p) * B.double()).round().to(torch.uint8)
        assert_close(widget.static_frames([2 + 2 * k]), mean, atol=0, rtol=0)
        assert_close(widget.static_frames([3 + 2 * k]), A if p >= 0.5 else B, atol=0, rtol=0)


def test_two_modes_takes_floats_and_names_what_does_not_fit():
    floats = TwoModes(data.to_float(A), data.to_float(B), steps=3)
    assert floats.sheet == TwoModes(A, B, steps=3).sheet
    with pytest.raises(ValueError, match="expected two"):
        TwoModes(A, B[..., :4])


@pytest.fixture
def strip():
    still = torch.stack([A[0], B[0]])
    moving = torch.arange(6, dtype=torch.uint8).view(3, 2, 1, 1, 1).expand(-1, -1, 3, 8, 8) * 40
    return Strip(
        {"given": still, "made": moving, "truth": still.flip(0)}, ["1", "0.5", "0.1"], "T", ["x", "y", "z"]
    )


def test_strip_finds_every_tile(strip):
    for frame in range(3):
        made = strip.static_frames(strip.first_tile(1, frame) + torch.arange(2))
        assert made[:, 0, 0, 0].tolist() == [80 * frame, 80 * frame + 40]
        assert_close(
            strip.static_frames(strip.first_tile(2, frame) + torch.arange(2))[0], B[0], atol=0, rtol=0
        )
    assert strip.first_tile(0, 2) == 0


def test_strip_names_what_does_not_fit():
    still = torch.stack([A[0], B[0]])
    with pytest.raises(ValueError, match="expected 3 of each"):
        Strip({"given": still, "made": still[None].expand(2, -1, -1, -1, -1)}, ["1", "2", "3"], "T")
    with pytest.raises(ValueError, match="equally many pictures"):
        Strip({"given": still[:1], "made": still[None]}, ["1"], "T")


def test_the_pages_need_nothing_from_anywhere(strip):
    for page in (unpacked(strip.to_html()), unpacked(TwoModes(A, B, steps=3).to_html())):
        assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="[^"]{40,}"', page)
        for address in ("https:", "import(", "fetch("):
            assert address not in re.sub(r"base64,[^\"]+", "", page)


# --- Chromium ---------------------------------------------------------------------------------------------
PIXEL = """([name, x]) => {
  const canvas = document.querySelector(`canvas[aria-label="${name}"]`);
  return [...canvas.getContext("2d").getImageData(x, 2, 1, 1).data].slice(0, 3);
}"""


def pixel(page, canvas, x=2):
    return page.evaluate(PIXEL, [canvas, x])


@pytest.mark.browser
def test_the_slider_moves_the_mean_and_flips_the_median(open_page):
    page = open_page(TwoModes(A, B, steps=5, frame=1))
    assert pixel(page, "L2: the mean") == [230, 80, 80]
    assert pixel(page, "L1: a median") == [240, 40, 40]
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    optima = page.evaluate("document.querySelector('.two-modes').parentElement.optima")
    assert optima == {"p": 0.5, "mean": 0, "median": 1, "tie": True}
    assert "every answer" in page.locator(".readout").text_content()
    page.keyboard.press("ArrowRight")
    assert pixel(page, "L2: the mean") == [210, 160, 160]
    assert pixel(page, "L1: a median") == [200, 200, 200]


@pytest.mark.browser
def test_the_slider_changes_the_moving_row_alone(open_page, strip):
    page = open_page(strip)
    given = pixel(page, "given")
    assert pixel(page, "made") == [0, 0, 0]
    assert pixel(page, "made", 12) == [40, 40, 40]  # the second picture, behind a gap of two
    page.locator("input[type=range]").focus()
    page.keyboard.press("End")
    assert pixel(page, "made") == [160, 160, 160]
    assert pixel(page, "given") == given
    assert page.locator(".readout").text_content() == "T = 0.1: z"
