"""A real JupyterLab and a notebook open in it: what the browser tests share. The fixtures are in conftest.py."""

import random
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from course_lib.authoring.lab import with_settings
from tests import classroom

CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SECOND = 1000  # Playwright counts in milliseconds
PATIENCE = 300 * SECOND  # with something that should come at once, on a machine that has other things to do
LECTURES = sorted(path.name for path in (classroom.ROOT / "lectures").glob("*.ipynb"))
SCREENSHOTS = classroom.ROOT / "build" / "screenshots"
# Console errors that are JupyterLab's own, none of the course's
NOT_OURS = (
    *("favicon", "Failed to load resource", "ResizeObserver", "[LSP]", "service-worker"),
    "Could not restore the debugger state",  # after a restart of the kernel
)


def free_port():
    """A port that nobody listens on, below those that Linux gives to outgoing connections: it stays free till it is used."""
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


@contextmanager
def jupyterlab(folder, home, *options, trusted=False):
    """A JupyterLab on a folder, with settings of its own; gives its address.

    Args:
        folder: what it opens. home: where settings, runtime files and its log go.
        options: more of its command line.
        trusted: sign the folder's notebooks first, as `make lab` does: unsigned ones show no widgets.
    """
    environment = with_settings(classroom.environment()) | {
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    home.mkdir(parents=True, exist_ok=True)
    if trusted:
        notebooks = [str(path) for path in folder.rglob("*.ipynb")]
        command = [sys.executable, "-m", "jupyter", "trust", *notebooks]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    port, log = free_port(), home / "log"
    with open(log, "w") as file:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"),
                *("--ServerApp.token=course", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"),
                *("--LabApp.expose_app_in_browser=True", "--ServerApp.port_retries=0"),
                *options,
            ],
            env=environment, cwd=folder, stdout=file, stderr=file,
        )  # fmt: skip
        try:
            wait_for(lambda: answers_http(server, f"http://127.0.0.1:{port}/api?token=course", log), 600)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()  # once in a while it hangs in its own shutdown, after the last kernel
                server.wait()


def answers_http(server, address, log):
    if server.poll() is not None:
        pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
    try:
        urllib.request.urlopen(address, timeout=60).close()
    except OSError:
        return False
    return True


def wait_for(found, seconds=PATIENCE // SECOND):
    """What `found()` gives, once it gives something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := found():
            return result
        time.sleep(0.2)
    pytest.fail(f"nothing came within {seconds} s")


SCROLL = """async i => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    await notebook.scrollToItem(i, 'center');
    await new Promise(r => setTimeout(r, 60));
}"""


FIND = """async selector => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    for (let i = 0; i < notebook.widgets.length; i++) {
        if (!notebook.node.querySelector(selector)) {
            await notebook.scrollToItem(i);
            await new Promise(r => setTimeout(r, 40));
        }
        const node = notebook.node.querySelector(selector);
        if (node) { node.scrollIntoView({block: 'center'}); return true; }
    }
    return false;
}"""


# jupyterlab_widgets 3.0 asks for a stored widget for two seconds, and anywidget 0.11 waits two for its script. On a page
# that was busy just then the first shows GIVEN_UP for good; the second hears no word of the kernel any more.
GIVEN_UP = "Error displaying widget: model not found"
TOO_SLOW = ("widget model not found", "[anywidget] Failed to initialize model")  # what they tell the console
RELOADS = 3


class Notebook:
    """One notebook open in JupyterLab.

    Args:
        browser, lab: the fixtures. path: of the notebook, in the course's folder.
        screenshots: where pictures go.
        touch: on a screen that answers to fingers.
        block: a regular expression of addresses that cannot be fetched; those asked for are listed in `blocked`.
    """

    def __init__(self, browser, lab, path, screenshots=SCREENSHOTS, block=None, touch=False):
        self.screenshots = screenshots
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, has_touch=touch)
        self.errors, self.blocked = [], []
        if block:
            self.page.route(re.compile(block), self._block)
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(PATIENCE)
        self.page.set_default_navigation_timeout(PATIENCE)
        self.page.goto(f"{lab}/lab/tree/{path}?token=course&reset")
        self._opened()

    def _opened(self):
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.content?.widgets?.length > 0")
        self.page.evaluate("window.jupyterapp.shell.currentWidget.context.ready.then(() => {})")
        self.wait_for_kernel()
        self.page.evaluate("() => document.querySelector('.jp-Dialog .jp-mod-accept')?.click()")

    def patiently(self, look):
        """What look() gives. If a widget was given up meanwhile: reload, as the landing page tells a student, and look again.

        A widget that is given up each time was not given up for slowness: then all that was found wrong stands.
        """
        for _ in range(RELOADS):
            try:
                result = look()
            except (Exception, pytest.fail.Exception):
                if not self.was_too_slow():
                    raise
            else:
                if not self.was_too_slow():
                    return result
            self.errors = [text for text in self.errors if not any(known in text for known in TOO_SLOW)]
            self.page.reload()
            self._opened()
        return look()

    def was_too_slow(self):
        """Whether a widget was given up in this page, seen or not."""
        return any(known in text for text in self.errors for known in TOO_SLOW)

    def _block(self, route):
        self.blocked.append(route.request.url)
        route.abort()

    def close(self):
        """Shut down the kernel, and the page."""
        self.page.evaluate(
            "async () => { const p = window.jupyterapp?.shell?.currentWidget; await p?.sessionContext?.shutdown(); }"
        )
        self.page.close()

    def our_errors(self):
        return [text for text in self.errors if not any(known in text for known in NOT_OURS)]

    def picture(self, name):
        self.screenshots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.screenshots / f"{name}.png")

    def command(self, name):
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self, seconds=900, restart=False):
        """Run every cell, after Kernel > Restart if asked; returns the errors in which cells ended."""
        self.wait_for_kernel()
        self.command("notebook:clear-all-cell-outputs")
        if restart:
            self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:restart-run-all'); }")
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        else:
            self.command("notebook:run-all-cells")
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

    def run_cell(self, cell):
        """Run one cell, as Ctrl + Enter does; does not wait."""
        self.wait_for_kernel()
        self.page.evaluate(
            """i => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = i;
                notebook.deselectAll();
                window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            cell,
        )

    def wait_until_idle(self, cell, seconds=PATIENCE // SECOND):
        """Wait until a cell was run and the kernel rests; returns the errors that the cell ended in."""
        self.page.wait_for_function(
            """i => {
                const panel = window.jupyterapp.shell.currentWidget, {model} = panel.content.widgets[i];
                return panel.sessionContext.session.kernel.status === 'idle'
                    && model.executionCount !== null && model.executionState !== 'running';
            }""",
            arg=cell,
            timeout=seconds * SECOND,
        )
        return [f"{o['ename']}: {o['evalue']}" for o in self.outputs_of(cell) if o["output_type"] == "error"]

    def outputs_of(self, cell):
        """The outputs of a cell, by its number, as they would be stored."""
        return self.page.evaluate(
            "i => window.jupyterapp.shell.currentWidget.content.widgets[i].model.outputs.toJSON()", cell
        )

    def text_of(self, cell):
        """What a cell's outputs say, as text."""
        parts = [
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in self.outputs_of(cell)
        ]
        return " ".join("".join(part) for part in parts)

    def scroll_to(self, selector, seconds=PATIENCE // SECOND):
        """Bring the first match into the page: JupyterLab renders far cells late, and widgets later still."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.page.evaluate(FIND, selector):
                return
            if self.was_too_slow():
                break
        pytest.fail(f"nothing matches {selector} within {seconds} s; the console says {self.errors}")

    def widget_cells(self):
        """The numbers of the cells that have one of the course's widgets among their stored outputs."""
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap((cell, i) =>
                cell.model.type === 'code' && cell.model.outputs.toJSON().some(output =>
                    [output.data?.['text/html'] ?? ''].flat().join('').includes('course-widget')) ? [i] : [])"""
        )

    def wait_for_kernel(self, seconds=PATIENCE // SECOND):
        """Stored widgets come to life once the kernel has answered, which takes a while where two cores do all."""
        self.page.wait_for_function(
            "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
            timeout=seconds * SECOND,
        )

    def widget_of(self, cell, seconds=PATIENCE // SECOND):
        """The first widget of a cell, in view: as heights settle JupyterLab may let go of a far cell, so scroll again."""
        from playwright.sync_api import TimeoutError

        self.wait_for_kernel()
        place = self.page.locator(f"[data-windowed-list-index='{cell}']")
        widget = place.locator(".course-widget").first
        for _ in range(seconds // 3):
            self.page.evaluate(SCROLL, cell)
            try:
                widget.wait_for(timeout=3 * SECOND)
                return widget
            except TimeoutError:
                if place.get_by_text(GIVEN_UP).count():
                    break
        self.picture(f"missing_widget_{cell}")
        seen = [(node.is_visible(), node.inner_text()[-300:]) for node in place.all()]
        pytest.fail(
            f"the widget of cell {cell} does not appear, or not within {seconds} s; of that cell there is {seen}, "
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

    def grade_ids(self):
        """nbgrader's id of each cell, or None."""
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
                c => c.model.getMetadata('nbgrader')?.grade_id ?? null)"""
        )

    def active_cell(self):
        return self.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex")

    def is_typing(self):
        """Whether keys go into the active cell's editor."""
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.mode === 'edit'
                && !!document.activeElement?.closest('.cm-content')"""
        )

    def source_of(self, cell):
        return self.page.evaluate(
            "i => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.source", cell
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


# What a reader sees of a widget: its canvases, drawings and words.
SEEN = """node => [...node.querySelectorAll('canvas')].map(c => c.toDataURL()).join(' ')
    + [...node.querySelectorAll('svg, p, output')].map(n => n.outerHTML).join(' ')"""
KINDS = ("input[type=range]", "select", "input[type=number]", "button", "input[type=radio]")


def settled(notebook, widget):
    """What is seen of a widget, once two looks agree: its pictures are decoded."""
    seen = widget.evaluate(SEEN)
    for _ in range(60):
        notebook.page.wait_for_timeout(SECOND // 2)
        before, seen = seen, widget.evaluate(SEEN)
        if before == seen:
            break
    return seen


def every_widget_answers(notebook, cells):
    """Each of these cells' widgets comes into view, and answers to the keyboard."""
    for cell in cells:
        widget = notebook.widget_of(cell)
        assert answers(notebook, widget, settled(notebook, widget)), (
            f"the widget of cell {cell} does not answer"
        )


def changed(notebook, look, before, seconds=PATIENCE // SECOND):
    """Whether look() gives something else than before within a time."""
    until = time.monotonic() + seconds
    while look() == before:
        if time.monotonic() > until:
            return False
        notebook.page.wait_for_timeout(SECOND // 10)
    return True


def answers(notebook, widget, before):
    """Does using one control after the other, by keyboard, change what is seen? (One may be chosen already.)"""
    for patience in (0.5, 30):
        for kind in KINDS:
            for control in widget.locator(f"{kind}:visible").all()[:3]:
                control.focus()
                if kind == "button" or "radio" in kind:
                    notebook.page.keyboard.press("Space")
                else:
                    last = control.evaluate("node => node.type === 'range' && node.value === node.max")
                    forward = "ArrowRight" if "range" in kind else "ArrowDown"
                    notebook.page.keyboard.press("ArrowLeft" if last else forward)
                if changed(notebook, lambda: widget.evaluate(SEEN), before, patience):
                    return True
    return False
