"""Figures: colours, pixels, words. What is drawn is judged by eye; what is promised is tested here."""

import base64
import io
import re
import subprocess
import sys

import pytest
import torch
from matplotlib.lines import Line2D
from PIL import Image

from course_lib import data, viz


def decoded(picture):
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def images(n=2, c=3, dtype=torch.uint8):
    x = torch.randint(0, 256, (n, c, 8, 6), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return x if dtype == torch.uint8 else x.to(dtype) / 127.5 - 1


def test_floats_and_bytes_of_one_image_give_the_same_pixels():
    pixels = viz.to_pixels(images())
    assert pixels.shape == (2, 8, 6, 3)
    for dtype in (torch.float32, torch.float64):
        assert (viz.to_pixels(images(dtype=dtype)) == pixels).all()


def test_grey_images_repeat_their_channel_and_values_outside_the_range_are_clipped():
    x = torch.tensor([-3.0, -1.0, 0.0, 1.0, 3.0]).view(1, 1, 1, 5)
    assert viz.to_pixels(x)[0, 0].tolist() == [[v] * 3 for v in (0, 0, 128, 255, 255)]


@pytest.mark.parametrize("shape", [(3, 8, 6), (1, 2, 8, 6)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(ValueError, match=re.escape(str(shape))):
        viz.to_pixels(torch.zeros(shape))


def test_signed_palette_is_white_at_zero_blue_below_orange_above():
    palette = viz.signed_palette().int()
    assert palette.shape == (255, 3)
    assert palette[127].tolist() == [255, 255, 255]
    assert (palette[:120, 2] > palette[:120, 0]).all()  # blue over red
    assert (palette[135:, 0] > palette[135:, 2]).all()  # red over blue


def test_signed_palette_darkens_away_from_zero():
    """Readable in grey too: lightness says how large, hue says which sign."""
    luma = viz.signed_palette().double() @ torch.tensor([0.2126, 0.7152, 0.0722], dtype=torch.float64)
    assert (luma[:127].diff() > 0).all()
    assert (luma[127:].diff() < 0).all()


def test_signed_images_place_values_on_the_palette():
    values = torch.tensor([[-2.0, -1.0, 0.0, 1.0, 5.0]])
    pixels = viz.signed_images(values, limit=2.0)
    assert pixels.dtype == torch.uint8
    assert pixels.shape == (3, 1, 5)
    assert (viz.signed_palette()[[0, 64, 127, 190, 254]] == pixels[:, 0].T).all()


def test_a_picture_carries_its_words():
    picture = viz.image_grid(images(), alt='two "noisy" <images>', caption="Figure 1. Noise & more.")
    page = picture._repr_mimebundle_()["text/html"]
    assert 'alt="two &quot;noisy&quot; &lt;images&gt;"' in page
    assert "Figure 1. Noise &amp; more." in page
    data = base64.b64decode(re.search(r'base64,([^"]+)"', page)[1])
    assert data == picture.data
    assert "noisy" in picture._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("width", [4.1, 8.2, 6.3])
def test_a_picture_stands_upright(width):
    """4.1 and 8.2 inches are whole pixels that a product of floats falls short of: one pixel less a row shears the picture."""
    fig, ax = viz.figure(width, 2)
    ax.set_axis_off()
    fig.add_artist(Line2D([0.5, 0.5], [0, 1], color="black", linewidth=4))
    picture = decoded(viz.picture(fig, alt="an upright line")).convert("L")
    grey = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(
        picture.height, picture.width
    )
    assert picture.width == round(width * viz.DPI)
    assert (grey == grey[0]).all()
    assert (grey[0] < 128).any()


def test_a_picture_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="alt"):
        viz.image_grid(images(), alt=" ")


def test_a_long_label_fits_its_column():
    label = "power iteration on a matrix"
    picture = decoded(viz.image_grid(images()[:1], column_labels=[label], alt="x")).convert("L")
    columns = torch.tensor([min(picture.getpixel((c, r)) for r in range(12)) for c in range(picture.width)])
    assert (columns[[0, 1, -2, -1]] > 250).all()  # paper: no letter is cut off
    assert (columns < 100).any()


@pytest.mark.parametrize(
    "label", ["i", "", "WWWWWWWWWWWWWWW", "a rather long label\nand a short one", "éµ$z_0$"]
)
def test_a_row_label_takes_no_room_from_the_images(label):
    red = torch.tensor([1.0, -1, -1]).view(1, 3, 1, 1).expand(3, 3, 4, 4)
    seen = decoded(viz.image_grid([red, red], row_labels=[label, "b"], size=0.5, alt="x"))
    wide = sum(
        any(r > 200 > 60 > g for r, g, _ in map(seen.getpixel, ((c, row) for row in range(seen.height))))
        for c in range(seen.width)
    )
    assert 0.85 < wide / (3 * 0.5 * viz.DPI) <= 1


def test_image_grid_shows_every_image():
    """Four images of one even colour each: each colour covers a like share of the figure."""
    shades = [40, 90, 160, 220]
    x = torch.stack([torch.full((1, 8, 8), s, dtype=torch.uint8) for s in shades])
    picture = decoded(viz.image_grid([x[:2], x[2:]], alt="four greys", row_labels=["top", "bottom"]))
    grey = torch.frombuffer(bytearray(picture.convert("L").tobytes()), dtype=torch.uint8)
    counts = [((grey.int() - s).abs() <= 2).sum().item() for s in shades]
    assert min(counts) > 0.08 * len(grey)
    assert max(counts) < 1.1 * min(counts)


def test_row_labels_must_fit_the_rows():
    with pytest.raises(ValueError, match="expected 2"):
        viz.image_grid([images(), images()], alt="x", row_labels=["one"])


def test_response_maps_share_one_scale():
    """The same value has the same colour in every panel, whatever else the panel holds."""
    low, high = torch.full((5, 5), 0.25), torch.ones(5, 5)
    picture = decoded(viz.response_maps([low, high], alt="two maps"))
    colour = viz.signed_palette()[127 + 32].tolist()  # a quarter of the limit, which is 1
    colours = [c for n, c in picture.getcolors(1 << 20) if n > 2000]
    assert any(max(abs(a - b) for a, b in zip(colour, c)) <= 4 for c in colours)


def test_a_map_of_zeros_is_white_and_no_error():
    picture = decoded(viz.response_maps(torch.zeros(1, 4, 4), alt="nothing"))
    count, colour = max(picture.getcolors(1 << 20))
    assert colour == (255, 255, 255)
    assert count > 0.5 * picture.width * picture.height


def test_curves_take_single_runs_and_bands():
    picture = viz.curves(
        range(5),
        {"one": torch.rand(5), "three": torch.rand(3, 5)},
        alt="curves",
        xlabel="step",
        ylabel="loss",
    )
    assert decoded(picture).width > 300


def test_a_flat_figure_is_small_and_a_photograph_stays_compact():
    flat = viz.response_maps(torch.eye(8)[None], alt="a diagonal")
    photo = viz.image_grid(data.photos("test", size=96)[:4], alt="four photographs", size=1.8)
    assert flat.mime == "image/png"
    assert len(flat.data) < 10_000
    assert photo.mime == "image/webp"
    assert len(photo.data) < 100_000


def test_importing_viz_imports_no_matplotlib_and_a_figure_leaves_pyplot_alone():
    program = (
        "import sys, torch; from course_lib import viz; assert 'matplotlib' not in sys.modules;"
        "viz.response_maps(torch.eye(3)[None], alt='x'); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
