"""The paint canvas: its Python side alone, then painted on in Chromium with that Python answering."""

import re

import pytest
import torch

from course_lib import viz
from course_lib.widgets.paint_canvas import DEGREES, PaintCanvas
from tests.exported import comes, swipe, tall

HEIGHT, WIDTH, D = 12, 16, 5
PALETTE = {"red": (230, 30, 20), "blue": (10, 60, 240)}
PEN = 3  # nothing, red, blue, sketch
COLORS = torch.tensor([[255, 255, 255], [230, 30, 20], [10, 60, 240], [30, 30, 30]], dtype=torch.uint8)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


BASIS = 0.4 * torch.nn.functional.interpolate(torch.randn(D, 3, 3, 4, generator=rng(1)), size=(HEIGHT, WIDTH))


def generator(z):
    return torch.tanh(torch.einsum("nd,dchw->nchw", z, BASIS))


def discriminator(x):
    return 1 - x.square().flatten(1).mean(1)


CODES = torch.randn(2, D, generator=rng(2))
GRAIN = 0.1 * torch.randn(2, 3, HEIGHT, WIDTH, generator=rng(3))


def strokes():
    drawings = torch.zeros(2, HEIGHT, WIDTH, dtype=torch.long)
    drawings[0, 2:6, 3:9] = 1
    drawings[1, :, 8] = PEN
    return drawings


def canvas(g=generator, **options):
    return PaintCanvas(
        g, discriminator, (generator(CODES) + GRAIN).clamp(-1, 1), CODES, PALETTE, strokes(), **options
    )


def ask(widget, drawing, name="edit 1"):
    widget.drawing = bytes(drawing.flatten().tolist())
    widget.request = name


def pictures(widget):
    """(way, transfers): G along the way and the transfers of the last answer, uint8 (DEGREES + 1, 3, H, W) each."""
    rgb = torch.tensor(list(widget.result), dtype=torch.uint8).view(2, DEGREES + 1, HEIGHT, WIDTH, 3)
    return rgb.movedim(-1, 2)


def pixels(images):
    return torch.from_numpy(viz.to_pixels(images)).movedim(-1, 1)


# --- Python


def test_a_stroke_pulls_the_picture_towards_its_colour_by_degrees():
    widget, drawing = canvas(steps=30), torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    drawing[6:10, 8:14] = 2
    ask(widget, drawing)
    way, _ = pictures(widget)
    assert torch.equal(way[:1], pixels(generator(CODES[:1])))  # strength 0 is the projection
    assert widget.violation == sorted(widget.violation, reverse=True)
    assert widget.violation[-1] < 0.8 * widget.violation[0]
    distance = (way.float() - COLORS[2].float()[:, None, None])[:, :, 6:10, 8:14].square().mean((1, 2, 3))
    torch.testing.assert_close(distance / 127.5**2, torch.tensor(widget.violation), rtol=0.02, atol=0.01)
    assert (widget.reply, widget.error) == ("edit 1", "")


def test_nothing_painted_gives_the_projection_and_the_original_back():
    widget = canvas()
    ask(widget, torch.zeros(HEIGHT, WIDTH, dtype=torch.long))
    way, transfers = pictures(widget)
    assert torch.equal(way, pixels(generator(CODES[:1])).expand_as(way))
    original = pixels(widget.originals[:1])
    assert (transfers.int() - original.int()).abs().max() <= 1
    assert widget.violation == [0.0] * (DEGREES + 1)


def test_the_same_strokes_give_the_same_edit_whatever_was_painted_between():
    """Undo must give back what was."""
    widget = canvas()
    ask(widget, strokes()[0], "edit 1")
    first = widget.result
    ask(widget, strokes()[1], "edit 2")
    assert widget.result != first
    ask(widget, strokes()[0], "edit 3")
    assert widget.result == first


def test_the_pen_asks_for_edges_and_the_brushes_for_colour():
    widget = canvas()
    line = torch.where(strokes()[1] == PEN, -1.0, 1.0).expand(1, 3, -1, -1)
    sketched = widget.constraint(strokes()[1])
    assert sketched(line).item() == pytest.approx(0, abs=1e-12)
    assert sketched(0.5 * line).item() > 0.01
    painted = widget.constraint(strokes()[0])
    red = widget.inks[1].view(1, 3, 1, 1).expand(1, 3, HEIGHT, WIDTH)
    assert painted(red).item() == pytest.approx(0, abs=1e-12)
    assert painted(-red).item() > 0.1


def test_a_dragged_patch_is_asked_for_where_it_was_dragged_to():
    """A disc of radius 2 around row 4, column 5, one down and three right; the rest of the picture is free."""
    widget, before = canvas(), torch.randn(3, HEIGHT, WIDTH, generator=rng(5))
    nothing = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    asked = widget.constraint(nothing, [4, 5, 2, 1, 3], before)
    moved = torch.zeros(1, 3, HEIGHT, WIDTH)
    for row in range(2, 7):
        for column in range(3, 8):
            if (row - 4) ** 2 + (column - 5) ** 2 <= 4:
                moved[0, :, row + 1, column + 3] = before[:, row, column]
    assert asked(moved).item() == 0
    assert asked(before[None]).item() > 0.1
    moved[0, :, 5, 8] += 1  # the disc's middle at its new place: one of 13 pixels
    assert asked(moved).item() == pytest.approx(1 / 13)


def test_a_drag_alone_and_with_strokes_is_answered_and_a_strange_one_refused():
    widget = canvas(steps=30)
    widget.set_state({"drag": [6, 6, 3, 0, 2]})
    ask(widget, torch.zeros(HEIGHT, WIDTH, dtype=torch.long))
    assert widget.error == ""
    assert widget.violation[-1] < widget.violation[0]
    alone = widget.result
    ask(widget, strokes()[0], "edit 2")
    assert widget.result != alone
    widget.drag = []
    ask(widget, torch.zeros(HEIGHT, WIDTH, dtype=torch.long), "edit 3")
    assert widget.violation == [0.0] * (DEGREES + 1)
    widget.drag = [1, 2]
    ask(widget, strokes()[0], "edit 4")
    assert "row, column, radius, down, right was expected, got [1, 2]" in widget.error


def test_the_example_chosen_is_the_one_edited():
    widget = canvas()
    widget.example = 1
    ask(widget, torch.zeros(HEIGHT, WIDTH, dtype=torch.long))
    assert torch.equal(pictures(widget)[0][:1], pixels(generator(CODES[1:])))


def test_strokes_come_from_the_browser_as_a_view():
    widget = canvas()
    widget.set_state({"drawing": memoryview(bytes(strokes()[1].flatten().tolist())), "request": "edit 1"})
    assert widget.error == ""
    assert len(widget.result) == 2 * (DEGREES + 1) * HEIGHT * WIDTH * 3


@pytest.mark.parametrize("drawing", [b"", b"\0" * (HEIGHT * WIDTH - 1), b"\7" * (HEIGHT * WIDTH)])
def test_a_drawing_that_cannot_be_is_refused(drawing):
    widget = canvas()
    widget.drawing = drawing
    widget.request = "edit 1"
    assert "192 indices below 4" in widget.error
    assert widget.result == b""


def test_a_failing_network_is_told_and_the_canvas_stays_alive():
    fail = []

    def fragile(z):
        if fail:
            raise RuntimeError("no such layer")
        return generator(z)

    widget = canvas(fragile)
    fail.append(True)
    ask(widget, strokes()[0], "edit 1")
    assert (widget.reply, widget.error) == ("edit 1", "RuntimeError: no such layer")
    fail.clear()
    ask(widget, strokes()[0], "edit 2")
    assert widget.error == ""


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"expected \(2, 12, 16\) and 2 codes"):
        PaintCanvas(generator, discriminator, generator(CODES), CODES[:1], PALETTE, strokes())
    with pytest.raises(ValueError, match="2 brushes and the pen, got 9"):
        PaintCanvas(generator, discriminator, generator(CODES), CODES, PALETTE, strokes() * 0 + 9)


def test_page_needs_nothing_from_elsewhere():
    html = canvas().to_html()
    assert not re.search(r"https?://(?!www\.w3\.org)", html)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]{40,}"', html)


# --- Chromium


LINE = """save_changes: () => {
    const asked = state.request;
    if (!asked || asked === model.heard || asked.startsWith("hello")) return;
    model.heard = asked;
    const view = state.drawing, bytes = [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
    window.kernel(asked, bytes, state.example, state.drag).then(({ result, violation, error }) => {
        model.set("violation", violation);
        model.set("error", error);
        if (result.length) model.set("result", new DataView(Uint8Array.from(result).buffer));
        model.set("reply", asked);
    });
}"""


class Page:
    def __init__(self, open_page, kernel=True, **options):
        self.widget, self.asked = canvas(), []
        html = self.widget.to_html()

        def answer(asked, drawing, example, drag):
            widget = self.widget
            self.asked.append(asked)
            widget.example, widget.drawing, widget.drag = example, bytes(drawing), drag
            widget.request = asked
            return {"result": list(widget.result), "violation": widget.violation, "error": widget.error}

        if kernel:
            assert "save_changes: () => {}" in html
            html = html.replace("save_changes: () => {}", LINE)
        self.page = open_page(html, prepare=lambda page: page.expose_function("kernel", answer), **options)

    def canvas(self, n):
        """The original (0), the surface (1), the edit (2) or the transfer (3), uint8 (3, H, W)."""
        script = "n => [...document.querySelectorAll('canvas')[n].getContext('2d').getImageData(0, 0, %d, %d).data]"
        data = self.page.evaluate(script % (WIDTH, HEIGHT), n)
        return torch.tensor(data, dtype=torch.uint8).view(HEIGHT, WIDTH, 4)[..., :3].permute(2, 0, 1)

    def at(self, row, column):
        box = self.page.locator(".pad").bounding_box()
        return (
            box["x"] + (column + 0.5) / WIDTH * box["width"],
            box["y"] + (row + 0.5) / HEIGHT * box["height"],
        )

    def drag(self, *places):
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place))
        self.page.mouse.up()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def shows(self, n, wanted):
        """Wait until a canvas shows these pixels."""
        return comes(self.page, lambda: torch.equal(self.canvas(n), wanted))

    def readout(self):
        return self.page.locator("p.readout").last.inner_text()


@pytest.fixture
def open_canvas(open_page):
    return lambda **options: Page(open_page, **options)


def expected(drawing, degree=DEGREES, example=0, drag=()):
    """The edit and the transfer that Python makes of a drawing."""
    way, _ = canvas().way(drawing, example, drag)
    return pixels(way)[degree], pixels(way)[DEGREES + 1 + degree]


@pytest.mark.browser
def test_it_opens_with_the_prepared_strokes_and_their_edit(open_canvas):
    page = open_canvas(kernel=False)
    assert torch.equal(page.canvas(0), pixels(page.widget.originals)[0])
    surface = torch.where(strokes()[0] > 0, COLORS[1][:, None, None], pixels(generator(CODES))[0])
    assert torch.equal(page.canvas(1), surface)
    for n, wanted in zip((2, 3), expected(strokes()[0])):
        assert torch.equal(page.canvas(n), wanted)
    assert re.search(r"Drawn: red 13 %\. .*Strength 100 %: constraint U from", page.readout())


@pytest.mark.browser
def test_strength_walks_the_way_without_a_kernel_and_by_keyboard(open_canvas):
    page = open_canvas(kernel=False)
    page.page.get_by_label("strength").focus()
    for degree in (3, 2, 1, 0):
        page.page.keyboard.press("ArrowLeft")
        for n, wanted in zip((2, 3), expected(strokes()[0], degree)):
            assert page.shows(n, wanted)
    assert torch.equal(page.canvas(2), pixels(generator(CODES))[0])
    page.press("another picture")
    page.page.keyboard.press("End")
    assert torch.equal(page.canvas(0), pixels(page.widget.originals)[1])


@pytest.mark.browser
def test_a_stroke_is_edited_undone_and_reset(open_canvas):
    page = open_canvas()
    page.press("reset")
    nothing = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    assert page.shows(2, pixels(generator(CODES))[0])
    page.press("blue")
    page.drag((5, 4), (5, 10))
    drawn = nothing.clone()
    drawn[4:7, 4:11] = 2
    drawn[5, [3, 11]] = 2
    surface = torch.where(drawn > 0, COLORS[2][:, None, None], pixels(generator(CODES))[0])
    assert torch.equal(page.canvas(1), surface)
    edit, transfer = expected(drawn)
    assert page.shows(2, edit)
    assert page.shows(3, transfer)
    assert re.search(r"Drawn: blue \d+ %\. .*Strength 100 %: .* Stroke to picture: \d+ ms\.", page.readout())
    page.press("undo")
    assert page.shows(2, pixels(generator(CODES))[0])
    page.press("undo")  # before the reset
    assert page.shows(2, expected(strokes()[0])[0])


@pytest.mark.browser
def test_a_patch_is_dragged_with_the_mouse_shown_undone_and_dropped_by_a_reset(open_canvas):
    page, nothing = open_canvas(), torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    page.press("reset")
    page.press("drag a patch")
    page.drag((5, 4), (6, 6), (6, 8))
    edit, transfer = expected(nothing, drag=[5, 4, 3, 1, 4])
    assert page.shows(2, edit)
    assert page.shows(3, transfer)
    before, surface = pixels(generator(CODES))[0], page.canvas(1)
    assert torch.equal(surface[:, 7, 7:11], before[:, 6, 3:7])  # a row of the patch, below the orange line
    assert surface[:, 5, 4].tolist() == [213, 94, 0]
    assert torch.equal(surface[:, :, 12:], before[:, :, 12:])
    assert "Patch at row 6, column 5 dragged 1 down, 4 right." in page.readout()
    page.press("blue")  # a colour puts the hand away
    page.drag((1, 1), (1, 2))
    assert "blue" in page.readout()
    assert "dragged 1 down, 4 right" in page.readout()
    page.press("undo")
    assert page.shows(2, edit)
    page.press("reset")
    assert page.shows(2, before)
    assert "dragged" not in page.readout()


@pytest.mark.browser
def test_a_patch_is_dragged_by_keyboard(open_canvas):
    page = open_canvas()
    page.press("reset")
    page.press("drag a patch")
    page.page.locator(".pad").focus()
    for key in (" ", "ArrowUp", "ArrowUp", "ArrowLeft", " ", "ArrowLeft"):
        page.page.keyboard.press(key)
    assert "Patch at row 7, column 9 dragged \u22122 down, \u22121 right." in page.readout()
    nothing = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    assert page.shows(2, expected(nothing, drag=[6, 8, 3, -2, -1])[0])


@pytest.mark.browser
def test_by_keyboard_and_by_finger(open_canvas):
    page = open_canvas(has_touch=True)
    page.press("reset")
    page.press("sketch")
    page.page.locator(".pad").focus()
    for key in ("ArrowUp", " ", "ArrowRight", " "):
        page.page.keyboard.press(key)
    assert "pen up. Drawn: sketch" in page.readout()
    before = page.canvas(1)
    box = page.page.locator(".pad").bounding_box()
    page.page.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    assert not torch.equal(page.canvas(1), before)


@pytest.mark.browser
def test_a_finger_paints_a_stroke_and_does_not_scroll(open_canvas):
    page = open_canvas(has_touch=True)
    page.press("reset")
    page.press("blue")
    scrolled = tall(page.page)
    swipe(page.page, [page.at(9, 4), page.at(2, 4)])
    drawn = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    drawn[2:10, 3:6] = 2
    drawn[[1, 10], 4] = 2
    assert page.shows(2, expected(drawn)[0])
    assert scrolled() == 0


@pytest.mark.browser
def test_the_latest_stroke_wins_and_nothing_queues(open_canvas):
    page = open_canvas()
    page.press("reset")
    assert page.shows(2, pixels(generator(CODES))[0])
    before = len(page.asked)
    page.page.evaluate(
        """() => {
            const pad = document.querySelector('.pad'), box = pad.getBoundingClientRect();
            pad.setPointerCapture = () => {};
            for (let k = 0; k < 40; k++) {
                const at = { clientX: box.left + (k % 16 + .5) / 16 * box.width, clientY: box.top + .5 / 12 * box.height };
                pad.dispatchEvent(new PointerEvent('pointerdown', at));
                pad.dispatchEvent(new PointerEvent('pointerup', at));
            }
        }"""
    )
    drawn = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    drawn[:2] = 1
    assert page.shows(2, expected(drawn)[0])
    assert len(page.asked) - before <= 3


@pytest.mark.browser
def test_without_a_kernel_it_says_so(open_canvas):
    page = open_canvas(kernel=False)
    page.drag((9, 9), (9, 12))
    page.page.wait_for_function(
        "[...document.querySelectorAll('p.readout')].at(-1).textContent.includes('Run the cell')"
    )
    page.press("another picture")
    assert torch.equal(page.canvas(0), pixels(page.widget.originals)[1])
