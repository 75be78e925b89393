"""The class player: its tiles are the generator's at every class, blend and code; its page is alive alone."""

import io
import re

import pytest
import torch
from PIL import Image
from torch.testing import assert_close

from course_lib import viz
from course_lib.widgets.class_player import ClassPlayer, class_weights
from tests.exported import unpacked

HEIGHT, WIDTH, STEPS, NAMES, BETWEEN = 6, 5, 4, ["shirt", "bag", "boot"], 1
CODES = torch.randn(STEPS, 2, generator=torch.Generator().manual_seed(0))


def generator(z, weights):
    """A ramp whose direction is the code's and whose level is the class's: (N, 1, 6, 5)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, HEIGHT), torch.linspace(-1, 1, WIDTH), indexing="ij")
    level = weights @ torch.tensor([-1.0, 0.2, 1.0])
    return (0.4 * (z[:, :1, None] * y + z[:, 1:, None] * x) + level[:, None, None]).tanh()[:, None]


def player(**options):
    return ClassPlayer(generator, CODES, NAMES, **{"between": BETWEEN} | options)


def decoded(widget):
    """Every tile of the sheet, uint8 (N, H, W), cut out with PIL."""
    sheet = Image.open(io.BytesIO(widget.sheet)).convert("L")
    h, w = widget.height, widget.width
    cut = [
        sheet.crop((c * w, r * h, (c + 1) * w, (r + 1) * h))
        for r in range(sheet.height // h)
        for c in range(widget.columns)
    ]
    return torch.stack(
        [torch.frombuffer(bytearray(tile.tobytes()), dtype=torch.uint8).view(h, w) for tile in cut]
    )


def tile_of(weights, frame):
    images = generator(CODES[frame][None], torch.tensor([weights]))
    return torch.from_numpy(viz.to_pixels(images))[0, ..., 0]


# --- Python


def test_weights_by_hand():
    by_hand = [[1, 0, 0], [0.5, 0.5, 0], [0, 1, 0], [0, 0.5, 0.5], [0, 0, 1]]
    assert_close(class_weights(3, 1), torch.tensor(by_hand))
    assert_close(class_weights(3, 0), torch.eye(3))
    many = class_weights(10, 2)
    assert many.shape == (28, 10)
    assert_close(many.sum(1), torch.ones(28))
    assert ((many > 0).sum(1) <= 2).all()


def test_tiles_are_the_generators_at_every_class_blend_and_code():
    tiles, places = (
        decoded(player()),
        [[1.0, 0, 0], [0.5, 0.5, 0], [0, 1.0, 0], [0, 0.5, 0.5], [0, 0, 1.0]],
    )
    assert len(tiles) == len(places) * STEPS
    for p, weights in enumerate(places):
        for frame in range(STEPS):
            off = tiles[p * STEPS + frame].int() - tile_of(weights, frame).int()
            assert off.abs().max() <= 1, (p, frame)  # one level: a batch may round the other way


def test_the_generator_is_asked_once_and_without_gradients():
    asked = []

    def counting(z, weights):
        asked.append((tuple(z.shape), tuple(weights.shape), torch.is_grad_enabled()))
        return generator(z, weights)

    ClassPlayer(counting, CODES, NAMES, BETWEEN)
    assert asked == [((20, 2), (20, 3), False)]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ClassPlayer(generator, CODES, ["alone"]), "got 1 names, 4 codes"),
        (lambda: ClassPlayer(generator, CODES[:1], NAMES), "got 3 names, 1 codes"),
        (
            lambda: ClassPlayer(lambda z, w: z, CODES, NAMES),
            r"expected images \(12, C, H, W\), got \(12, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_page_needs_nothing_from_elsewhere_and_says_what_it_shows():
    html = unpacked(player().to_html())
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'`]*""", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, never fetched
    alt = re.search(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', html)[1]
    assert all(name in alt for name in NAMES)
    data, _ = player()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(data)


# --- Chromium


@pytest.fixture
def page(open_page):
    return open_page(player())


def canvas(page, n):
    """The grey pixels of the n-th canvas, uint8 (H, W)."""
    width, height, data = page.evaluate(
        """n => {
            const c = document.querySelectorAll('canvas')[n];
            return [c.width, c.height, [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]];
        }""",
        n,
    )
    return torch.tensor(data, dtype=torch.uint8).view(height, width, 4)[..., 0]


@pytest.mark.browser
def test_both_sliders_show_the_tile_and_the_doors_follow_the_code(page):
    tiles, sliders = decoded(player()), page.locator("input[type=range]")
    for place, frame in ((0, 0), (3, 2), (4, 3), (2, 1)):
        sliders.nth(0).fill(str(place))
        sliders.nth(1).fill(str(frame))
        assert torch.equal(canvas(page, 0), tiles[place * STEPS + frame]), (place, frame)
        for k in range(3):
            assert torch.equal(canvas(page, 1 + k), tiles[2 * k * STEPS + frame]), (k, frame)
    assert page.locator("p.readout").inner_text() == "class: bag; code 2 of 4"


@pytest.mark.browser
def test_keys_and_doors_and_what_is_said(page):
    slider, readout = page.get_by_role("slider", name="class"), page.locator("p.readout")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert "between shirt and bag, 50 % of the latter" in readout.inner_text()
    assert slider.get_attribute("aria-valuetext") == "between shirt and bag, 50 % of the latter"
    door = page.get_by_role("button", name="go to class boot")
    assert door.get_attribute("aria-pressed") == "false"
    door.focus()
    page.keyboard.press("Enter")
    assert (slider.input_value(), door.get_attribute("aria-pressed")) == ("4", "true")
    assert torch.equal(canvas(page, 0), decoded(player())[4 * STEPS])


@pytest.mark.browser
def test_the_code_plays_and_the_class_stays(page):
    page.get_by_role("slider", name="class").fill("2")
    page.get_by_role("button", name="play").click()
    page.wait_for_function("document.querySelectorAll('input')[1].value === '3'")
    assert page.locator("p.readout").inner_text() == "class: bag; code 4 of 4"
