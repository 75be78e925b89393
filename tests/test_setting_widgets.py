"""The setting player, the overlap explorer, the divergence explorer and the quiz: Python, page and browser agree."""

import io
import itertools
import math
import re

import pytest
import torch
from PIL import Image
from torch.distributions import Categorical, kl_divergence
from torch.nn.functional import conv_transpose2d, interpolate
from torch.testing import assert_close

from course_lib.widgets.diagnostic import diagnostic_quiz
from course_lib.widgets.divergences import Divergences, hills
from course_lib.widgets.overlap_explorer import OverlapExplorer, kernel_of
from course_lib.widgets.quiz import Quiz
from course_lib.widgets.setting_player import SettingPlayer
from tests.exported import unpacked

NOISE = torch.randint(256, (1, 1, 26, 31), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
LAYERS = ("transposed convolution", "resize, then convolve")


def frames(*shape):
    return torch.randint(256, shape, generator=torch.Generator().manual_seed(1), dtype=torch.uint8)


PICTURES = frames(2, 3, 2, 3, 8, 10)  # two knobs of two and three values, two panels


def player(**options):
    knobs = {"size": ["small", "large"], "bend": ["none", "soft", "hard"]}
    texts = [f"{a} and {b}" for a in knobs["size"] for b in knobs["bend"]]
    return SettingPlayer(PICTURES, knobs, ["before", "after"], texts, "Noise.", **options)


QUESTIONS = [
    {"ask": "Which one?", "answers": [("this", True, "Yes, this."), ("that", False, "That is not.")], "refresh": "A"},
    {"ask": "Where?", "answers": [("here", False, "No."), ("there", True, "Over there.")], "refresh": "B"},
    {"ask": "Why <b>?", "answers": [("so", True, "Because."), ("no", False, "Hm.")], "refresh": "A"},
]  # fmt: skip
VERDICTS = [(3, "Go on."), (1, "Look again."), (0, "Begin here.")]


def quiz():
    return Quiz("a quiz", QUESTIONS, VERDICTS)


WIDGETS = {
    "player": player,
    "overlap": lambda: OverlapExplorer(NOISE),
    "divergences": Divergences,
    "quiz": quiz,
}


# --- Python -----------------------------------------------------------------------------------------------
def test_a_setting_shows_its_own_pictures_and_text():
    for a, b in itertools.product(range(2), range(3)):
        widget = player(chosen=[a, b])
        sheet = Image.open(io.BytesIO(widget.sheet)).convert("RGB")
        for panel in range(2):
            left, top = panel * 10, widget.setting * 8
            cut = sheet.crop((left, top, left + 10, top + 8))
            shown = torch.frombuffer(bytearray(cut.tobytes()), dtype=torch.uint8).view(8, 10, 3)
            assert torch.equal(shown, PICTURES[a, b, panel].permute(1, 2, 0))
        assert widget.readouts[widget.setting] in widget.static_frame().alt
    assert player().chosen == [1, 1]


@pytest.mark.parametrize(
    ("weights", "k", "s"), [("random", 5, 3), ("tent", 4, 2), ("all equal", 3, 2), ("random", 2, 4)]
)
def test_the_enlarged_image_is_torchs(weights, k, s):
    w = kernel_of(weights, k)[None, None]
    assert w.sum().item() == pytest.approx(1)
    widget = OverlapExplorer(NOISE, weights=weights, kernel=k, stride=s)
    x = NOISE.double() / 127.5 - 1
    assert_close(widget.enlarged(widget.x), conv_transpose2d(x, s * s * w, stride=s))
    widget.layer = LAYERS[1]
    odd = k + 1 - k % 2
    w = kernel_of(weights, odd)[None, None]
    larger = interpolate(x, scale_factor=s, mode="nearest")
    assert_close(widget.enlarged(widget.x), torch.nn.functional.conv2d(larger, w, padding=odd // 2))


def test_unevenness_worked_by_hand():
    uneven = OverlapExplorer(NOISE, kernel=3, stride=2).unevenness  # 4, 2, 2, 1: mean 9/4, mean square 25/4
    assert uneven == pytest.approx(math.sqrt(25 / 4 - 81 / 16) / (9 / 4))
    assert OverlapExplorer(NOISE, kernel=4, stride=2).unevenness == pytest.approx(0, abs=1e-12)
    assert OverlapExplorer(NOISE, kernel=4, stride=2, weights="tent").unevenness == pytest.approx(
        0, abs=1e-12
    )
    assert OverlapExplorer(NOISE, kernel=4, stride=2, weights="random").unevenness > 0.1
    for k, s in itertools.product(range(1, 8), range(1, 5)):
        resized = OverlapExplorer(NOISE, kernel=k, stride=s, weights="random", layer=LAYERS[1])
        assert resized.unevenness == pytest.approx(0, abs=1e-12)


def test_divergences_are_torchs():
    for target in ("one hill", "two hills", "all alike"):
        widget = Divergences(target=target, mean=3.3, std=2.5)
        p, q = (Categorical(d) for d in widget.distributions)
        got = widget.quantities()
        assert got["H(p)"] == pytest.approx(p.entropy().item())
        assert got["KL(p‖q)"] == pytest.approx(kl_divergence(p, q).item())
        assert got["KL(q‖p)"] == pytest.approx(kl_divergence(q, p).item())


def test_hills_are_bells():
    one = hills([(8.0, 2.0)])
    assert one.argmax() == 8
    assert (one[10] / one[8]).item() == pytest.approx(math.exp(-0.5))
    assert_close(hills([(4.0, 1.0), (15.0, 1.0)]), (hills([(4.0, 1.0)]) + hills([(15.0, 1.0)])) / 2)
    assert_close(hills([]), torch.full((20,), 0.05).double())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: SettingPlayer(PICTURES[0], {"a": "12"}, ["x", "y"], ["", ""], "-"), r"expected \(2, 2\)"),
        (lambda: SettingPlayer(PICTURES[0, :, :1], {"a": "123"}, ["x"], ["", ""], "-"), "expected 3, one a setting"),
        (lambda: OverlapExplorer(NOISE[..., :20]), "at least 24 pixels"),
        (lambda: OverlapExplorer(NOISE.float()), "expected uint8"),
        (lambda: Quiz("q", [{"ask": "Which?", "answers": [("a", False, "")]}], VERDICTS), "in 'Which[?]'"),
        (lambda: Quiz("q", QUESTIONS, [(1, "x")]), "end with 0"),
        (lambda: Quiz("q", QUESTIONS, [(0, "x"), (1, "y")]), "falling"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# --- pages ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", WIDGETS)
def test_page_needs_nothing_from_elsewhere(name):
    html = unpacked(WIDGETS[name]().to_html())
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'`]*""", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, never fetched
    assert not re.search(r"\b(import|fetch)\s*\(|^import ", html, re.MULTILINE)
    data, _ = WIDGETS[name]()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(data)


@pytest.mark.parametrize("name", ["player", "overlap", "divergences"])
def test_still_picture_has_alt_text(name):
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="[^"]{40,}"', WIDGETS[name]().to_html())


def test_without_script_the_quiz_is_a_list_with_folded_replies():
    page = quiz().static_frame().to_html()
    assert page.count("<details>") == page.count("</details>") == 3
    assert "Right. Over there." in page
    assert "Why &lt;b&gt;?" in page  # text stays text


# --- Chromium ---------------------------------------------------------------------------------------------
def canvas(page, n):
    width, height, data = page.evaluate(
        """n => {
            const c = document.querySelectorAll('canvas')[n];
            return [c.width, c.height, [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]];
        }""",
        n,
    )
    return torch.tensor(data, dtype=torch.uint8).view(height, width, 4)[..., :3]


@pytest.mark.browser
def test_player_in_a_browser(open_page):
    page = open_page(player(chosen=[0, 0]))
    for a, b in ((1, 2), (0, 1), (1, 0)):
        page.get_by_label("size").fill(str(a))
        page.get_by_label("bend").fill(str(b))
        for panel in range(2):
            assert torch.equal(canvas(page, panel), PICTURES[a, b, panel].permute(1, 2, 0))
        assert page.locator("p.readout").inner_text() == player(chosen=[a, b]).readouts[3 * a + b]
    page.get_by_label("bend").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("bend").get_attribute("aria-valuetext") == "soft"
    assert torch.equal(canvas(page, 0), PICTURES[1, 1, 0].permute(1, 2, 0))


@pytest.mark.browser
def test_overlaps_in_a_browser(open_page):
    page = open_page(OverlapExplorer(NOISE))
    root = "document.querySelector('.course-widget').parentElement"
    assert page.evaluate(f"{root}.measured.counts") == [1, 2, 4]
    for layer, weights, k, s in (
        (0, "random", 5, 3),
        (0, "tent", 4, 2),
        (1, "random", 4, 2),
        (1, "all equal", 3, 4),
    ):
        page.get_by_label("layer").select_option(str(layer))
        page.get_by_label("weights").select_option(label=weights)
        page.get_by_label("kernel").fill(str(k))
        page.get_by_label("stride").fill(str(s))
        widget = OverlapExplorer(NOISE, layer=LAYERS[layer], weights=weights, kernel=k, stride=s)
        expected = widget.enlarged(widget.x)[0, 0]
        assert_close(
            torch.tensor(page.evaluate(f"[...{root}.enlarged]")).double().view(expected.shape),
            expected,
            rtol=0,
            atol=1e-5,
        )
        measured = page.evaluate(f"{root}.measured")
        assert measured["uneven"] == pytest.approx(widget.unevenness, abs=1e-7)
        if layer == 0:
            inside = widget.count[12:-12, 12:-12].unique().tolist()
            assert measured["counts"] == inside
        grey = ((expected.clamp(-1, 1) + 1) * 127.5 + 0.5).floor().to(torch.uint8)
        assert (canvas(page, 1)[..., 0].int() - grey.int()).abs().max() <= 1


@pytest.mark.browser
def test_divergences_in_a_browser(open_page):
    page = open_page(Divergences())
    root = "document.querySelector('.course-widget').parentElement"

    def agrees(widget):
        measured = page.evaluate(f"{root}.measured")
        assert measured == pytest.approx(widget.quantities(), abs=1e-9)

    agrees(Divergences())
    start = Divergences().quantities()["KL(q‖p)"]
    page.get_by_label("mean of q").fill("4.5")
    page.get_by_label("std of q").fill("1.2")
    agrees(Divergences(mean=4.5, std=1.2))
    page.get_by_label("mean of q").fill("9.5")
    row = page.locator("tbody tr").nth(1).inner_text().split()
    lowest = Divergences(mean=4.5, std=1.2).quantities()["KL(q‖p)"]
    assert lowest < start
    assert row[2] == f"{lowest:.3f}"  # kept, though q has moved on
    page.get_by_label("p", exact=True).select_option(label="all alike")
    agrees(Divergences(target="all alike", mean=9.5, std=1.2))
    row = page.locator("tbody tr").nth(1).inner_text().split()
    assert row[1] == row[2]  # a new p, a new hunt


@pytest.mark.browser
def test_quiz_in_a_browser(open_page):
    page = open_page(quiz())
    said, result = page.locator("fieldset p.readout"), page.locator(".result")
    assert result.inner_text().startswith("0 of 3")
    page.get_by_label("that").check()
    assert said.nth(0).inner_text() == "→ Not quite. That is not."
    page.get_by_label("this").check()  # read the other reply: the first choice has counted
    assert said.nth(0).inner_text() == "✓ Right. Yes, this."
    page.get_by_label("there", exact=True).check()
    page.get_by_label("so").focus()
    page.keyboard.press(" ")
    assert "2 of 3 at the first try. Look again." in result.inner_text()
    assert result.locator("li").all_inner_texts() == ["A"]
    page.get_by_role("button", name="clear my answers").click()
    assert result.inner_text().startswith("0 of 3")
    for right in ("this", "there", "so"):
        page.get_by_label(right, exact=True).check()
    assert "3 of 3 at the first try. Go on." in result.inner_text()
    assert result.locator("li").count() == 0


def test_the_diagnostic_quiz_is_twelve_questions_with_a_reply_to_every_answer():
    widget = diagnostic_quiz()
    assert len(widget.questions) == 12
    for q in widget.questions:
        assert q["ask"]
        assert q["refresh"]
        assert len(q["answers"]) >= 3
        assert all(text and reply for text, _, reply in q["answers"])
    places = [[right for _, right, _ in q["answers"]].index(True) for q in widget.questions]
    assert max(places.count(n) for n in range(3)) <= 8  # the right answer does not always stand in one place
