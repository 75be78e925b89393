"""The long suite: every lecture restarted and run in a real JupyterLab, every widget driven while its kernel lives.

An hour and more, so it runs only when asked for: make long, or for one lecture make long ONLY=05_
"""

import os

import pytest

from tests.jupyter import LECTURES, every_widget_answers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("COURSE_LONG"), reason="the long suite: COURSE_LONG=1"),
]


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_runs_and_its_widgets_live(open_notebook, name):
    notebook = open_notebook(f"lectures/{name}")
    before = notebook.widget_cells()
    notebook.patiently(lambda: [notebook.widget_of(cell) for cell in before])
    assert notebook.our_errors() == [], "before anything was run"

    def run():
        assert notebook.run_all(seconds=1800, restart=True) == []
        assert notebook.widget_cells() == before, "running it gave other widgets than it was stored with"
        every_widget_answers(notebook, before)

    notebook.patiently(run)
    assert notebook.our_errors() == []
    notebook.picture(f"{name.removesuffix('.ipynb')}_after_run_all")
