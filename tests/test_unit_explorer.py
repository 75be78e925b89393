"""The unit explorer: its tiles are the features' patches and projections, its page is alive alone."""

import io
import re

import pytest
import torch
from PIL import Image
from torch import nn

from course_lib import data
from course_lib.features import cut_windows, project_to_pixels, top_activations, window_layers
from course_lib.widgets.unit_explorer import CELL, GAP, UnitExplorer
from tests.exported import unpacked

LAYERS = {"layer 1": 2, "layer 2": 5}
UNITS = {"layer 1": [2, 0], "layer 2": [1, 4]}


def network(channels=1):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = [nn.Conv2d(channels, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        return nn.Sequential(*layers, nn.Conv2d(3, 5, 3, padding=1), nn.ReLU()).eval()


def pictures(channels=1):
    rng = torch.Generator().manual_seed(1)
    return torch.randint(256, (12, channels, 16, 14), generator=rng, dtype=torch.uint8)


def explorer(channels=1, **options):
    about = lambda image: f"from {sorted(image.tolist())[0]} on"  # noqa: E731
    return UnitExplorer(network(channels), pictures(channels), LAYERS, UNITS, about=about, **options)


def test_tiles_hold_the_patches_and_the_projections():
    widget, images = explorer(), pictures()
    assert (widget.columns, widget.fields, widget.channels) == (2, [3, 8], [2, 0, 1, 4])
    assert (widget.height, widget.width) == (3 * CELL, 6 * CELL + GAP)
    front = network()
    tops, layers = top_activations(front, images), window_layers(front)
    image, row, column = (t[4] for t in tops[1:])
    tile = widget.static_frames(torch.tensor([3]))[0]  # layer 2, unit 4; 8 pixels, twice as large
    patches = cut_windows(images, layers, image, row, column, 0)
    projections = project_to_pixels(front, data.to_float(images[image]), 4, row, column)
    projections = cut_windows(projections, layers, torch.arange(9), row, column, 0.0)
    for k in range(9):
        top, left = k // 3 * CELL + 2, k % 3 * CELL + 2
        shown = tile[:, top : top + 16 : 2, left : left + 16 : 2]
        assert torch.equal(shown, patches[k].expand(3, -1, -1))
        left += 3 * CELL + GAP
        shown = tile[:, top : top + 16 : 2, left : left + 16 : 2].int()
        loud = projections[k, 0].abs() > 0.1 * projections[k].abs().max()
        # orange has more red than blue, blue the reverse
        assert torch.equal((shown[0] > shown[2])[loud], projections[k, 0][loud] > 0)
    assert widget.notes[3] == f"from {min(image.tolist())} on"


def test_tops_that_are_known_are_used():
    tops = {name: top_activations(network()[:depth], pictures()) for name, depth in LAYERS.items()}
    assert explorer(tops=tops).sheet == explorer().sheet
    tops["layer 2"] = type(tops["layer 2"])(*(t.flip(0) for t in tops["layer 2"]))
    assert explorer(tops=tops).sheet != explorer().sheet


def test_colour_images_too():
    widget = explorer(3)
    assert len(widget.static_frames(torch.arange(4))) == 4


def test_units_that_do_not_fit_are_named():
    for units in ({"layer 1": [0], "layer 2": [0, 1]}, {"layer 1": [0]}):
        with pytest.raises(ValueError, match="expected as many for each of layer 1, layer 2"):
            UnitExplorer(network(), pictures(), LAYERS, units)


def test_the_page_needs_nothing_from_elsewhere_and_the_still_is_described():
    html = unpacked(explorer().to_html())
    assert not re.search(r"\b(import|fetch)\s*\(|^import ", html, re.MULTILINE)
    assert set(re.findall(r"""https?://[^\s"'`]*""", html)) <= {"http://www.w3.org/2000/svg"}
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="Unit explorer[^"]{40,}"', html)
    still = Image.open(io.BytesIO(explorer().static_frame().data)).convert("L")
    paper = (torch.frombuffer(bytearray(still.tobytes()), dtype=torch.uint8) > 250).double().mean()
    assert paper < 0.6


@pytest.mark.browser
def test_in_a_browser(open_page):
    widget = explorer()
    page = open_page(widget)

    def canvas():
        values = page.evaluate(
            "(c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data])(document.querySelector('canvas'))"
        )
        shown = torch.tensor(values, dtype=torch.uint8).view(widget.height, widget.width, 4)
        return shown[..., :3].permute(2, 0, 1)

    tiles = widget.static_frames(torch.arange(4))
    assert torch.equal(canvas(), tiles[0])
    page.locator("input[type=range]").fill("1")
    assert torch.equal(canvas(), tiles[1])
    page.locator("select").select_option("1")
    assert torch.equal(canvas(), tiles[3])
    readout = page.locator("p.readout").inner_text()
    assert "layer 2, unit 4 (2 of 2): sees 8 × 8 pixels" in readout
    assert widget.notes[3] in readout
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "layer 2, unit 4"
    page.keyboard.press("Tab")
