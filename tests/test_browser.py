"""A real JupyterLab in a real Chromium: what a student sees and does. Screenshots are kept in build/screenshots/."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests import classroom
from tests.exported import swipe
from tests.jupyter import LECTURES, PATIENCE, Notebook, changed, every_widget_answers, settled, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPLORER = ".kernel-explorer"
RESPONSE = f"{EXPLORER} figure:last-of-type canvas"


def change_the_kernel(notebook):
    """Pick the next preset by keyboard; returns the response map's pixels before and after."""
    notebook.scroll_to(EXPLORER)
    settled(notebook, notebook.page.locator(EXPLORER).first)
    before = notebook.pixels(RESPONSE)
    notebook.page.locator(f"{EXPLORER} select").first.focus()
    notebook.page.keyboard.press("ArrowDown")
    changed(notebook, lambda: notebook.pixels(RESPONSE), before)
    return before, notebook.pixels(RESPONSE)


@pytest.mark.parametrize("name", LECTURES)
def test_every_widget_of_a_lecture_is_alive_on_opening(open_notebook, name):
    notebook = open_notebook(f"lectures/{name}")
    widgets = notebook.widget_cells()
    assert widgets, "a lecture without a widget"
    notebook.patiently(lambda: every_widget_answers(notebook, widgets))
    assert notebook.our_errors() == []
    notebook.picture(f"{name.removesuffix('.ipynb')}_opened")


def test_lecture_01_opens_alive_then_runs(open_notebook):
    notebook = open_notebook("lectures/01_convolution.ipynb")
    before, after = notebook.patiently(lambda: change_the_kernel(notebook))
    assert before != after, "the stored widget does not answer before a cell was run"
    notebook.picture("lecture_01_opened")

    def run():
        assert notebook.run_all() == []
        return change_the_kernel(notebook)

    before, after = notebook.patiently(run)
    assert notebook.our_errors() == []
    assert before != after, "the widget of the running kernel does not answer"
    notebook.picture("lecture_01_after_run_all")


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
    times = notebook.patiently(lambda: draw(notebook, widget, empty, picture))
    assert notebook.our_errors() == []
    notebook.picture(f"lecture_{lecture}_drawn_on")
    times.sort()
    with capsys.disabled():
        print(f"\nstroke to picture, 30 strokes: median {times[14]} ms, p95 {times[28]} ms")


def draw(notebook, widget, empty, picture):
    """Run the lecture, then thirty strokes on its first pad; what each took until the picture, in milliseconds."""
    assert notebook.run_all() == []
    notebook.scroll_to(widget)
    pad, page = notebook.page.locator(widget).first, notebook.page
    picture = f"{widget} {picture}"
    pad.get_by_role("button", name=empty, exact=True).click()
    settled(notebook, pad)
    surface, times = pad.locator(".pad"), []
    for k in range(30):
        surface.evaluate(
            "node => node.scrollIntoView({block: 'center'})"
        )  # the readout grows, the page moves
        before, box = notebook.pixels(picture), surface.bounding_box()
        row, column = divmod(k, 6)  # places pixels apart: each stroke paints what none before it did
        x, y = box["x"] + box["width"] * (0.15 + 0.14 * column), box["y"] + box["height"] * (0.2 + 0.15 * row)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.up()
        if not changed(notebook, lambda: notebook.pixels(picture), before):
            pytest.fail(f"stroke {k} changed nothing: {pad.locator('.readout').inner_text()}")
        times.append(int(re.search(r"Stroke to picture: (\d+) ms", pad.locator(".readout").inner_text())[1]))
    return times


def test_a_finger_draws_and_does_not_scroll_the_notebook(browser, lab):
    notebook = Notebook(browser, lab, "lectures/14_paired_translation.ipynb", touch=True)
    notebook.patiently(lambda: draw_by_finger(notebook))
    notebook.picture("lecture_14_drawn_on_by_finger")
    notebook.close()


def draw_by_finger(notebook):
    notebook.scroll_to(".sketchpad")
    pad, page = notebook.page.locator(".sketchpad").first, notebook.page
    pad.get_by_role("button", name="clear", exact=True).click()
    surface = pad.locator(".pad")
    surface.evaluate("node => node.scrollIntoView({block: 'center'})")
    settled(notebook, pad)
    box, before = surface.bounding_box(), notebook.pixels(".sketchpad canvas")
    x, top, bottom = (box["x"] + box["width"] / 2, box["y"] + 20, box["y"] + box["height"] - 20)
    swipe(page, [(x, bottom), (x, top)])
    assert changed(notebook, lambda: notebook.pixels(".sketchpad canvas"), before)
    assert abs(surface.bounding_box()["y"] - box["y"]) < 2
    beside = box["x"] + box["width"] + 300
    swipe(page, [(beside, bottom), (beside, top)])  # beside the pad it does scroll
    wait_for(lambda: surface.bounding_box()["y"] < box["y"] - 50)


# --- a long cell: progress, an interrupt, on from there -----------------------------------------------------------------
TRAINING = [
    """
import torch
from torch import nn

from course_lib.devices import adam
from course_lib.gan import gan_step
from course_lib.training import Batches, Trainer

rng = torch.Generator().manual_seed(0)
g, d = nn.Linear(2, 1), nn.Sequential(nn.Linear(1, 1), nn.Flatten(0))
opt_g, opt_d = adam(g, lr=1e-3), adam(d, lr=1e-3)
points = torch.randn(1000, 1, generator=rng)


def step(real, rng):
    z_d, z_g = torch.randn(2, len(real), 2, generator=rng)
    return gan_step(g, d, opt_g, opt_d, real, z_d, z_g)


trainer = Trainer(step, Batches(points, batch_size=50), {"g": g, "d": d, "opt_g": opt_g, "opt_d": opt_d})
before = g.weight.detach().clone()""",
    "history = trainer.run(1_000_000)",
    "print(trainer.steps_done, len(trainer.history['d_loss']), not torch.equal(before, g.weight))",
]


@pytest.fixture
def long_training(course):
    """A notebook with a training that nobody would wait for; its path in the course's folder."""
    notebook = new_notebook(cells=[new_code_cell(source.strip()) for source in TRAINING])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, course / "long_training.ipynb")
    return "long_training.ipynb"


def steps_shown(notebook, beyond):
    """The step that the bar of the second cell shows, once it is beyond one; the bar says the same as the words."""
    bar = notebook.page.locator(".jp-OutputArea-output progress")
    bar.wait_for()
    notebook.page.wait_for_function(
        "n => document.querySelector('.jp-OutputArea-output progress')?.value > n",
        arg=beyond,
        timeout=PATIENCE,
    )
    return bar.evaluate("bar => bar.value")


@pytest.mark.parametrize("way", ["the stop button", "the Kernel menu"])
def test_a_long_training_shows_progress_and_can_be_stopped(open_notebook, long_training, way):
    notebook = open_notebook(long_training)
    notebook.run_cell(0)
    assert notebook.wait_until_idle(0) == []
    notebook.run_cell(1)
    first = steps_shown(notebook, beyond=0)
    second = steps_shown(notebook, beyond=first)
    assert first < second
    notebook.picture("training_under_way")
    if way == "the stop button":
        notebook.page.locator("[data-jp-item-name='interrupt'] :is(button, jp-button)").first.click()
    else:
        notebook.page.locator(".lm-MenuBar-item", has_text="Kernel").click()
        notebook.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Interrupt Kernel$")).click()
    assert notebook.wait_until_idle(1) == [], "an interrupted training ends without a traceback"
    said = notebook.text_of(1)
    assert re.search(r"Stopped after step \d+ of 1000000: all that was learned is kept", said), said
    notebook.run_cell(2)
    assert notebook.wait_until_idle(2) == []
    done, losses = map(int, re.search(r"(\d+) (\d+) True", notebook.text_of(2)).groups())
    assert done == losses
    assert done >= second
    notebook.picture(f"training_stopped_by_{way.split()[-1]}")
    # the same cell again goes on from there
    notebook.run_cell(1)
    assert steps_shown(notebook, beyond=done) > done
    notebook.command("notebook:interrupt-kernel")
    assert notebook.wait_until_idle(1) == []
    assert notebook.our_errors() == []


# --- marks without a widget and without a mouse -------------------------------------------------------------------------
A_WIDGET = """import torch
from course_lib.widgets.kernel_explorer import KernelExplorer

KernelExplorer({"grey": torch.full((1, 1, 20, 20), 100, dtype=torch.uint8)})"""


def test_no_assignment_asks_for_a_widget(root):
    """Nothing that a student hands in imports one: what is graded is written."""
    for path in (root / "assignments").glob("*/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert not [c.source for c in cells if re.search(r"course_lib\.widgets|ipywidgets", c.source)], (
            path.name
        )


def test_all_marks_by_keyboard_where_no_widget_loads(browser, lab, course):
    """Assignment 1 from blank to full: keys only, in a JupyterLab whose widgets cannot be fetched."""
    folder = course / "no_widgets"
    folder.mkdir()
    notebook = classroom.blank()
    notebook.cells.insert(1, new_code_cell(A_WIDGET))
    nbformat.write(notebook, folder / f"{classroom.A1}.ipynb")
    shutil.copy(course / "assignments" / classroom.A1 / "reference.safetensors", folder)
    notebook = Notebook(
        browser, lab, f"no_widgets/{classroom.A1}.ipynb", block="jupyterlab-manager|anywidget"
    )
    keys = notebook.page.keyboard
    solved = {classroom.grade_id(c): c.source for c in classroom.reference().cells if c.cell_type == "code"}
    notebook.command("notebook:enter-command-mode")
    for cell, grade_id in enumerate(notebook.grade_ids()):
        if not grade_id or grade_id.startswith("check_") or grade_id not in solved:
            continue
        while (active := notebook.active_cell()) != cell:
            keys.press("j" if active < cell else "k")
            if not changed(notebook, notebook.active_cell, active, seconds=10):
                notebook.command("notebook:enter-command-mode")  # the keys went elsewhere
        keys.press("Enter")
        wait_for(notebook.is_typing)
        keys.press("Control+a")
        keys.insert_text(solved[grade_id])
        wait_for(lambda: notebook.source_of(cell) == solved[grade_id])  # noqa: B023
        keys.press("Escape")
        wait_for(lambda: not notebook.is_typing())
    assert notebook.run_all() == []
    notebook.scroll_to(".kernel-explorer input")  # the form of exported pages takes the widget's place
    said = {name: notebook.outputs(name) for name in classroom.FULL}
    earned = {name: re.search(r": ([\d.]+) of ([\d.]+) points", text) for name, text in said.items()}
    assert {name: float(found[1]) for name, found in earned.items() if found} == classroom.FULL, earned
    assert {name: float(found[2]) for name, found in earned.items()} == classroom.FULL
    notebook.show("check_conv2d")
    notebook.picture("a1_all_marks_by_keyboard_without_widgets")
    notebook.close()
