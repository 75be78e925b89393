"""The attention map: Python and the browser show one map and say the same of it."""

import re

import pytest
import torch

from course_lib.widgets.attention_map import AttentionMap
from tests.exported import unpacked

GENERATOR = torch.Generator().manual_seed(0)
PICTURES = torch.randint(256, (2, 3, 4, 9), generator=GENERATOR, dtype=torch.uint8)
ATTENTION = (3 * torch.randn(2, 6, 6, generator=GENERATOR, dtype=torch.float64)).softmax(2)


def widget(**options):
    return AttentionMap(PICTURES, ATTENTION, (2, 3), ["first", "second"], "Noise.", **options)


def test_the_map_is_the_row_of_the_place_that_asks():
    for picture, row, column in ((0, 0, 0), (1, 1, 2), (0, 1, 0)):
        shares = widget(picture=picture, row=row, column=column).shares
        expected = ATTENTION[picture, 3 * row + column].view(2, 3)
        assert shares.sum().item() == pytest.approx(1)
        assert (shares - expected).abs().max() < 0.01
        assert (shares == shares.max()).nonzero()[0].tolist() == (expected == expected.max()).nonzero()[
            0
        ].tolist()


def test_words_worked_by_hand():
    attention = torch.full((1, 4, 4), 0.25)
    attention[0, 2] = torch.tensor([0.0, 0.2, 0.2, 0.6])
    made = AttentionMap(PICTURES[:1, :, :, :8], attention, (2, 2), ["only"], "Noise.", row=1)
    assert made.spoken == (
        "Row 2, column 1 looks most at row 2 column 2 (60 %), row 1 column 2 (20 %), row 2 column 1 (20 %).\n"
        "Half of its attention lies on 1 of 4 places."
    )
    made.row = 0
    assert made.spoken.endswith("Half of its attention lies on 2 of 4 places.")
    assert made.spoken in made.static_frame().alt


def test_orange_where_it_looks_and_dimmed_where_not():
    attention = torch.zeros(1, 6, 6)
    attention[0, :, 4] = 1.0
    blended = AttentionMap(PICTURES[:1], attention, (2, 3), ["only"], "Noise.").blended()[0]
    assert (blended[:, 2:, 3:6] == torch.tensor([255, 140, 0], dtype=torch.uint8).view(3, 1, 1)).all()
    assert (blended[:, :2].double() - 0.6 * PICTURES[0, :, :2].double()).abs().max() <= 0.5


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: AttentionMap(PICTURES, ATTENTION[:1], (2, 3), ["a", "b"], "-"), r"expected \(2, 6, 6\)"),
        (lambda: AttentionMap(PICTURES, ATTENTION, (2, 3), ["a"], "-"), "names: got 1"),
        (lambda: AttentionMap(PICTURES, ATTENTION, (3, 2), ["a", "b"], "-"), "grid"),
    ],
)
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_page_needs_nothing_from_elsewhere():
    html = unpacked(widget().to_html()).replace("http://www.w3.org/2000/svg", "")  # a name, never fetched
    assert not re.search(r"""(?:https?:)?//[\w.-]+\.\w+""", html)
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="Attention map. Noise.[^"]{40,}"', html)


@pytest.mark.browser
def test_in_a_browser(open_page):
    page = open_page(widget())

    def agrees(**place):
        expected = widget(**place)
        assert page.locator("p.readout").inner_text() == expected.spoken
        data = page.evaluate(
            "() => { const c = document.querySelector('canvas'); return [...c.getContext('2d').getImageData(0, 0, 9, 4).data]; }"
        )
        shown = torch.tensor(data, dtype=torch.uint8).view(4, 9, 4)[..., :3].permute(2, 0, 1)
        assert (shown.int() - expected.blended()[0].int()).abs().max() <= 1

    agrees()
    page.get_by_label("row", exact=True).fill("1")
    agrees(row=1)
    pad = page.locator(".pad")
    pad.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp"):  # the edge holds
        page.keyboard.press(key)
    agrees(column=2)
    box = page.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"])
    agrees(row=1, column=1)
    page.get_by_label("picture").first.select_option("1")
    agrees(row=1, column=1, picture=1)
