"""What every test shares: one thread, the repository's root, and where a missing tool is an error, not a skip."""

import platform
import shutil
from pathlib import Path

import pytest
import torch

from tests import jupyter
from tests.exported import alive

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ("file:", "data:", "blob:")


@pytest.fixture(scope="session")
def root():
    """The repository's root folder."""
    return ROOT


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)


def pytest_runtest_setup(item):
    """On Linux a missing sandbox or browser fails the tests that need it; elsewhere they are skipped, with the reason."""
    for marker, program in (("sandbox", "bwrap"), ("browser", "chromium")):
        if item.get_closest_marker(marker) is None:
            continue
        if platform.system() != "Linux":
            pytest.skip(f"{program} runs on Linux only")
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed: `make test` installs it, or says how", pytrace=False)


# --- a browser, and a JupyterLab in it: see jupyter.py. One each a file: Playwright's loop would be in others' way ------
@pytest.fixture(scope="module")
def browser():
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=jupyter.CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser):
    """Makes pages without a network. An error in one, or a request to anywhere, fails the test."""
    contexts, wrong = [], []

    def new(**options):
        """options: of the browser's context."""
        contexts.append(browser.new_context(offline=True, **options))
        contexts[-1].set_default_timeout(jupyter.PATIENCE)
        page = contexts[-1].new_page()
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(LOCAL) else wrong.append(r.url))
        return page

    yield new
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def open_page(new_page, tmp_path):
    """Opens widgets' exported forms in a page, and waits until they are alive."""

    def open_(*parts, prepare=None, **options):
        """parts: widgets, or HTML. prepare: what is done with the page before. options: of the browser's context."""
        page = new_page(**options)
        if prepare:
            prepare(page)
        html = "".join(part if isinstance(part, str) else part.to_html() for part in parts)
        (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8><title>page</title>{html}")
        page.goto((tmp_path / "page.html").as_uri())
        assert alive(page) >= len(parts)
        return page

    return open_


@pytest.fixture(scope="module")
def course(tmp_path_factory, root):
    """A folder as a student has it: lectures and assignments, nothing else."""
    folder = tmp_path_factory.mktemp("course")
    texts = shutil.ignore_patterns("*.py", ".ipynb_checkpoints")
    shutil.copytree(root / "lectures", folder / "lectures", ignore=texts)
    shutil.copytree(root / "assignments", folder / "assignments", ignore=texts)
    return folder


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    """The address of a JupyterLab on that folder, trusted as `make lab` trusts it."""
    with jupyter.jupyterlab(course, tmp_path_factory.mktemp("jupyter"), trusted=True) as address:
        yield address


@pytest.fixture
def open_notebook(browser, lab):
    """Opens a notebook of the course by its path; its kernel is shut down afterwards."""
    opened = []

    def open_(path):
        opened.append(jupyter.Notebook(browser, lab, path))
        return opened[-1]

    yield open_
    for notebook in opened:
        notebook.close()
