"""A real JupyterLab in a real Chromium: what a student sees and does. Screenshots are kept in build/screenshots/."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SECOND = 1000  # Playwright counts in milliseconds
# Console errors that are JupyterLab's own, none of the course's
NOT_OURS = ("favicon", "Failed to load resource", "ResizeObserver", "[LSP]", "service-worker")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def course(tmp_path_factory, root):
    """A folder as a student has it: lectures and assignments, nothing else; trusted, as `make lab` trusts them."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(
        root / "lectures", folder / "lectures", ignore=shutil.ignore_patterns("*.py", ".ipynb_checkpoints")
    )
    shutil.copytree(root / "assignments", folder / "assignments")
    return folder


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    """A running JupyterLab with settings of its own; yields its address."""
    home = tmp_path_factory.mktemp("jupyter")
    environment = {
        **os.environ,
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "OMP_NUM_THREADS": "1",
    }
    notebooks = [str(path) for path in course.rglob("*.ipynb")]
    subprocess.run(
        [sys.executable, "-m", "jupyter", "trust", *notebooks],
        env=environment,
        check=True,
        capture_output=True,
    )
    port = free_port()
    log = open(home / "log", "w")  # noqa: SIM115 - closed with the server
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"),
            *("--ServerApp.token=course", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={course}"),
            *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None", "--ServerApp.port_retries=0"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        env=environment,
        cwd=course,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if server.poll() is not None:
                pytest.fail(f"JupyterLab did not start:\n{(home / 'log').read_text()[-3000:]}")
            try:
                urllib.request.urlopen(f"{address}/api?token=course", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=CHROMIUM)
        yield chromium
        chromium.close()


SCROLL = """async i => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    await notebook.scrollToItem(i, 'center');
    await new Promise(r => setTimeout(r, 60));
}"""


class Notebook:
    """One notebook open in JupyterLab."""

    def __init__(self, browser, lab, path, screenshots):
        self.screenshots = screenshots
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.errors = []
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{lab}/lab/tree/{path}?token=course&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60 * SECOND)
        self.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length > 0")
        self.page.wait_for_timeout(SECOND)
        self.page.evaluate("() => document.querySelector('.jp-Dialog .jp-mod-accept')?.click()")
        self.page.evaluate(
            "() => document.querySelectorAll('.jp-toast-button').forEach(b => b.innerText === 'No' && b.click())"
        )

    def our_errors(self):
        return [text for text in self.errors if not any(known in text for known in NOT_OURS)]

    def picture(self, name):
        self.screenshots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.screenshots / f"{name}.png")

    def command(self, name):
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self, seconds=180):
        """Run every cell in a fresh kernel; returns the number of cells that ended in an error."""
        self.wait_for_kernel()
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:run-all-cells")
        self.page.wait_for_timeout(SECOND)
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const code = panel.content.widgets.filter(c => c.model.type === 'code' && c.model.sharedModel.source.trim());
                return panel.sessionContext.session.kernel.status === 'idle'
                    && code.every(c => c.model.executionCount !== null && c.model.executionState !== 'running')
                    || code.some(c => c.model.outputs.toJSON().some(o => o.output_type === 'error'));
            }""",
            timeout=seconds * SECOND,
        )
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code')
                .flatMap(c => c.model.outputs.toJSON()).filter(o => o.output_type === 'error')
                .map(o => `${o.ename}: ${o.evalue}`)"""
        )

    def scroll_to(self, selector):
        """Bring the first match into the page (JupyterLab renders far cells late)."""
        found = self.page.evaluate(
            """async selector => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                for (let i = 0; i < notebook.widgets.length; i++) {
                    await notebook.scrollToItem(i);
                    await new Promise(r => setTimeout(r, 40));
                    const node = notebook.node.querySelector(selector);
                    if (node) { node.scrollIntoView({block: 'center'}); return true; }
                }
                return false;
            }""",
            selector,
        )
        assert found, f"nothing matches {selector}"
        self.page.wait_for_timeout(SECOND // 2)

    def widget_cells(self):
        """The numbers of the cells that have one of the course's widgets among their stored outputs."""
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap((cell, i) =>
                cell.model.type === 'code' && cell.model.outputs.toJSON().some(output =>
                    [output.data?.['text/html'] ?? ''].flat().join('').includes('course-widget')) ? [i] : [])"""
        )

    def wait_for_kernel(self, seconds=120):
        """Stored widgets come to life once the kernel has answered, which takes a while where two cores do all."""
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            timeout=seconds * SECOND,
        )

    def widget_of(self, cell, seconds=120):
        """The first widget of a cell, in view: as heights settle JupyterLab may let go of a far cell, so scroll again."""
        self.wait_for_kernel()
        place = self.page.locator(f"[data-windowed-list-index='{cell}']")
        widget = place.locator(".course-widget").first
        for _ in range(seconds // 3):
            self.page.evaluate(SCROLL, cell)
            try:
                widget.wait_for(timeout=3 * SECOND)
                return widget
            except TimeoutError:
                pass
        self.picture(f"missing_widget_{cell}")
        seen = [(node.is_visible(), node.inner_text()[-300:]) for node in place.all()]
        pytest.fail(
            f"the widget of cell {cell} does not appear within {seconds} s; of that cell there is {seen}, "
            f"{widget.count()} widget; the console says {self.errors}"
        )

    def pixels(self, selector):
        """All pixels of a canvas, as one string."""
        return self.page.evaluate(
            """selector => {
                const c = window.jupyterapp.shell.currentWidget.content.node.querySelector(selector);
                return c.toDataURL();
            }""",
            selector,
        )

    def write(self, grade_id, source):
        """Replace a cell's text, as a student would by typing."""
        self.page.evaluate(
            """([id, source]) => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets;
                const cell = cells.find(c => c.model.getMetadata('nbgrader')?.grade_id === id);
                cell.model.sharedModel.setSource(source);
            }""",
            [grade_id, source],
        )

    def show(self, grade_id):
        """Bring a graded cell's output into view."""
        self.page.evaluate(
            """async id => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const i = notebook.widgets.findIndex(c => c.model.getMetadata('nbgrader')?.grade_id === id);
                await notebook.scrollToItem(i, 'center');
                await new Promise(r => setTimeout(r, 300));
                notebook.widgets[i].node.scrollIntoView({block: 'center'});
            }""",
            grade_id,
        )
        self.page.wait_for_timeout(SECOND)

    def outputs(self, grade_id):
        """The outputs stored under a graded cell, as text."""
        return self.page.evaluate(
            """id => {
                const cells = window.jupyterapp.shell.currentWidget.content.widgets;
                const cell = cells.find(c => c.model.getMetadata('nbgrader')?.grade_id === id);
                return cell.model.outputs.toJSON().map(o => JSON.stringify(o.data || o)).join(' ');
            }""",
            grade_id,
        )


@pytest.fixture
def open_notebook(browser, lab, root):
    opened = []

    def open_(path):
        opened.append(Notebook(browser, lab, path, root / "build" / "screenshots"))
        return opened[-1]

    yield open_
    for notebook in opened:
        notebook.page.evaluate(
            "async () => { const p = window.jupyterapp?.shell?.currentWidget; await p?.sessionContext?.shutdown(); }"
        )
        notebook.page.close()


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


LECTURES = sorted(path.name for path in (Path(__file__).parents[1] / "lectures").glob("*.ipynb"))
# What a reader sees of a widget: its canvases, drawings and words.
SEEN = """node => [...node.querySelectorAll('canvas')].map(c => c.toDataURL()).join(' ')
    + [...node.querySelectorAll('svg, p, output')].map(n => n.outerHTML).join(' ')"""


KINDS = ("input[type=range]", "select", "input[type=number]", "button", "input[type=radio]")


def answers(notebook, widget, before):
    """Does using one control after the other, by keyboard, change what is seen? (One may be chosen already.)"""
    for kind in KINDS:
        for control in widget.locator(f"{kind}:visible").all()[:3]:
            control.focus()
            if kind == "button" or "radio" in kind:
                notebook.page.keyboard.press("Space")
            else:
                last = control.evaluate("node => node.type === 'range' && node.value === node.max")
                forward = "ArrowRight" if "range" in kind else "ArrowDown"
                notebook.page.keyboard.press("ArrowLeft" if last else forward)
            notebook.page.wait_for_timeout(SECOND // 2)
            if widget.evaluate(SEEN) != before:
                return True
    return False


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
