"""A stranger's first minutes: the bundle unpacked alone, `make lab` from nothing, a z-slider that moves.

Installs a second environment (a gigabyte; five with torch's default build), so it runs only when asked for:
COURSE_LONG=1 TORCH=cpu python -m pytest tests/test_student_in_browser.py -s
"""

import os
import re
import shutil
import signal
import subprocess
import time
import zipfile
from itertools import pairwise

import pytest

from course_lib.authoring import student
from tests.jupyter import PATIENCE, SCREENSHOTS, SECOND, answers_http, free_port, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("COURSE_LONG"), reason="the long suite: COURSE_LONG=1"),
]


PICTURES = "node => [...node.querySelectorAll('canvas')].map(c => c.toDataURL()).join(' ')"


def make_lab(folder, home):
    """`make lab` of an unpacked bundle, as somebody who has none of our environment; its process, address, log."""
    port, log = free_port(), home / "log"
    known = ("PATH", "LANG", "TMPDIR", "TORCH", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE")
    environment = {k: v for k, v in os.environ.items() if k in known or k.startswith(("PIP_", "UV_"))}
    options = f"--no-browser --ServerApp.token=course --ServerApp.ip=127.0.0.1 --port={port}"
    with open(log, "w") as file:
        process = subprocess.Popen(
            ["make", "lab", f"LAB_ARGS={options}"],
            cwd=folder, env=environment | {"HOME": str(home)}, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    return process, f"http://127.0.0.1:{port}", log


def test_from_the_zip_to_a_moving_slider(browser, tmp_path, capsys):
    """Each part's time is printed, none is judged: most of it is the network's."""
    bundle = student.pack("a2", tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    clock = [("", time.monotonic())]

    def passed(what):
        clock.append((what, time.monotonic()))

    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "course_a2"
    passed("unpacking")
    process, address, log = make_lab(folder, home)
    try:
        stamp = folder / ".venv" / ".course-lab"
        wait_for(lambda: stamp.exists() or process.poll() is not None, 3600)
        assert stamp.exists(), log.read_text()[-3000:]
        passed("installing")
        wait_for(lambda: answers_http(process, f"{address}/api?token=course", log), 600)
        passed("starting JupyterLab")
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/?token=course")
        page.locator(".jp-Notebook table").first.wait_for()
        page.screenshot(path=SCREENSHOTS / "bundle_start.png")
        page.locator(".jp-Notebook a", has_text=re.compile("^06 ·")).click()
        lecture = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="06 ·")
        lecture.locator("h1").first.wait_for()
        passed("the landing page and lecture 06")
        widget = lecture.locator(".course-widget.latent-path").first
        slider = widget.locator("input[type=range]").first
        page.mouse.move(700, 500)
        for _ in range(600):
            if slider.is_visible():
                break
            page.mouse.wheel(0, 500)
            page.wait_for_timeout(SECOND // 5)
        slider.scroll_into_view_if_needed()
        before = widget.evaluate(PICTURES)
        slider.focus()
        for _ in range(8):
            page.keyboard.press("ArrowRight")
        wait_for(lambda: widget.evaluate(PICTURES) != before)
        passed("scrolling to the z-slider and moving it")
        page.screenshot(path=SCREENSHOTS / "bundle_slider.png")
        assert page.locator(".jp-toast-message", has_text="Jupyter news").count() == 0
        page.close()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        shutil.rmtree(folder)
        with capsys.disabled():
            print()
            for (_, start), (what, end) in pairwise(clock):
                print(f"{what}: {end - start:.0f} s")
    total = (clock[-1][1] - clock[0][1]) / 60
    with capsys.disabled():
        print(f"from the zip to the moving slider: {total:.1f} min, downloads included")
