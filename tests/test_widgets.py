"""Widgets: their state and their pages in Python, their arithmetic and their pixels in Chromium.

A page exported by `to_html` is opened from the file system with the network cut off.
"""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import conv2d

from course_lib import viz
from course_lib.widgets import KernelExplorer, SlidingWindow
from course_lib.widgets.kernel_explorer import PRESETS
from tests.exported import unpacked


def pixels(*shape, seed=0):
    return torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)


@pytest.fixture
def explorer():
    return KernelExplorer(
        {"first": pixels(1, 1, 24, 17), "second": pixels(1, 1, 24, 17, seed=1)}, preset="sharpen"
    )


@pytest.fixture
def window():
    weight = torch.randn(3, 5, 5, generator=torch.Generator().manual_seed(2))
    return SlidingWindow(pixels(1, 3, 16, 13), weight, bias=-0.25)


def unit(image):
    return image.double() / 127.5 - 1


# --- Python -----------------------------------------------------------------------------------------------


def test_explorer_response_is_the_framework_s_convolution(explorer):
    kernel = torch.tensor(PRESETS["sharpen"], dtype=torch.float64)[None, None]
    torch.testing.assert_close(explorer.response, conv2d(unit(pixels(1, 1, 24, 17)), kernel))
    explorer.image = 1
    torch.testing.assert_close(explorer.response, conv2d(unit(pixels(1, 1, 24, 17, seed=1)), kernel))


def test_window_response_is_the_framework_s_convolution(window):
    window.stride, window.padding, window.dilation = 2, 3, 2
    weight = torch.tensor(window.weight, dtype=torch.float64)[None]
    expected = conv2d(unit(pixels(1, 3, 16, 13)), weight, torch.tensor([-0.25]).double(), 2, 3, 2)
    torch.testing.assert_close(window.response, expected)


def test_presets_of_one_size_are_square_and_named_by_what_they_do():
    for name, kernel in PRESETS.items():
        assert {len(row) for row in kernel} == {len(kernel)}, name
    assert all(
        abs(sum(map(sum, PRESETS[name])) - 1) < 1e-12
        for name in PRESETS
        if "blur" in name or name == "sharpen"
    )


def test_wrong_images_are_named():
    with pytest.raises(ValueError, match="one size"):
        KernelExplorer({"a": pixels(1, 1, 8, 8), "b": pixels(1, 1, 9, 8)})
    with pytest.raises(ValueError, match=re.escape("(1, 1, 8, 8)")):
        SlidingWindow(pixels(1, 1, 8, 8), torch.zeros(3, 3, 3))
    with pytest.raises(ValueError, match=re.escape("(3, 3)")):
        SlidingWindow(pixels(1, 3, 8, 8), torch.zeros(3, 3))


@pytest.mark.parametrize("name", ["explorer", "window"])
def test_the_bundle_has_three_forms_and_no_address(name, request):
    widget = request.getfixturevalue(name)
    data, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"].startswith("[widget: ")
    page = unpacked(data["text/html"]).replace("http://www.w3.org/2000/svg", "")  # a name, never fetched
    assert re.search(r'<img src="data:image/\w+;base64,[^"]+" alt="[^"]{40,}"', page)  # the static frame
    for address in ("http:", "https:", "import(", "import ", "fetch(", "url("):
        assert address not in re.sub(r"base64,[^\"]+", "", page), address
    assert page.count("<script") == page.count("</script>") == 1


def test_state_that_would_close_the_script_is_escaped():
    widget = KernelExplorer({"</script><b>": pixels(1, 1, 8, 8)})
    assert widget.to_html().count("</script>") == 1


# --- Chromium ---------------------------------------------------------------------------------------------


def values(page, selector):
    """The float64 numbers behind a canvas, before they become colours."""
    return torch.tensor(
        page.locator(selector).evaluate("canvas => Array.from(canvas.response)"), dtype=torch.float64
    )


def canvas_pixels(page, selector):
    """What a canvas shows, (H, W, 3)."""
    image = Image.open(
        io.BytesIO(
            base64.b64decode(
                page.locator(selector).evaluate("canvas => canvas.toDataURL('image/png').split(',')[1]")
            )
        )
    )
    return torch.from_numpy(np.array(image.convert("RGB"))).int()


RESPONSE = '.kernel-explorer canvas[aria-label="the response map"]'
MAP = '.sliding-window canvas[aria-label="the output map, filled so far"]'


@pytest.mark.browser
@pytest.mark.parametrize("preset", list(PRESETS))
def test_explorer_in_the_browser_equals_the_library(explorer, open_page, preset):
    page = open_page(explorer)
    page.get_by_label("Kernel", exact=True).select_option(preset)
    explorer.kernel = PRESETS[preset]
    expected = explorer.response[0, 0]
    torch.testing.assert_close(values(page, RESPONSE), expected.flatten(), rtol=0, atol=1e-12)
    page.get_by_label("Colours").select_option("0")
    grey = canvas_pixels(page, RESPONSE)
    wanted = torch.from_numpy(viz.to_pixels(expected[None, None])[0]).int()
    assert (grey - wanted).abs().max() <= 1  # ties round another way in JavaScript
    page.get_by_label("Colours").select_option("1")
    signed = canvas_pixels(page, RESPONSE)
    steps = (expected / (expected.abs().max().item() or 1) * 127 + 127).round().long()
    neighbours = torch.stack([viz.signed_palette()[(steps + d).clamp(0, 254)].int() for d in (-1, 0, 1)])
    assert ((neighbours - signed).abs().amax(-1).min(0).values == 0).all()


@pytest.mark.browser
def test_typing_a_weight_changes_the_pixels(explorer, open_page):
    page = open_page(explorer)
    before = canvas_pixels(page, RESPONSE)
    page.get_by_label("weight in row 1, column 3").fill("-1.5")
    assert not torch.equal(before, canvas_pixels(page, RESPONSE))
    kernel = [list(row) for row in PRESETS["sharpen"]]
    kernel[0][2] = -1.5
    explorer.kernel = kernel
    torch.testing.assert_close(values(page, RESPONSE), explorer.response.flatten(), rtol=0, atol=1e-12)
    assert page.get_by_label("Kernel", exact=True).input_value() == "own"


@pytest.mark.browser
def test_explorer_by_keyboard_alone(explorer, open_page):
    page = open_page(explorer)
    page.keyboard.press("Tab")  # kernel, image, colours, then the weights
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "weight in row 1, column 1"
    page.keyboard.press("ArrowUp")
    explorer.kernel = [[0.25, *PRESETS["sharpen"][0][1:]], *PRESETS["sharpen"][1:]]
    torch.testing.assert_close(values(page, RESPONSE), explorer.response.flatten(), rtol=0, atol=1e-12)


@pytest.mark.browser
def test_turning_the_kernel_and_choosing_the_other_image(explorer, open_page):
    page = open_page(explorer)
    page.get_by_label("Kernel", exact=True).select_option("left to right change (Sobel)")
    plain = values(page, RESPONSE)
    page.get_by_role("button", name="turn 180°").click()
    torch.testing.assert_close(values(page, RESPONSE), -plain)  # Sobel turned by 180 degrees is its negative
    page.get_by_label("Image", exact=True).select_option("second")
    explorer.kernel = [row[::-1] for row in PRESETS["left to right change (Sobel)"]][::-1]
    explorer.image = 1
    torch.testing.assert_close(values(page, RESPONSE), explorer.response.flatten(), rtol=0, atol=1e-12)


@pytest.mark.browser
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (2, 1, 1), (3, 4, 3), (1, 2, 2)])
def test_window_in_the_browser_equals_the_library(window, open_page, stride, padding, dilation):
    page = open_page(window)
    for name, value in (("stride", stride), ("padding", padding), ("dilation", dilation)):
        page.get_by_label(name, exact=True).select_option(str(value))
    window.stride, window.padding, window.dilation = stride, padding, dilation
    torch.testing.assert_close(values(page, MAP), window.response.flatten(), rtol=0, atol=1e-12)
    assert f"= {window.response.shape[2]} rows" in page.locator(".sliding-window .readout").text_content()


@pytest.mark.browser
def test_stepping_fills_the_map_and_says_the_sum(window, open_page):
    page = open_page(window)
    slider = page.get_by_label("step: which window")
    before = canvas_pixels(page, MAP)
    slider.focus()
    page.keyboard.press("End")
    text = page.locator(".sliding-window .readout").text_content()
    last = window.response[0, 0, -1, -1].item()
    assert not torch.equal(before, canvas_pixels(page, MAP))
    assert f"= {last:.2f}.".replace("-", "\N{MINUS SIGN}") in text
    rows, columns = window.response.shape[2:]
    assert text.startswith(f"Window {rows * columns} of {rows * columns}. y[{rows - 1}, {columns - 1}]")


@pytest.mark.browser
def test_two_widgets_on_one_page_do_not_meet(explorer, window, open_page):
    page = open_page(explorer, window, explorer)
    page.locator(".kernel-explorer").nth(0).get_by_label("weight in row 2, column 2").fill("0")
    first, second = (
        page.locator(".kernel-explorer").nth(i).locator("canvas").nth(1).evaluate("c => c.response[0]")
        for i in (0, 1)
    )
    assert first != second


@pytest.mark.browser
def test_without_javascript_the_static_frame_stands(explorer, browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(explorer.to_html())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("img").is_visible()
    context.close()
