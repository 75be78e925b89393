"""The damage explorer: its tiles are the images it was given, its charts the values, its page is alive alone."""

import re

import pytest
import torch

from course_lib.widgets.damage_explorer import DamageExplorer
from tests.exported import unpacked

UNITS = (("noise", "standard deviation", (0, 0.1, 0.25)), ("few", "pictures", (9, 3, 1)))
VALUES = {
    "distance": torch.tensor([[1.0, 20.0, 300.0], [1.0, -2.0, 40.0]]),
    "recall": torch.tensor([[0.9, 0.5, 0.25], [0.9, 0.125, 0.0]]),
}


def images():
    rng = torch.Generator().manual_seed(0)
    return torch.randint(
        256, (2, 3, 5, 1, 8, 6), generator=rng, dtype=torch.uint8
    )  # (damages, L, n, C, H, W)


def explorer(**options):
    damages = [(*words, batch) for words, batch in zip(UNITS, images())]
    return DamageExplorer(damages, VALUES, **options)


def tile(widget, number):
    return widget.static_frames(torch.tensor([number]))[0]


def test_tiles_are_the_images():
    widget, expected = explorer(), images().flatten(0, 2)
    assert widget.columns == 5
    for number in range(30):
        assert torch.equal(tile(widget, number), expected[number].expand(3, -1, -1)), number


def test_values_and_words_are_kept():
    widget = explorer()
    assert widget.names == ["noise", "few"]
    assert widget.strengths == [[0, 0.1, 0.25], [9, 3, 1]]
    assert widget.metrics[1] == {"name": "recall", "values": [[0.9, 0.5, 0.25], [0.9, 0.125, 0]]}


def test_what_does_not_fit_is_named():
    first, second = ((*words, batch) for words, batch in zip(UNITS, images()))
    with pytest.raises(ValueError, match=r"of one shape and L strengths each"):
        DamageExplorer([first, (*UNITS[1], images()[1, :2])], VALUES)
    with pytest.raises(ValueError, match=r"distance: expected values \(2, 3\), got \(2, 2\)"):
        DamageExplorer([first, second], {"distance": VALUES["distance"][:, :2]})


def test_the_still_has_words_and_the_page_needs_nothing_from_elsewhere():
    page = unpacked(explorer().to_html())
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="Damage explorer[^"]{40,}"', page)
    assert not re.search(r"\b(import|fetch)\s*\(|^import ", page, re.MULTILINE)
    assert set(re.findall(r"https?://[\w.]+", page)) <= {"http://www.w3.org"}  # a name, never fetched


@pytest.mark.browser
def test_in_a_browser(open_page):
    widget = explorer(level=1)
    page = open_page(widget)

    def shown():
        pixels = page.evaluate(
            "() => { const c = document.querySelector('canvas'); "
            "return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }"
        )
        return torch.tensor(pixels, dtype=torch.uint8).view(16, 18, 4)[..., :3]  # 2 lines of 3 tiles

    def readout():
        return page.locator("p.readout").inner_text()

    assert readout() == "noise: 0.1 standard deviation. distance: 20; recall: 0.5"
    page.get_by_role("combobox").select_option("1")
    page.get_by_role("slider").fill("2")
    assert readout() == "few: 1 pictures. distance: 40; recall: 0"
    for n in range(5):
        top, left = n // 3 * 8, n % 3 * 6
        expected = tile(widget, (1 * 3 + 2) * 5 + n).permute(1, 2, 0)
        assert torch.equal(shown()[top : top + 8, left : left + 6], expected), n
    dots = [float(d.get_attribute("cy")) for d in page.locator(".dot").all()]
    page.get_by_role("slider").fill("0")
    before = [float(d.get_attribute("cy")) for d in page.locator(".dot").all()]
    assert dots[0] < before[0]  # the distance has risen, upwards on the screen
    assert dots[1] > before[1]
    page.get_by_role("slider").press("ArrowRight")
    assert readout().startswith("few: 3 pictures. distance: −2")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "few: 3 pictures"
