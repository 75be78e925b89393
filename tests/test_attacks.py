"""Hostile submissions, one mechanism each, graded in one run beside honest ones: nobody gains, nobody else loses, nothing stops.

tests/attacks/*.py hold code: a file that defines conv2d stands in that answer's cell, any other runs in a cell of its own before
a wrong conv2d. All other answers are right, so the honest part is everything but conv2d. Code that breaches a wall says so
in its output. Attacks by files are below.
"""

import copy
import json
import os
import socket
import threading
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests import classroom
from tests.classroom import A1, FULL, WRONG_CONV2D, blank, hand_in, reference, with_answers, with_cell

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

CODE = sorted(path.stem for path in (Path(__file__).parent / "attacks").glob("*.py"))
SECRET = "the-secret-of-another-student"
HONEST_PART = FULL | {"check_conv2d": 0.0}


def by_code(name):
    source = (Path(__file__).parent / "attacks" / f"{name}.py").read_text()
    source = source.replace("SOURCE_OF_DEPTH", "-" * 100_000 + "1")
    if "def conv2d" in source:
        return with_answers(reference(), conv2d=source)
    return with_answers(with_cell(reference(), source), conv2d=WRONG_CONV2D)


# By files: each takes the course and the student's name, hands something in, returns the marks it deserves.


def notebook_is_link(course, student):
    folder = course / "submitted" / student / A1
    folder.mkdir(parents=True)
    (folder / f"{A1}.ipynb").symlink_to(course / "submitted" / "honest" / A1 / f"{A1}.ipynb")


def folder_is_link(course, student):
    (course / "submitted" / student).mkdir()
    (course / "submitted" / student / A1).symlink_to(course / "submitted" / "honest" / A1)


def links_beside(course, student):
    folder = hand_in(course, student, reference())
    (folder / "notes.txt").symlink_to(course / "secret.txt")
    (folder / "reference.safetensors").symlink_to(course / "secret.txt")
    (folder / "everything").symlink_to("/")
    (folder / "nothing").symlink_to("/nowhere")
    return FULL


def pipes_beside(course, student):
    folder = hand_in(course, student, reference())
    os.mkfifo(folder / "data.csv")
    os.mkfifo(folder / "timestamp.txt")
    return FULL


def notebook_is_pipe(course, student):
    folder = course / "submitted" / student / A1
    folder.mkdir(parents=True)
    os.mkfifo(folder / f"{A1}.ipynb")


def notebook_is_folder(course, student):
    (course / "submitted" / student / A1 / f"{A1}.ipynb").mkdir(parents=True)


def too_large(course, student):
    notebook = reference()
    notebook.cells[0].source += "x" * (20 << 20)
    hand_in(course, student, notebook)


def not_json(course, student):
    hand_in(course, student, b'{"cells": [{"cell_type": "code", "source": ["def conv2d(')


def nested_json(course, student):
    hand_in(course, student, b'{"cells": ' + b"[" * 1_000_000)


def not_text(course, student):
    hand_in(course, student, bytes(range(256)) * 100)


def empty_file(course, student):
    hand_in(course, student, b"")


def nonsense_types(course, student):
    notebook = json.loads(nbformat.writes(reference()))
    notebook["cells"] += [
        1,
        None,
        {"cell_type": "code"},
        {"cell_type": ["code"], "source": {}},
        {"cell_type": "code", "source": 3},
    ]
    notebook["cells"] += [
        {
            "cell_type": "code",
            "source": "x = 1",
            "metadata": {"nbgrader": {"grade_id": ["conv2d"]}},
            "outputs": 5,
        }
    ]
    notebook["metadata"] = [1, 2]
    notebook["nbformat"] = 99
    hand_in(course, student, json.dumps(notebook).encode())
    return FULL


def surrogates(course, student):
    notebook = json.loads(nbformat.writes(reference()))
    notebook["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "\ud800\udfff \0 \x1b[31m \u202e"}
    )
    hand_in(course, student, json.dumps(notebook).encode())
    return FULL


def duplicate_ids(course, student):
    notebook = reference()
    stub = next(cell for cell in blank().cells if classroom.grade_id(cell) == "conv2d")
    check = next(cell for cell in notebook.cells if classroom.grade_id(cell) == "check_conv2d")
    notebook.cells += [copy.deepcopy(stub), copy.deepcopy(check), copy.deepcopy(check)]
    hand_in(course, student, notebook)
    return FULL


def renamed_ids(course, student):
    notebook = reference()
    for number, cell in enumerate(notebook.cells):
        cell.id = f"other-{number}"
        if classroom.grade_id(cell):
            cell.metadata.nbgrader.grade_id = classroom.grade_id(cell).replace("o", "\u043e") + "\u200b"
    hand_in(course, student, notebook)
    return FULL


def stripped_metadata(course, student):
    notebook = json.loads(nbformat.writes(reference()))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    hand_in(course, student, json.dumps(notebook).encode())
    return FULL


def old_format(course, student):
    notebook = json.loads(nbformat.writes(reference()))
    cells = [dict(cell) for cell in notebook["cells"]]
    for cell in cells:
        cell.pop("id")
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    hand_in(course, student, json.dumps(old).encode())
    return FULL


def raises_own_points(course, student):
    notebook = with_answers(reference(), conv2d=WRONG_CONV2D)
    for cell in notebook.cells:
        if classroom.grade_id(cell) and cell.metadata.nbgrader.grade:
            cell.metadata.nbgrader.points = 1000
    hand_in(course, student, notebook)
    return HONEST_PART


def edits_checks(course, student):
    notebook = with_answers(reference(), conv2d=WRONG_CONV2D)
    for cell in notebook.cells:
        if (classroom.grade_id(cell) or "").startswith("check_"):
            cell.source = "8.0"
            cell.metadata.nbgrader.update(locked=False, solution=True, grade=False)
    hand_in(course, student, notebook)
    return HONEST_PART


def marks_cells_as_shown(course, student):
    """Every cell marked as one that is not run again, with all points written below it."""
    notebook = with_answers(reference(), conv2d=WRONG_CONV2D)
    table = {"text/html": "<b>conv2d: 8 of 8 points</b>", "text/plain": "8.0"}
    for cell in notebook.cells:
        cell.metadata["tags"] = ["demo", "experiment"]
        if cell.cell_type == "code":
            cell.outputs = [
                nbformat.v4.new_output("display_data", data=table),
                nbformat.v4.new_output("execute_result", data={"text/plain": "8.0"}),
            ]
    hand_in(course, student, notebook)
    return HONEST_PART


def deletes_checks(course, student):
    notebook = reference()
    notebook.cells = [
        cell for cell in notebook.cells if not (classroom.grade_id(cell) or "").startswith("check_")
    ]
    hand_in(course, student, notebook)
    return FULL


def wrong_name(course, student):
    hand_in(course, student, reference(), "A1 (final) (2).ipynb")
    return FULL


def two_names(course, student):
    hand_in(course, student, blank(), "untitled.ipynb")
    hand_in(course, student, reference(), "a1_convolution\u200b.ipynb")
    hand_in(course, student, b"{}", "zzz.ipynb")
    return None  # either; it must not stop the run


def bad_timestamp(course, student):
    folder = hand_in(course, student, reference())
    (folder / "timestamp.txt").write_text("9" * 5_000_000)
    return FULL


def linked_timestamp(course, student):
    folder = hand_in(course, student, reference())
    (folder / "timestamp.txt").symlink_to(course / "secret.txt")
    return FULL


def shadowing_files(course, student):
    folder = hand_in(course, student, reference())
    for name in (
        "torch",
        "ipykernel_launcher",
        "course_lib",
        "sitecustomize",
        "usercustomize",
        "json",
        "checks",
    ):
        (folder / f"{name}.py").write_text(
            "print('BRE' + 'ACH: shadowed'); open('/tmp/breach-by-shadow', 'w')"
        )
    (folder / "evil.pth").write_text("import os; open('/tmp/breach-by-pth', 'w')")
    (folder / ".ipython").mkdir()
    return FULL


def script_everywhere(course, student):
    script = "<script>window.breach = 1</script><img src=x onerror='window.breach = 1'><svg onload='window.breach = 1'>"
    notebook = with_answers(reference(), question_overlap=script)
    notebook = with_cell(
        notebook,
        f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({script!r}), Javascript('window.breach = 1'))\nprint({script!r})\n{script!r}",
    )
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell(f"[x](javascript:window.breach=1) {script}"))
    for cell in notebook.cells:
        experiment = classroom.grade_id(cell) == "experiment_overlap"
        if experiment or "# yours to try" in cell.source:  # both are shown as submitted
            cell.outputs = [
                nbformat.v4.new_output(
                    "display_data",
                    data={
                        "text/html": script,
                        "image/svg+xml": script,
                        "image/png": script,
                        "text/plain": script,
                    },
                ),
                nbformat.v4.new_output("stream", text=script * (100_000 if experiment else 100)),
            ]
    hand_in(course, student, notebook)
    return FULL


def thousand_cells(course, student):
    notebook = reference()
    notebook.cells += [nbformat.v4.new_code_cell("1") for _ in range(3000)]
    hand_in(course, student, notebook)
    return FULL


def hard_markdown(course, student):
    notebook = with_answers(
        reference(), question_overlap="[" * 40_000, question_three_small_layers="*a **b " * 6_000
    )
    notebook.cells.append(nbformat.v4.new_markdown_cell("<b>" * 15_000 + "$" * 1000))
    hand_in(course, student, notebook)
    return FULL


FILES = [
    notebook_is_link, folder_is_link, links_beside, pipes_beside, notebook_is_pipe, notebook_is_folder, too_large, not_json,
    nested_json, not_text, empty_file, nonsense_types, surrogates, duplicate_ids, renamed_ids, stripped_metadata, old_format,
    raises_own_points, edits_checks, marks_cells_as_shown, deletes_checks, wrong_name, two_names, bad_timestamp, linked_timestamp, shadowing_files,
    script_everywhere, thousand_cells, hard_markdown,
]  # fmt: skip
ZERO = dict.fromkeys(FULL, 0.0)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """One class with every attack in it and honest students between; graded once."""
    slow = max(1.0, os.getloadavg()[0] / os.cpu_count())  # on a busy machine honest cells take longer, too
    limits = {"cell_s": min(60, 10 * slow), "check_s": min(60, 10 * slow), "notebook_s": min(600, 120 * slow)}
    course = classroom.make_course(tmp_path_factory.mktemp("attacks"), **limits, memory_mb=1536, disk_mb=64)
    (course / "secret.txt").write_text(SECRET)
    honest = with_answers(reference(), question_overlap=SECRET)
    hand_in(course, "honest", honest)
    hand_in(course, "zz_honest_last", reference())
    hand_in(course, "blank", blank())
    noisy = with_cell(reference(), "import warnings; warnings.warn('nothing to worry about'); print('hello')")
    hand_in(course, "honest_noisy", noisy)
    for name in CODE:
        hand_in(course, f"code_{name}", by_code(name))
    deserved = {
        f"file_{attack.__name__}": attack(course, f"file_{attack.__name__}")
        or (ZERO if attack is not two_names else None)
        for attack in FILES
    }
    with Listener() as listener:
        run = classroom.grade_class(course, "--workers", "2", "--no-feedback", timeout=3000)
    for student in (
        "file_script_everywhere",
        "file_hard_markdown",
        "code_huge_cell_error",
        "honest",
        "file_links_beside",
    ):
        classroom.grade_class(course, "--student", student)
    course_marks = classroom.marks(course) if (course / "gradebook.db").exists() else {}
    return Graded(course, run, course_marks, deserved, listener.heard)


class Graded:
    def __init__(self, course, run, marks, deserved, heard):
        self.course, self.run, self.marks, self.deserved, self.heard = course, run, marks, deserved, heard

    def outputs(self, student):
        """All that the grader shows of a student's run: outputs of every cell, as text."""
        path = self.course / "autograded" / student / A1 / f"{A1}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        return "\n".join(json.dumps(cell.get("outputs", [])) for cell in cells)

    def page(self, student):
        return (self.course / "feedback" / student / A1 / f"{A1}.html").read_text()


class Listener:
    """A server on this machine that no student may reach."""

    def __enter__(self):
        self.heard, self.socket = [], socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", 25871))  # no port that Linux gives to others
        self.socket.listen()
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind("\0course-grader-test")
        self.abstract.listen()
        for one in (self.socket, self.abstract):
            threading.Thread(target=self._listen, args=(one,), daemon=True).start()
        return self

    def _listen(self, one):
        try:
            while True:
                self.heard.append(one.accept()[1])
        except OSError:
            pass

    def __exit__(self, *exception):
        self.socket.close()
        self.abstract.close()


def test_run_ends_well(graded):
    assert graded.run.returncode == 0, graded.run.stdout[-9000:]
    assert "0 not graded" in graded.run.stdout


def test_everyone_is_graded(graded):
    assert len(graded.marks) == len(list((graded.course / "submitted").iterdir()))


@pytest.mark.parametrize("student", ["honest", "honest_noisy", "zz_honest_last"])
def test_honest_students_have_all_points(graded, student):
    assert classroom.checked(graded.marks[student]) == FULL


def test_blank_has_none(graded):
    assert classroom.checked(graded.marks["blank"]) == ZERO


@pytest.mark.parametrize("name", CODE)
def test_code(graded, name):
    student = f"code_{name}"
    assert classroom.checked(graded.marks[student]) == HONEST_PART
    assert "BREACH" not in graded.outputs(student)


@pytest.mark.parametrize("attack", FILES, ids=lambda attack: attack.__name__)
def test_files(graded, attack):
    student = f"file_{attack.__name__}"
    if graded.deserved[student] is not None:
        assert classroom.checked(graded.marks[student]) == graded.deserved[student]
    assert "BREACH" not in graded.outputs(student)


def test_nobody_got_out(graded):
    assert graded.heard == []
    assert not list(Path("/tmp").glob("breach-by-*"))


def test_nobody_saw_another(graded):
    secret = SECRET.encode()
    for folder in ("autograded", "feedback"):
        for path in (graded.course / folder).rglob("*"):
            if path.is_file() and path.relative_to(graded.course / folder).parts[0] != "honest":
                assert not path.is_symlink()
                assert secret not in path.read_bytes(), path


def test_outputs_are_bounded(graded):
    sizes = {path: path.stat().st_size for path in (graded.course / "autograded").rglob("*.ipynb")}
    assert max(sizes.values()) < 6 << 20


@pytest.mark.parametrize("student", ["file_script_everywhere", "code_huge_cell_error"])
def test_no_script_reaches_a_page(graded, student):
    soup = BeautifulSoup(graded.page(student), "html.parser")
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], element
        assert not str(element.get("href", "")).lower().startswith("javascript:"), element
        if element.name in ("script", "svg", "iframe"):
            assert "breach" not in str(element), element
    assert "window.breach = 1" in soup.get_text()  # as text it may be seen


def test_report_names_what_was_odd(graded):
    report = (graded.course / "reports" / A1 / "report.txt").read_text()
    for line in (
        "file_notebook_is_link: a1_convolution.ipynb is a link",
        "file_folder_is_link: The folder a1_convolution is a link",
        "file_too_large: a1_convolution.ipynb cannot be read: is larger than",
        "file_duplicate_ids: The cell conv2d is there 2 times",
        "file_edits_checks: The locked cell check_conv2d was changed",
        "file_deletes_checks: The locked cell check_conv2d is missing",
        "file_wrong_name: There is no a1_convolution.ipynb",
        "file_shadowing_files: Other files were left aside",
        "code_endless_loop: cell",
    ):
        assert line in report, line
