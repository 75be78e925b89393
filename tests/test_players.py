"""The three players: their frames are the generator's, their page is alive alone, their state is small."""

import io
import math
import re

import pytest
import torch
from PIL import Image

from course_lib import latent, viz
from course_lib.widgets.frames import LOSSLESS_BYTES, LOSSY_BYTES, tiled
from course_lib.widgets.latent_grid import LatentGrid
from course_lib.widgets.latent_path import LatentPath
from course_lib.widgets.replay import TrainingReplay
from tests.exported import comes, stop_the_clock, swipe, tall, unpacked

HEIGHT, WIDTH = 24, 20
BLANK = torch.zeros(1, 1, 4, 4)
SCALES = (0.1, 0.4, 1.0, 1.3)  # of the codes, at four snapshots


def gabor(z):
    """(N, 3) -> (N, 1, 24, 20) in [-1, 1]: a wave under a bell; z gives its direction, phase and frequency."""
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, HEIGHT, dtype=z.dtype),
        torch.linspace(-1, 1, WIDTH, dtype=z.dtype),
        indexing="ij",
    )
    angle, phase, frequency = (z[:, i, None, None] for i in range(3))
    along = x * angle.cos() + y * angle.sin()
    return ((4 + frequency) * along + 3 * phase).cos().mul((-2 * (x**2 + y**2)).exp())[:, None]


def colour_gabor(z):
    """(N, 3) -> (N, 3, 24, 20): the three channels are out of phase."""
    return torch.cat([gabor(z + torch.tensor([0, shift, 0])) for shift in (0, 0.5, 1)], dim=1)


def draw(seed):
    rng = torch.Generator().manual_seed(seed)
    return lambda n: torch.randn(n, 3, generator=rng, dtype=torch.float64)


def pixels(images):
    """What a screen shows of images in [-1, 1]: uint8 (N, H, W, 3)."""
    return torch.from_numpy(viz.to_pixels(images))


def decoded(widget):
    """Every tile of a widget's sheet, uint8 (N, H, W, 3), cut out with PIL."""
    sheet = Image.open(io.BytesIO(widget.sheet)).convert("RGB")
    h, w, columns = widget.height, widget.width, widget.columns
    cut = [
        sheet.crop((c * w, r * h, (c + 1) * w, (r + 1) * h))
        for r in range(sheet.height // h)
        for c in range(columns)
    ]
    return torch.stack(
        [torch.frombuffer(bytearray(tile.tobytes()), dtype=torch.uint8).view(h, w, 3) for tile in cut]
    )


def path(generator=gabor, **options):
    return LatentPath(generator, draw(0), **{"rows": 2, "rolls": 2, "steps": 5, "frame": 0} | options)


def grid(generator=gabor):
    return LatentGrid(generator, latent.grid(draw(1)(4), 4, 5), 5, "s", "t", row=0, column=0)


def replay():
    codes = draw(2)(3)
    snapshots = [(step, colour_gabor(codes * s)) for step, s in zip((0, 100, 300, 600), SCALES)]
    losses = {"D": torch.linspace(1.4, 0.5, 700), "G": torch.linspace(0.7, 2.5, 700)}
    score = {"held-out": torch.tensor([[90.0, 40.0, 20.0, 12.0], [80.0, 44.0, 25.0, float("nan")]])}
    charts = {"loss (nats)": (range(700), losses), "Fréchet distance": ([0, 100, 300, 600], score)}
    return TrainingReplay(snapshots, charts, frame=0)


WIDGETS = {"path": path, "grid": grid, "replay": replay}


# --- frames


@pytest.mark.parametrize("generator", [gabor, colour_gabor])
def test_path_frames_are_the_generators(generator):
    widget = path(generator)
    tiles, ends = decoded(widget), draw(0)(8)
    assert len(tiles) == 2 * 2 * 2 * 5
    for pair in range(4):  # roll 0 rows 0, 1; roll 1 rows 0, 1
        z0, z1 = ends[2 * pair], ends[2 * pair + 1]
        angle = torch.arccos(torch.dot(z0, z1) / (z0.norm() * z1.norm()))
        for frame in range(5):
            t = frame / 4
            linear = z0 + t * (z1 - z0)
            turned = ((1 - t) * angle).sin() * z0 / z0.norm() + (t * angle).sin() * z1 / z1.norm()
            spherical = turned / angle.sin() * ((1 - t) * z0.norm() + t * z1.norm())
            for m, z in enumerate((linear, spherical)):
                tile = (pair * 2 + m) * 5 + frame
                assert torch.equal(tiles[tile], pixels(generator(z[None]))[0]), (pair, frame, widget.names[m])
                assert widget.norms[tile] == pytest.approx(z.norm().item(), abs=1e-3)


def test_grid_frames_are_the_generators():
    widget, (z00, z01, z10, z11) = grid(), draw(1)(4)
    for row in range(4):
        for column in range(5):
            s, t = row / 3, column / 4
            z = (1 - s) * (1 - t) * z00 + (1 - s) * t * z01 + s * (1 - t) * z10 + s * t * z11
            expected = pixels(gabor(z[None]))[0].int()
            off = (decoded(widget)[5 * row + column].int() - expected).abs().max()
            assert off <= 1, (row, column)  # one level: the order of the sums may round the other way


def test_replay_frames_are_the_snapshots():
    codes = draw(2)(3)
    expected = pixels(torch.cat([colour_gabor(codes * s) for s in SCALES]))
    assert torch.equal(decoded(replay()), expected)


def test_the_generator_is_asked_once_and_without_gradients():
    asked = []

    def counting(z):
        asked.append((len(z), torch.is_grad_enabled()))
        return gabor(z)

    path(counting)
    assert asked == [(40, False)]


def test_static_frames_are_the_sheets():
    widget = path()
    chosen = torch.tensor([0, 7, 39])
    frames = widget.static_frames(chosen)
    assert frames.dtype == torch.uint8
    assert torch.equal(frames.permute(0, 2, 3, 1), decoded(widget)[chosen])


@pytest.mark.parametrize("name", WIDGETS)
def test_static_picture_is_not_blank(name):
    still = Image.open(io.BytesIO(WIDGETS[name]().static_frame().data)).convert("L")
    paper = (torch.frombuffer(bytearray(still.tobytes()), dtype=torch.uint8) > 250).double().mean()
    assert paper < 0.6  # the rest is labels and margins


# --- new codes from the kernel


def test_new_paths_are_new_and_the_reply_names_the_request():
    widget = path()
    before = widget.sheet
    widget.roll = 1
    widget.request = "hello 0.25"
    assert (widget.reply, widget.sheet == before, widget.roll) == ("hello 0.25", True, 1)
    widget.request = "new paths 0.5"
    assert (widget.reply, widget.sheet == before, widget.roll) == ("new paths 0.5", False, 0)
    rng = draw(0)
    rng(8)
    z0 = rng(8)[0]  # the second draw
    assert torch.equal(decoded(widget)[0], pixels(gabor(z0[None]))[0])


# --- what does not fit says so


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: LatentPath(lambda z: z, draw(0)), r"expected images \(150, C, H, W\).*got \(150, 3\)"),
        (lambda: LatentPath(gabor, lambda n: draw(0)(3)), r"draw: expected \(6, d\), got \(3, 3\)"),
        (lambda: LatentPath(gabor, draw(0), steps=1), "steps >= 2"),
        (lambda: LatentPath(lambda z: gabor(z).expand(-1, 2, -1, -1), draw(0)), "1 or 3, H, W"),
        (lambda: LatentGrid(gabor, draw(0)(7), 3), r"multiple of 3 \(columns\), got 7"),
        (lambda: TrainingReplay([], {}), "at least one"),
        (
            lambda: TrainingReplay([(0, torch.zeros(2, 1, 4, 4)), (1, torch.zeros(3, 1, 4, 4))], {}),
            "one shape",
        ),
        (lambda: TrainingReplay([(5, BLANK), (5, BLANK)], {}), "rising"),
        (
            lambda: TrainingReplay([(0, BLANK)], {"loss": ([0, 1], {"D": [1.0]})}),
            r"loss, D: expected \(..., 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# --- curves


def test_a_curve_is_a_median_with_its_range():
    runs = torch.tensor([[1.0, 5.0], [2.0, 9.0], [6.0, float("inf")]])
    (chart,) = TrainingReplay([(0, BLANK)], {"loss": ([10, 20], {"D": runs})}).charts
    assert chart["x"] == [10, 20]
    assert chart["series"] == [{"name": "D", "middle": [2, 9], "low": [1, 5], "high": [6, None]}]


def test_a_long_curve_keeps_its_extremes():
    values = torch.zeros(1001)
    values[523] = 7.0  # a spike of one step
    (chart,) = TrainingReplay([(0, BLANK)], {"loss": (range(1001), {"D": values})}).charts
    assert len(chart["x"]) == 201
    assert chart["neighbours"] == 5
    assert (chart["x"][0], chart["x"][-1]) == (2, 1000)
    (series,) = chart["series"]
    assert max(series["high"]) == 7
    assert max(series["middle"]) == 0


# --- size and form


def smooth_images(n, channels, size=32):
    """Images of random low-frequency fields with a little noise: about as hard to encode as a GAN's."""
    rng = torch.Generator().manual_seed(3)
    fields = torch.nn.functional.interpolate(
        torch.randn(n, channels, 6, 6, generator=rng), size=(size, size), mode="bicubic"
    )
    return (fields + 0.02 * torch.randn(fields.shape, generator=rng)).tanh()


@pytest.mark.parametrize("channels", [1, 3])
def test_a_large_sheet_is_tens_of_kilobytes_and_close(channels):
    images = smooth_images(150, channels)
    traits = tiled(images, 25)
    shown = Image.open(io.BytesIO(traits["sheet"]))
    assert len(traits["sheet"]) <= LOSSY_BYTES
    assert shown.format == {1: "WEBP", 3: "JPEG"}[channels]
    assert shown.size == (25 * 32, 6 * 32)
    sheet = pixels(images).view(6, 25, 32, 32, 3).transpose(1, 2).reshape(6 * 32, 25 * 32, 3)
    got = torch.tensor(bytearray(shown.convert("RGB").tobytes())).view(sheet.shape)
    error = (got.double() - sheet.double()).pow(2).mean()
    assert 10 * math.log10(255**2 / error) > 32


def test_noise_can_be_encoded():
    noise = torch.rand(336, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert Image.open(io.BytesIO(tiled(noise, 16)["sheet"])).size == (16 * 32, 21 * 32)


def test_a_small_sheet_loses_nothing():
    images = smooth_images(8, 3)
    sheet = tiled(images, 4)["sheet"]
    assert len(sheet) <= LOSSLESS_BYTES
    got = torch.tensor(bytearray(Image.open(io.BytesIO(sheet)).convert("RGB").tobytes()))
    expected = pixels(images).view(2, 4, 32, 32, 3).transpose(1, 2)
    assert torch.equal(got.view(expected.shape), expected)


@pytest.mark.parametrize("name", WIDGETS)
def test_page_needs_nothing_from_elsewhere(name):
    html = unpacked(WIDGETS[name]().to_html())
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'`]*""", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, never fetched
    assert not re.search(r"\b(import|fetch)\s*\(|^import ", html, re.MULTILINE)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]{40,}"', html)


@pytest.mark.parametrize("name", WIDGETS)
def test_bundle_has_three_forms(name):
    data, _ = WIDGETS[name]()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(data)


# --- Chromium


def canvas(page, n):
    """The pixels of the n-th canvas, uint8 (H, W, 3)."""
    width, height, data = page.evaluate(
        """n => {
            const c = document.querySelectorAll('canvas')[n];
            return [c.width, c.height, [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]];
        }""",
        n,
    )
    return torch.tensor(data, dtype=torch.uint8).view(height, width, 4)[..., :3]


def move(page, n, value):
    page.locator("input[type=range]").nth(n).fill(str(value))


def readout(page):
    return page.locator("p.readout").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("generator", [gabor, colour_gabor])
def test_path_in_a_browser(open_page, generator):
    widget = path(generator)
    page, tiles = open_page(widget), decoded(widget)
    for frame in (0, 3, 4, 1):
        move(page, 0, frame)
        for row in range(2):  # first end, linear, spherical, last end
            expected = [2 * row * 5, 2 * row * 5 + frame, (2 * row + 1) * 5 + frame, 2 * row * 5 + 4]
            for column, tile in enumerate(expected):
                assert torch.equal(canvas(page, 4 * row + column), tiles[tile]), (frame, row, column)
    below = page.locator("figure .readout").nth(1)
    assert below.inner_text() == f"‖z‖ = {widget.norms[1]:.2f}"
    assert "t = 0.25" in readout(page)
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "t = 0.25"


@pytest.mark.browser
def test_path_without_a_kernel_steps_through_what_was_sent(open_page):
    widget = path()
    page, tiles = open_page(widget), decoded(widget)
    for roll in (1, 0, 1):
        page.get_by_role("button", name="new codes").click()
        assert torch.equal(canvas(page, 0), tiles[roll * 20])
        assert f"pair {roll + 1} of 2" in readout(page)


@pytest.mark.browser
def test_path_with_a_kernel_asks_for_new_codes_when_all_were_seen(open_page):
    """The script with a model that answers as Python does, late."""
    first, second = path(), LatentPath(gabor, draw(9), rows=2, rolls=2, steps=5)
    answering = first.to_html().replace(
        "save_changes: () => {}",
        f"""save_changes: () => {{
            const asked = state.request;
            if (asked === model.heard) return;
            model.heard = asked;
            setTimeout(() => {{
                if (asked.startsWith("new paths")) {{
                    window.drawn = (window.drawn || 0) + 1;
                    const bytes = new Uint8Array({list(second.sheet)});
                    Object.assign(state, {{ norms: {second.norms}, roll: 0 }});
                    model.set("sheet", new DataView(bytes.buffer));
                }}
                model.set("reply", asked);
                window.replied = asked;
            }}, 30);
        }}""",
    )
    page = open_page(answering)
    page.wait_for_function("window.replied?.startsWith('hello')")
    button = page.get_by_role("button", name="new codes")
    button.click()
    assert torch.equal(canvas(page, 0), decoded(first)[20])  # the second set of the first sheet
    page.evaluate("for (let i = 0; i < 5; i++) document.querySelectorAll('.course-widget button')[1].click()")
    page.wait_for_function("window.drawn === 1")
    page.wait_for_function(
        "document.querySelectorAll('.course-widget button')[1].textContent === 'new codes'"
    )
    assert comes(page, lambda: torch.equal(canvas(page, 0), decoded(second)[0]))
    assert page.evaluate("window.drawn") == 1  # five presses in a row are one question


@pytest.mark.browser
def test_play_pause_and_keys(open_page):
    page = open_page(path(steps=40), prepare=stop_the_clock)
    slider, play = page.get_by_role("slider"), page.get_by_role("button").first
    slider.focus()
    for key, value in (("ArrowRight", 1), ("End", 39), ("Home", 0)):
        page.keyboard.press(key)
        assert slider.input_value() == str(value)
    page.keyboard.press(" ")
    assert "pause" in play.inner_text()
    page.clock.run_for(250)  # a frame takes 70 ms
    assert slider.input_value() == "3"
    play.click()
    page.clock.run_for(1000)
    assert (slider.input_value(), play.inner_text()) == ("3", "▶ play")


@pytest.mark.browser
def test_play_is_slow_where_motion_is_unwanted(open_page):
    page = open_page(path(steps=40), prepare=stop_the_clock, reduced_motion="reduce")
    page.get_by_role("button").first.click()
    page.clock.run_for(699)
    assert page.get_by_role("slider").input_value() == "0"
    page.clock.run_for(1)
    assert page.get_by_role("slider").input_value() == "1"


@pytest.mark.browser
def test_grid_in_a_browser(open_page):
    widget = grid()
    page, tiles = open_page(widget), decoded(widget)
    whole = tiles.view(4, 5, HEIGHT, WIDTH, 3).transpose(1, 2).reshape(4 * HEIGHT, 5 * WIDTH, 3)
    assert torch.equal(canvas(page, 0), whole)
    assert torch.equal(canvas(page, 1), tiles[0])
    move(page, 0, 2)  # row
    move(page, 1, 3)  # column
    assert torch.equal(canvas(page, 1), tiles[5 * 2 + 3])
    page.locator(".pad").focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "ArrowUp"):  # the last one meets the edge
        page.keyboard.press(key)
    assert torch.equal(canvas(page, 1), tiles[2])
    assert readout(page) == "row 1 of 4 (s), column 3 of 5 (t)"
    box = page.locator("canvas").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.9 * box["height"])
    page.mouse.down()
    assert torch.equal(canvas(page, 1), tiles[5 * 3 + 1])
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] - 50)  # held outside: the nearest place
    assert torch.equal(canvas(page, 1), tiles[3])
    page.mouse.up()
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    assert torch.equal(canvas(page, 1), tiles[3])


@pytest.mark.browser
def test_replay_in_a_browser(open_page):
    widget = replay()
    page, tiles = open_page(widget), decoded(widget)
    cursors = []
    for frame, step in ((2, 300), (0, 0), (3, 600)):
        move(page, 0, frame)
        shown = canvas(page, 0)  # three samples on two lines of two
        for n in range(3):
            top, left = n // 2 * HEIGHT, n % 2 * WIDTH
            assert torch.equal(shown[top : top + HEIGHT, left : left + WIDTH], tiles[3 * frame + n]), (
                frame,
                n,
            )
        assert readout(page).startswith(f"step {step} ")
        cursors.append([float(c.get_attribute("x1")) for c in page.locator(".cursor").all()])
    assert cursors[1] < cursors[0] < cursors[2]
    assert "held-out not finite" in readout(page)
    move(page, 0, 1)
    assert "held-out 42 (40 to 44)" in readout(page)


@pytest.mark.browser
@pytest.mark.parametrize("name", WIDGETS)
def test_a_finger_drags_the_slider_and_does_not_scroll(open_page, name):
    page = open_page(WIDGETS[name](), has_touch=True)
    scrolled, slider = tall(page), page.get_by_role("slider").first
    box, last = slider.bounding_box(), slider.get_attribute("max")
    left, right, y = box["x"] + 10, box["x"] + box["width"] - 10, box["y"] + box["height"] / 2
    before = readout(page)
    swipe(page, [(left, y), (right, y)])
    assert slider.input_value() == last
    assert readout(page) != before
    swipe(page, [(right, y), (left, y)])
    assert (slider.input_value(), readout(page)) == ("0", before)
    assert scrolled() == 0


@pytest.mark.browser
def test_a_finger_moves_over_the_grid_and_does_not_scroll(open_page):
    page = open_page(grid(), has_touch=True)
    scrolled, box = tall(page), page.locator("canvas").first.bounding_box()
    x, y = box["x"] + 0.1 * box["width"], box["y"] + 0.9 * box["height"]
    swipe(page, [(x, y), (x, box["y"] + 3), (box["x"] + 0.9 * box["width"], box["y"] + 3)])
    assert readout(page) == "row 1 of 4 (s), column 5 of 5 (t)"
    assert scrolled() == 0


MEASURE = """async n => {
    const slider = document.querySelector('input[type=range]');
    const canvas = document.querySelectorAll('canvas')[1], context = canvas.getContext('2d');
    const look = () => context.getImageData(0, 0, canvas.width, canvas.height).data;
    const tick = () => new Promise(done => {
        const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); });
    const times = [];
    for (let k = 1; k <= n; k++) {
        const before = look(), start = performance.now();
        slider.value = String(k);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        while (look().every((value, i) => value === before[i])) {
            if (performance.now() - start > 60000) return null; // the pixels never came
            await tick();
        }
        times.push(performance.now() - start);
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    }
    return times.sort((a, b) => a - b);
}"""


@pytest.mark.browser
def test_slider_to_new_pixels(open_page, capsys):
    page = open_page(LatentPath(colour_gabor, draw(4), rolls=1, steps=51))
    times = page.evaluate(MEASURE, 50)
    assert times is not None, "a move of the slider changed no pixel"
    with capsys.disabled():
        print(f"\nslider to new pixels, 50 moves: median {times[24]:.1f} ms, p95 {times[47]:.1f} ms")
