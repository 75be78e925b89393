"""The long suite: every lecture run from top to bottom in a real JupyterLab, every widget driven while its kernel lives.

Half an hour and more, so it runs only when asked for: COURSE_LONG=1 python -m pytest tests/test_lectures_in_browser.py
"""

import os

import pytest

from tests.jupyter import LECTURES, SECOND, SEEN, answers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("COURSE_LONG"), reason="the long suite: COURSE_LONG=1"),
]


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_runs_and_its_widgets_live(open_notebook, name):
    notebook = open_notebook(f"lectures/{name}")
    before = notebook.widget_cells()
    assert notebook.run_all(seconds=600) == []
    assert notebook.widget_cells() == before, "running it gave other widgets than it was stored with"
    for cell in before:
        widget = notebook.widget_of(cell)
        notebook.page.wait_for_timeout(SECOND)
        assert answers(notebook, widget, widget.evaluate(SEEN)), f"the widget of cell {cell} does not answer"
    notebook.picture(f"{name.removesuffix('.ipynb')}_after_run_all")
    assert notebook.our_errors() == []
