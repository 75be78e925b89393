"""The sketchpad: its Python side alone, then drawn on in Chromium with that Python answering."""

import re

import pytest
import torch

from course_lib.widgets.sketchpad import Sketchpad
from tests.exported import comes, swipe, tall, unpacked

HEIGHT, WIDTH = 12, 16
PALETTE = {"paper": (255, 255, 255), "red": (230, 30, 20), "blue": (10, 60, 240)}
COLORS = torch.tensor(list(PALETTE.values()), dtype=torch.uint8)


def examples():
    drawings = torch.zeros(2, HEIGHT, WIDTH, dtype=torch.long)
    drawings[0, 2:6, 3:9] = 1
    drawings[1, :, 8:] = 2
    return drawings


def negative(drawing, example):
    """Black paper, and every colour inverted: a translation that is checked at a glance."""
    return (255 - COLORS[drawing].permute(2, 0, 1).int()).to(torch.uint8)


def sketchpad(translate=negative, **options):
    return Sketchpad(translate, PALETTE, examples(), pen=1, **options)


def ask(widget, drawing, name="translate 1"):
    widget.drawing = bytes(drawing.flatten().tolist())
    widget.request = name


def answer(widget):
    return torch.tensor(list(widget.result), dtype=torch.uint8).view(HEIGHT, WIDTH, 3).permute(2, 0, 1)


# --- Python


def test_a_drawing_is_translated_and_the_reply_names_the_request():
    widget, drawing = (
        sketchpad(),
        torch.randint(0, 3, (HEIGHT, WIDTH), generator=torch.Generator().manual_seed(0)),
    )
    ask(widget, drawing, "translate 0.5")
    assert torch.equal(answer(widget), negative(drawing, 0))
    assert (widget.reply, widget.error) == ("translate 0.5", "")


def test_a_drawing_comes_from_the_browser_as_a_view():
    widget, drawing = sketchpad(), examples()[1]
    sent = memoryview(bytes(drawing.flatten().tolist()))
    widget.set_state({"drawing": sent, "request": "translate 1"})
    assert torch.equal(answer(widget), negative(drawing, 0))


def test_the_function_is_told_which_example_and_gets_indices_without_gradients():
    told = []

    def translate(drawing, example):
        told.append((example, drawing.dtype, tuple(drawing.shape), torch.is_grad_enabled()))
        return negative(drawing, example)

    widget = sketchpad(translate)
    widget.example = 1
    ask(widget, examples()[1])
    assert told == [(n, torch.long, (HEIGHT, WIDTH), False) for n in (0, 1, 1)]


def test_floats_and_grey_pictures_are_shown_too():
    widget = sketchpad(lambda drawing, example: drawing[None] - 1.0)
    ask(widget, examples()[1])
    expected = torch.tensor([0, 255], dtype=torch.uint8)[(examples()[1] > 0).long()]
    assert torch.equal(answer(widget), expected.expand(3, -1, -1))


def test_a_failing_function_is_told_and_the_pad_stays_alive():
    fail = []

    def translate(drawing, example):
        if fail:
            raise RuntimeError("no such layer")
        return negative(drawing, example)

    widget = sketchpad(translate)
    fail.append(True)
    ask(widget, examples()[0], "translate 1")
    assert (widget.reply, widget.error) == ("translate 1", "RuntimeError: no such layer")
    fail.clear()
    ask(widget, examples()[1], "translate 2")
    assert widget.error == ""
    assert torch.equal(answer(widget), negative(examples()[1], 0))


@pytest.mark.parametrize("drawing", [b"", b"\0" * (HEIGHT * WIDTH - 1), b"\7" * (HEIGHT * WIDTH)])
def test_a_drawing_that_cannot_be_is_refused(drawing):
    widget = sketchpad()
    widget.drawing = drawing
    widget.request = "translate 1"
    assert "192 indices below 3" in widget.error
    assert widget.result == b""


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Sketchpad(negative, PALETTE, torch.zeros(0, 4, 4)), "examples: expected drawings (E, H, W)"),
        (lambda: Sketchpad(negative, PALETTE, examples() + 1), "examples: 3 colours, got an index of 3"),
        (
            lambda: Sketchpad(negative, {"paper": (0, 0, 0)}, examples()),
            "palette: expected 2 to 255 colours, got 1",
        ),
        (lambda: sketchpad(grounds=torch.zeros(2, 1, 4, 4)), "grounds: expected one for each"),
        (
            lambda: sketchpad(lambda drawing, example: drawing),
            "translate: expected (3, 12, 16), got (12, 16)",
        ),
    ],
)
def test_what_does_not_fit_is_named(make, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        make()


def test_page_needs_nothing_from_elsewhere():
    html = unpacked(sketchpad(grounds=torch.zeros(2, 1, HEIGHT, WIDTH)).to_html())
    assert not re.search(r"https?://(?!www\.w3\.org)", html)
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]{40,}"', html)


# --- Chromium


# save_changes hands drawing and request to Python and puts its answer into the model, as a kernel would.
LINE = """save_changes: () => {
    const asked = state.request;
    if (asked === model.heard) return;
    model.heard = asked;
    const view = state.drawing, bytes = [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
    window.kernel(asked, bytes, state.example).then(({ result, error }) => {
        model.set("error", error);
        if (result.length) model.set("result", new DataView(Uint8Array.from(result).buffer));
        model.set("reply", asked);
    });
}"""


class Page:
    def __init__(self, open_page, widget, kernel=True, **options):
        self.asked, html = [], widget.to_html()

        def answer(asked, drawing, example):
            self.asked.append(asked)
            widget.example, widget.drawing = example, bytes(drawing)
            widget.request = asked
            return {"result": list(widget.result), "error": widget.error}

        if kernel:
            assert "save_changes: () => {}" in html
            html = html.replace("save_changes: () => {}", LINE)
        self.page = open_page(html, prepare=lambda page: page.expose_function("kernel", answer), **options)

    def canvas(self, n):
        """The pixels of the drawing (0) or of its translation (1), uint8 (3, H, W)."""
        script = "n => [...document.querySelectorAll('canvas')[n].getContext('2d').getImageData(0, 0, %d, %d).data]"
        data = self.page.evaluate(script % (WIDTH, HEIGHT), n)
        return torch.tensor(data, dtype=torch.uint8).view(HEIGHT, WIDTH, 4)[..., :3].permute(2, 0, 1)

    def drawn(self):
        """The drawing as indices, read off its colours: paper is what is neither red nor blue."""
        pixels = self.canvas(0)
        return sum(k * (pixels == COLORS[k][:, None, None]).all(0).long() for k in (1, 2))

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

    def translated(self, drawing):
        """Wait until the right panel shows this drawing's translation."""
        wanted = negative(drawing, 0)
        return comes(self.page, lambda: torch.equal(self.canvas(1), wanted))

    def readout(self):
        return self.page.locator("p.readout").inner_text()


@pytest.fixture
def open_pad(open_page):
    return lambda widget=None, **options: Page(open_page, widget or sketchpad(), **options)


@pytest.mark.browser
def test_it_opens_with_the_first_example_and_its_translation(open_pad):
    pad = open_pad()
    assert torch.equal(pad.drawn(), examples()[0])
    assert torch.equal(pad.canvas(1), negative(examples()[0], 0))
    pad.press("another example")
    assert torch.equal(pad.drawn(), examples()[1])
    assert torch.equal(pad.canvas(1), negative(examples()[1], 0))


@pytest.mark.browser
def test_all_of_it_by_numbers_and_told_in_words(open_pad):
    """No pointer, no eye: a rectangle, a line and an area by row and column, and what came of them."""
    pad = open_pad()
    pad.press("clear")
    pad.page.locator("summary").press("Enter")

    def draw(shape, colour, *numbers):
        pad.press(colour)
        pad.page.get_by_label("shape").select_option(label=shape)
        for name, number in zip(("row", "column", "to row", "to column"), numbers):
            pad.page.get_by_label(name, exact=True).fill(str(number))
        pad.page.get_by_role("button", name="draw", exact=True).press("Enter")

    draw("rectangle", "red", 2, 3, 11, 14)  # rows and columns count from 1
    draw("line", "blue", 6, 6, 6, 10)
    expected = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    expected[1:11, 2:14] = 1
    expected[4:7, 5:10] = 2  # radius 1: three rows, and half a pixel at each end
    expected[5, 4] = expected[5, 10] = 2
    assert torch.equal(pad.drawn(), expected)
    assert pad.translated(expected)
    words = pad.readout()
    assert re.search(r"Drawn: red \d+ %, blue \d+ %\. Result: \w+ \d+ % \([\w ]+\)", words), words
    assert pad.page.locator("canvas").nth(1).get_attribute("aria-label") in words.replace(
        "Result", "the translation"
    )
    draw("area of one colour", "blue", 2, 3, 1, 1)
    expected[expected == 1] = 2
    assert torch.equal(pad.drawn(), expected)
    pad.press("undo")
    assert (pad.drawn() == 1).any()


@pytest.mark.browser
def test_a_stroke_is_a_line_of_the_pen_s_width_and_is_translated(open_pad):
    pad = open_pad()
    pad.press("clear")
    pad.press("blue")
    pad.drag((5, 2), (5, 12))
    expected = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    expected[4:7, 2:13] = 2  # radius 1: three rows,
    expected[5, [1, 13]] = 2  # with round ends
    assert torch.equal(pad.drawn(), expected)
    assert pad.translated(expected)
    assert re.search(r"Drawn: blue \d+ %\. Result: .+\. Stroke to picture: \d+ ms\.", pad.readout())


@pytest.mark.browser
def test_erase_undo_fill(open_pad):
    pad = open_pad()
    pad.press("eraser")
    pad.drag((3, 5), (3, 5))
    erased = pad.drawn()
    assert (erased[2:5, 5] == 0).all()
    assert erased.sum() < examples()[0].sum()
    pad.press("undo")
    assert torch.equal(pad.drawn(), examples()[0])
    pad.press("blue")
    pad.press("fill area")
    pad.drag((0, 0), (9, 9))  # the paper around the red box; dragging on does nothing more
    filled = torch.where(examples()[0] == 0, 2, 1)
    assert torch.equal(pad.drawn(), filled)
    assert pad.translated(filled)


@pytest.mark.browser
def test_by_keyboard_alone(open_pad):
    pad = open_pad()
    pad.press("clear")
    pad.page.locator(".pad").focus()
    for key in ("ArrowUp", "ArrowUp", " ", "ArrowRight", "ArrowRight", " ", "ArrowDown"):
        pad.page.keyboard.press(key)
    drawing = pad.drawn()  # from row 4, column 8 two to the right
    assert (drawing[3:6, 8:11] == 1).all()
    assert int((drawing == 1).sum()) == 3 * 3 + 2
    assert "row 6, column 11: red; pen up" in pad.readout()
    assert pad.translated(drawing)
    pad.page.keyboard.press("Control+z")
    assert pad.drawn().sum() < drawing.sum()


@pytest.mark.browser
def test_by_finger(open_pad):
    pad = open_pad(has_touch=True)
    pad.press("clear")
    pad.page.touchscreen.tap(*pad.at(6, 6))
    assert pad.drawn()[5:8, 6].tolist() == [1, 1, 1]
    pad.press("undo")
    scrolled = tall(pad.page)
    swipe(pad.page, [pad.at(9, 4), pad.at(2, 4)])  # upwards, as a finger scrolls
    expected = torch.zeros(HEIGHT, WIDTH, dtype=torch.long)
    expected[2:10, 3:6] = 1
    expected[[1, 10], 4] = 1
    assert torch.equal(pad.drawn(), expected)
    assert pad.translated(expected)
    assert scrolled() == 0
    swipe(pad.page, [(300, 500), (300, 200)])  # beside the pad it does scroll
    pad.page.wait_for_function("scrollY > 100")


@pytest.mark.browser
def test_a_second_finger_does_not_draw(open_pad):
    pad = open_pad(has_touch=True)
    pad.press("clear")
    swipe(pad.page, [pad.at(2, 3), pad.at(2, 9)], [pad.at(9, 3), pad.at(9, 9)])
    drawn = pad.drawn()
    assert (drawn[2, 3:10] == 1).all()
    assert (drawn[4:] == 0).all()
    swipe(pad.page, [pad.at(9, 3), pad.at(9, 9)])  # and the next one draws again
    assert (pad.drawn()[9, 3:10] == 1).all()


@pytest.mark.browser
def test_the_latest_stroke_wins_and_nothing_queues(open_pad):
    pad = open_pad()
    pad.press("clear")
    before = len(pad.asked)
    # forty strokes inside one task of the browser: the kernel cannot answer in between
    pad.page.evaluate(
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
    assert pad.translated(pad.drawn())
    assert len(pad.asked) - before <= 3


@pytest.mark.browser
def test_without_a_kernel_it_says_so_and_still_shows_the_examples(open_pad):
    pad = open_pad(kernel=False)
    pad.drag((9, 9), (9, 12))
    assert (pad.drawn()[8:11, 10] == 1).all()
    pad.page.wait_for_function("document.querySelector('p.readout').textContent.includes('Run the cell')")
    pad.press("another example")
    assert torch.equal(pad.canvas(1), negative(examples()[1], 0))


@pytest.mark.browser
def test_grounds_lie_under_the_drawing(open_pad):
    grounds = torch.full((2, 1, HEIGHT, WIDTH), 90, dtype=torch.uint8)
    pad = open_pad(sketchpad(grounds=grounds))
    assert comes(pad.page, lambda: pad.canvas(0)[:, 0, 0].tolist() == [90, 90, 90])  # a sheet of its own
    assert pad.canvas(0)[:, 3, 4].tolist() == list(PALETTE["red"])


@pytest.mark.browser
def test_a_failing_function_is_read_beside_the_drawing(open_pad):
    fail = []

    def translate(drawing, example):
        if fail:
            raise RuntimeError("no such layer")
        return negative(drawing, example)

    widget = sketchpad(translate)
    fail.append(True)
    pad = open_pad(widget)
    pad.drag((9, 9), (9, 9))
    pad.page.wait_for_function("document.querySelector('p.readout').textContent.includes('no such layer')")
