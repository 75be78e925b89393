"""A real JupyterLab in a real Chromium: what a student sees and does. Screenshots are kept in build/screenshots/."""

import re

import pytest

from tests.jupyter import LECTURES, SECOND, SEEN, answers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPLORER = ".kernel-explorer"
RESPONSE = f"{EXPLORER} figure:last-of-type canvas"


def change_the_kernel(notebook):
    """Pick the next preset by keyboard; returns the response map's pixels before and after."""
    notebook.scroll_to(EXPLORER)
    before = notebook.pixels(RESPONSE)
    notebook.page.locator(f"{EXPLORER} select").first.focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.wait_for_timeout(SECOND // 4)
    return before, notebook.pixels(RESPONSE)


@pytest.mark.parametrize("name", LECTURES)
def test_every_widget_of_a_lecture_is_alive_on_opening(open_notebook, name):
    notebook = open_notebook(f"lectures/{name}")
    widgets = notebook.widget_cells()
    assert widgets, "a lecture without a widget"
    for cell in widgets:
        widget = notebook.widget_of(cell)
        notebook.page.wait_for_timeout(SECOND // 2)  # sheets are decoded
        before = widget.evaluate(SEEN)
        assert answers(notebook, widget, before), f"the widget of cell {cell} does not answer"
    notebook.picture(f"{name.removesuffix('.ipynb')}_opened")
    assert notebook.our_errors() == []


def test_lecture_01_opens_alive_then_runs(open_notebook):
    notebook = open_notebook("lectures/01_convolution.ipynb")
    before, after = change_the_kernel(notebook)
    assert before != after, "the stored widget does not answer before a cell was run"
    notebook.picture("lecture_01_opened")

    assert notebook.run_all() == []
    before, after = change_the_kernel(notebook)
    assert before != after, "the widget of the running kernel does not answer"
    notebook.picture("lecture_01_after_run_all")
    assert notebook.our_errors() == []


WRONG = """def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride
"""
RIGHT = WRONG.replace("// stride", "// stride + 1")


def test_a_student_answers_wrongly_then_rightly(open_notebook):
    notebook = open_notebook("assignments/a1_convolution/a1_convolution.ipynb")
    notebook.write("conv2d_output_size", WRONG)
    notebook.run_all()
    said = notebook.outputs("check_conv2d_output_size")
    assert "one position too few" in said, "the check does not name the known mistake"
    notebook.show("check_conv2d_output_size")
    notebook.picture("a1_wrong_answer")
    notebook.write("conv2d_output_size", RIGHT)
    notebook.run_all()
    said = notebook.outputs("check_conv2d_output_size")
    assert "one position too few" not in said
    assert "4 of 4 points" in said
    notebook.show("check_conv2d_output_size")
    notebook.picture("a1_right_answer")


@pytest.mark.parametrize(
    ("lecture", "widget", "empty", "picture"),
    [
        ("14_paired_translation", ".sketchpad", "clear", "figure:last-of-type canvas"),
        ("10_editing", ".paint-canvas", "reset", "figure:nth-of-type(3) canvas"),
    ],
)
def test_a_drawing_is_answered_as_it_is_drawn(open_notebook, capsys, lecture, widget, empty, picture):
    """A lecture with its kernel: strokes on the first pad; what each took is printed, not judged."""
    notebook = open_notebook(f"lectures/{lecture}.ipynb")
    assert notebook.run_all(seconds=400) == []
    notebook.scroll_to(widget)
    pad, page = notebook.page.locator(widget).first, notebook.page
    picture = f"{widget} {picture}"
    pad.get_by_role("button", name=empty, exact=True).click()
    page.wait_for_timeout(SECOND)
    box, times = pad.locator(".pad").bounding_box(), []
    for k in range(30):
        before = notebook.pixels(picture)
        row, column = divmod(k, 6)  # places pixels apart: each stroke paints what none before it did
        x, y = box["x"] + box["width"] * (0.15 + 0.14 * column), box["y"] + box["height"] * (0.2 + 0.15 * row)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.up()
        for _ in range(200):
            if notebook.pixels(picture) != before:
                break
            page.wait_for_timeout(10)
        else:
            pytest.fail(f"stroke {k} changed nothing: {pad.locator('.readout').inner_text()}")
        times.append(int(re.search(r"Stroke to picture: (\d+) ms", pad.locator(".readout").inner_text())[1]))
    notebook.picture(f"lecture_{lecture}_drawn_on")
    times.sort()
    with capsys.disabled():
        print(f"\nstroke to picture, 30 strokes: median {times[14]} ms, p95 {times[28]} ms")
    assert notebook.our_errors() == []
