"""Demonstrations are left out when a notebook is graded only where nothing needs them: names as read, and all six assignments."""

import nbformat
import pytest

from course_lib.authoring import release
from course_lib.grading import intake
from course_lib.grading.execute import is_checked
from course_lib.grading.needed import ANY, names_of, needed


@pytest.mark.parametrize(
    ("source", "bound", "used"),
    [
        ("x = y", {"x"}, {"y"}),
        ("x += 1", {"x"}, {"x"}),
        ("a, *b = c", {"a", "b"}, {"c"}),
        ("import os.path as q, sys", {"q", "sys"}, set()),
        ("import os.path", {"os"}, set()),
        ("from m import *", {ANY}, set()),
        ("for i in j: pass", {"i"}, {"j"}),
        ("[n for n in m]", set(), {"m"}),
        ("with open(p) as f: pass", {"f"}, {"open", "p"}),
        ("print(w := 1)", {"w"}, {"print"}),
        ("f.cache = {}", {"f"}, {"f"}),
        ("a.b[0].c = 1", {"a"}, {"a"}),
        ("del a", {"a"}, set()),
        ("def f(x, k=d):\n    y = x + g\n    return y", {"f"}, {"d", "g"}),
        ("def f():\n    global g\n    g = 1", {"f", "g"}, set()),
        ("class C(B):\n    k = v\n    def m(self):\n        return h", {"C"}, {"B", "v", "h"}),
        ("@d\ndef f(x: T): return lambda z: z + q", {"f"}, {"d", "T", "q"}),
        ("%matplotlib inline\nx = 1", {"matplotlib", "inline", "x"}, {"matplotlib", "inline", "x"}),
        ("x = (", {"x"}, {"x"}),
    ],
)
def test_names_of_a_cell(source, bound, used):
    assert names_of(source) == (bound, used)


@pytest.mark.parametrize(
    "source", ["\0", "(" * 5000, "-" * 60_000 + "1", "a" + ".b" * 60_000, "lambda:" * 20_000 + "1", "x=" * 50_000 + "1"]
)  # fmt: skip
def test_absurd_sources_are_answered(source):
    names_of(source)


def test_what_is_needed_and_what_that_needs():
    demos = ["a = 1", "b = a", "c = b", "d = 1"]
    assert needed(["print(e)"], demos) == {}
    assert needed(["print(d)"], demos) == {3: {"d"}}
    assert needed(["print(c)"], demos) == {2: {"c"}, 1: {"b"}, 0: {"a"}}
    assert needed(["def f():\n    return d + b"], demos) == {3: {"d"}, 1: {"b"}, 0: {"a"}}
    assert needed([], ["from m import *"]) == {0: {ANY}}


@pytest.mark.parametrize("assignment", release.names())
def test_nothing_in_an_assignment_needs_what_is_not_run(assignment, root):
    notebook = nbformat.read(root / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if intake.is_only_shown(cell)]
    running = [cell.source for cell in code if not intake.is_only_shown(cell)]
    demos = [cell for cell in shown if intake.DEMO in cell.metadata.tags]
    assert needed(running, [cell.source for cell in demos]) == {}
    lacking = [used - bound for bound, used in map(names_of, running)]  # what comes from another cell
    assert not any(names_of(cell.source)[0] & names for cell in shown for names in lacking)
    assert len(demos) >= 6
    assert not any(is_checked(cell) for cell in shown)
    assert not any("nbgrader" in cell.metadata for cell in demos)  # neither an answer nor a check
    assert all(
        "# yours to try" not in source for source in running
    )  # what is the student's to play with is not run
