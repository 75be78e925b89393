"""The line game: its numbers against closed forms and course_lib, its page in Chromium against its numbers."""

import math
import re

import pytest
import torch
from torch.testing import assert_close

from course_lib.widgets.minimax import LineGame, line_game
from course_lib.widgets.replay import TrainingReplay
from tests.exported import unpacked

NUMBERS = ("js", "value", "mean_saturating", "mean_non_saturating")


def test_equal_densities_are_the_end_of_the_game():
    now = line_game("one hill", 0.0, 0.8)  # the one hill itself
    assert_close(now["d"], torch.full_like(now["d"], 0.5))
    assert now["js"] == pytest.approx(0, abs=1e-12)
    assert now["value"] == pytest.approx(-math.log(4))
    assert_close(now["saturating"], torch.zeros_like(now["x"]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("target", ["one hill", "two hills"])
@pytest.mark.parametrize("mean", [-3.0, 0.4, 1.5])
def test_the_saturating_push_descends_the_divergence(target, mean):
    """With the best D the gradient of the minimax loss is that of 2 JS: the envelope theorem, by central difference."""
    push, h = line_game(target, mean, 0.7)["mean_saturating"], 1e-4
    js = [line_game(target, mean + side * h, 0.7)["js"] for side in (-1, 1)]
    assert push == pytest.approx(-2 * (js[1] - js[0]) / (2 * h), abs=1e-6)


def test_pushes_are_the_gradients_of_the_losses_and_their_ratio_is_one_minus_d_over_d():
    now = line_game("one hill", 1.5, 0.8)
    assert_close(now["non_saturating"] * now["d"], now["saturating"] * (1 - now["d"]))
    i = 310  # x = 1.5; equal widths: the logit of "real" is linear, its slope -mean / std^2
    slope = -1.5 / 0.64
    assert now["x"][i].item() == pytest.approx(1.5)
    assert now["d"][i].item() == pytest.approx(1 / (1 + math.exp(1.5**2 / (2 * 0.64))))
    assert now["saturating"][i].item() == pytest.approx(now["d"][i].item() * slope)


def test_far_away_only_one_loss_pushes():
    far = line_game("one hill", 4.0, 0.3)
    assert far["js"] == pytest.approx(math.log(2), abs=0.002)
    assert abs(far["mean_saturating"]) < 0.02 < 5 < abs(far["mean_non_saturating"])


def test_an_unknown_target_is_named():
    with pytest.raises(ValueError, match="three hills"):
        LineGame(target="three hills")


def test_the_page_needs_nothing_from_anywhere():
    page = unpacked(LineGame().to_html())
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="[^"]{40,}"', page)
    for address in ("https:", "import(", "fetch("):
        assert address not in re.sub(r"base64,[^\"]+", "", page)


def test_a_replay_of_one_picture_a_look_shows_them_side_by_side_under_its_own_title():
    looks = [(step, torch.full((1, 1, 8, 8), step / 10)) for step in range(5)]
    replay = TrainingReplay(looks, {"loss": (range(5), {"D": torch.arange(5.0)})}, title="the plane")
    assert replay.title == "the plane"
    assert replay.static_frame().alt.startswith("Training replay. The plane; here 4 of 5 snapshots")
    usual = TrainingReplay(looks, {"loss": (range(5), {"D": torch.arange(5.0)})})
    assert usual.title == "1 samples, the same codes at every snapshot"


# --- Chromium ---------------------------------------------------------------------------------------------
@pytest.fixture
def page(open_page):
    return open_page(LineGame(mean=1.0))


def shown(page):
    return page.evaluate("document.querySelector('.line-game').parentElement.game")


def agrees(game, widget):
    expected = widget.quantities()
    for name in NUMBERS:
        assert game[name] == pytest.approx(expected[name], abs=1e-9), name
    for name in ("p", "q", "d", "saturating", "non_saturating"):
        got = torch.tensor([row[name] for row in game["rows"]], dtype=torch.float64)
        assert_close(got, expected[name], rtol=1e-9, atol=1e-12)


@pytest.mark.browser
def test_the_browser_computes_what_the_library_computes(page):
    agrees(shown(page), LineGame(mean=1.0))
    page.get_by_label("real data").select_option("1")
    agrees(shown(page), LineGame(mean=1.0, target="two hills"))
    paths = "[...document.querySelectorAll('.line-game path')].map((p) => p.getAttribute('d')).join()"
    before = page.evaluate(paths)
    page.get_by_label("mean of q").focus()
    page.keyboard.press("ArrowRight")  # by keyboard: one twentieth
    assert page.evaluate(paths) != before
    agrees(shown(page), LineGame(mean=1.05, target="two hills"))
    value = shown(page)["value"]
    assert f"{value:.3f}".replace("-", "\N{MINUS SIGN}") in page.locator(".readout").text_content()
