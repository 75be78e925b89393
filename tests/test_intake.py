"""Intake: what a student handed in becomes the release with the student's answers, and every oddity a line."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.grading import intake

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def marked(cell, grade_id, **marks):
    defaults = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**defaults, "grade_id": grade_id, **marks}
    return cell


def release():
    """Setup, an answer, its check, an experiment, a question."""
    cells = [
        new_code_cell("import math", id="setup"),
        marked(
            new_code_cell("def square(x):\n    raise NotImplementedError()", id="c1"), "square", solution=True
        ),
        marked(new_code_cell("check(square)", id="c2"), "check_square", grade=True, locked=True, points=2),
        marked(new_code_cell("plot(...)", id="c3"), "trial", solution=True),
        marked(new_markdown_cell("YOUR ANSWER", id="c4"), "why", solution=True, grade=True, points=1),
    ]
    cells[3].metadata["tags"] = ["experiment"]
    return new_notebook(cells=cells)


def solved():
    notebook = release()
    notebook.cells[1].source = "def square(x):\n    return x * x"
    notebook.cells[4].source = "Because."
    return notebook


@pytest.fixture
def take(tmp_path):
    """Hand in a notebook (or bytes, or a function that fills the folder) and take it in."""
    (tmp_path / "release").mkdir()
    nbformat.write(release(), tmp_path / "release" / "a0.ipynb")

    def take_in(handed, name="a0.ipynb"):
        folder = tmp_path / "submitted" / "ann" / "a0"
        folder.mkdir(parents=True, exist_ok=True)
        if callable(handed):
            handed(folder)
        else:
            text = handed if isinstance(handed, bytes) else nbformat.writes(handed).encode()
            (folder / name).write_bytes(text)
        taken = intake.take_in(folder, tmp_path / "release" / "a0.ipynb")
        nbformat.validate(taken.notebook)
        return taken

    return take_in


def sources(taken):
    return [cell.source for cell in taken.notebook.cells]


def test_honest_submission_keeps_answers_and_says_nothing(take):
    taken = take(solved())
    assert taken.report == []
    assert sources(taken) == [cell.source for cell in solved().cells]


def test_blank_submission_is_the_release(take):
    taken = take(release())
    assert taken.report == []
    assert sources(taken) == [cell.source for cell in release().cells]


def test_locked_cells_and_metadata_come_from_the_release(take):
    notebook = solved()
    notebook.cells[2].source = "2.0"
    notebook.cells[2].metadata.nbgrader.points = 100
    taken = take(notebook)
    assert taken.notebook.cells[2].source == "check(square)"
    assert taken.notebook.cells[2].metadata.nbgrader.points == 2
    assert taken.report == ["The locked cell check_square was changed; the original was used."]


def test_missing_cells_come_back(take):
    notebook = solved()
    del notebook.cells[1:3]
    taken = take(notebook)
    assert sources(taken)[1:3] == [cell.source for cell in release().cells[1:3]]
    assert taken.report == [
        "The answer cell square is missing: graded as blank.",
        "The locked cell check_square is missing; the original was put back.",
    ]


def test_order_is_the_releases_and_added_cells_stay_behind_their_neighbour(take):
    notebook = solved()
    notebook.cells.insert(2, new_code_cell("helper = 1"))
    notebook.cells.insert(0, new_markdown_cell("my name"))
    notebook.cells.append(new_code_cell("last = 1"))
    moved = notebook.cells.pop(2)  # the answer
    notebook.cells.append(moved)
    taken = take(notebook)
    assert sources(taken) == [
        "my name", "import math", "helper = 1", moved.source, "check(square)", "plot(...)", "Because.", "last = 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("copies", "counts"), [(["good", "stub"], "good"), (["stub", "good"], "good"), (["old", "good"], "good")]
)
def test_of_duplicates_the_last_filled_in_counts(take, copies, counts):
    notebook = solved()
    texts = {"stub": release().cells[1].source, "old": "square = 1", "good": solved().cells[1].source}
    first, second = (
        marked(new_code_cell(texts[name]), "square", solution=True) for name in copies
    )  # copied cells keep their marks
    notebook.cells[1:2] = [first, second]
    taken = take(notebook)
    assert taken.notebook.cells[1].source == texts[counts]
    assert taken.report == ["The cell square is there 2 times; the last one that was filled in counts."]


def strip(notebook, ids):
    notebook = json.loads(nbformat.writes(notebook))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if ids:
            del cell["id"]
    return json.dumps(notebook).encode()


def test_stripped_marks_are_found_by_cell_id(take):
    assert sources(take(strip(solved(), ids=False))) == [cell.source for cell in solved().cells]


def test_stripped_marks_and_ids_are_found_by_text_and_by_defined_name(take):
    taken = take(strip(solved(), ids=True))
    assert sources(taken)[:4] == [cell.source for cell in solved().cells[:4]]
    assert "Because." in sources(taken)  # no way to know which question it answers: kept as a cell of its own
    assert taken.report[0].startswith(
        "The mark of cell square is gone; the cell that defines square was taken"
    )


def test_the_defining_cell_may_define_more(take):
    notebook = solved()
    notebook.cells[1].source = "def helper(x):\n    return x\n\n" + notebook.cells[1].source
    assert sources(take(strip(notebook, ids=True)))[1] == notebook.cells[1].source


def test_lookalike_ids_are_not_the_ids(take):
    notebook = solved()
    notebook.cells[1].metadata.nbgrader.grade_id = "\u0455quare"
    notebook.cells[1].id = "x"
    taken = take(notebook)
    assert taken.notebook.cells[1].source == solved().cells[1].source
    assert taken.notebook.cells[1].metadata.nbgrader.grade_id == "square"


def test_experiment_keeps_bounded_text_and_pictures_only(take):
    notebook = solved()
    notebook.cells[3].outputs = [
        new_output("stream", text="y" * 10_000_000),
        new_output("display_data", data={"image/png": PNG, "text/html": "<script>1</script>", "text/plain": "<Figure>"}),
        new_output("display_data", data={"image/png": "<script>", "image/svg+xml": "<svg/>", "application/javascript": "1"}),
    ]  # fmt: skip
    outputs = take(notebook).notebook.cells[3].outputs
    assert outputs[0].text.startswith("[shown as submitted")
    assert outputs[2].data == {"image/png": PNG}  # the text's budget went into the flood
    assert len(json.dumps(outputs)) < 100_000
    assert len(outputs) == 3


DEMO = "# yours to try\nplay = square(3)"


@pytest.fixture
def take_demo(take, tmp_path):
    """As `take`, for a release with a demonstration after the check; the submission is given as that cell's source."""
    demonstrated = release()
    demonstrated.cells.insert(3, new_code_cell(DEMO, id="d1", metadata={"tags": ["demo"]}))
    nbformat.write(demonstrated, tmp_path / "release" / "a0.ipynb")

    def take_in(source=DEMO, outputs=(), change=lambda notebook: None):
        notebook = solved()
        notebook.cells.insert(3, new_code_cell(source, id="d1", outputs=list(outputs)))
        change(notebook)
        return take(notebook)

    return take_in


def ran(taken):
    """The sources of the code cells that the grader will run or judge."""
    cells = [cell for cell in taken.notebook.cells if cell.cell_type == "code"]
    return [cell.source for cell in cells if not intake.is_only_shown(cell)]


def test_a_demonstration_is_shown_and_not_run(take_demo):
    outputs = [new_output("stream", text="9\n"), new_output("display_data", data={"image/png": PNG})]
    taken = take_demo("square(3)\nplay = 9", outputs)
    assert taken.report == []
    assert ran(taken) == [cell.source for cell in solved().cells[:3]]
    shown = taken.notebook.cells[3]
    assert shown.source == "square(3)\nplay = 9"
    assert shown.outputs[0].text == "[shown as submitted: the grader did not run this cell again]\n"
    assert [shown.outputs[1].text, shown.outputs[2].data] == ["9\n", {"image/png": PNG}]


def test_a_demonstration_without_output_says_so(take_demo):
    (output,) = take_demo().notebook.cells[3].outputs
    assert output.text == "[submitted without output: the grader did not run this cell again]\n"


def test_a_figure_in_html_comes_out_as_its_picture(take_demo):
    figure = f'<figure><img src="data:image/webp;base64,UklGR{PNG[5:]}" alt="a"></figure><script>1</script>'
    output = (
        take_demo(outputs=[new_output("display_data", data={"text/html": figure})])
        .notebook.cells[3]
        .outputs[1]
    )
    assert output.data == {"image/png": f"UklGR{PNG[5:]}"}


@pytest.mark.parametrize(
    "source",
    [
        "def square(x):\n    return x**2",  # the answer itself, in the wrong cell
        "square.cache = {}",
        "%time play = square(3)",  # cannot be read
        "from math import *",
    ],
)
def test_a_demonstration_that_defines_what_is_used_is_run(take_demo, source):
    taken = take_demo(source, [new_output("stream", text="4")])
    assert ran(taken)[3] == source
    assert taken.notebook.cells[3].outputs == []
    (line,) = taken.report
    first = source.splitlines()[0].replace("*", "?")
    assert line.startswith(f"The cell that begins with '{first}' was run again, because other cells")
    assert ("everything" if "*" in source.split() else "square") in line


def test_helpers_and_what_they_need_are_run(take_demo):
    """Used in a function that stands before, in a cell that the student added."""

    def change(notebook):
        notebook.cells[1].source = "def square(x):\n    return helper(x) * x"

    taken = take_demo("helper = lambda x: x", change=change)
    assert ran(taken)[3] == "helper = lambda x: x"
    assert taken.report[0].endswith("because other cells use what it defines: helper.")


def test_which_cells_are_not_run_is_the_releases_word(take_demo):
    """Tags in a submission count for nothing: not on the answer, not on its check, not on an added cell."""

    def change(notebook):
        notebook.cells.append(new_code_cell("print('mine')"))
        for cell in notebook.cells:
            cell.metadata["tags"] = ["demo", "experiment"]
        del notebook.cells[3].metadata["tags"]  # and the demonstration's own is gone

    taken = take_demo(change=change)
    assert ran(taken) == [*(cell.source for cell in solved().cells[:3]), "print('mine')"]


def test_other_outputs_are_dropped(take):
    notebook = solved()
    notebook.cells[0].outputs = [new_output("stream", text="8.0")]
    assert take(notebook).notebook.cells[0].outputs == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"[" * 500_000, b"\xff\xfe\x00", b'{"cells": 3}', b'{"cells": {"a": 1}}', b"null", b"9" * 10_000],
)  # fmt: skip
def test_unreadable_is_blank_with_a_reason(take, content):
    taken = take(content)
    assert sources(taken) == [cell.source for cell in release().cells]
    assert len(taken.report) == 2
    assert "cannot be read" in taken.report[0]


def test_odd_entries_are_left_out_one_by_one(take):
    data = json.loads(nbformat.writes(solved()))
    data["cells"][2:2] = [
        7,
        {"cell_type": "code", "source": "x" * 300_000},
        {"cell_type": "code", "source": {}},
    ]
    taken = take(json.dumps(data).encode())
    assert sources(taken) == [cell.source for cell in solved().cells]
    assert [line.split(":")[0] for line in taken.report] == [f"Cell {n} was left out" for n in (3, 4, 5)]


def test_text_that_no_file_can_hold_is_mended(take):
    data = json.loads(nbformat.writes(solved()))
    data["cells"][4]["source"] = "a\ud800b\0c\r\nd"
    assert take(json.dumps(data).encode()).notebook.cells[4].source == "a?b\ufffdc\nd"


def test_nbformat_3(take):
    cells = json.loads(nbformat.writes(solved()))["cells"]
    for cell in cells:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    old = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    taken = take(json.dumps(old).encode())
    assert sources(taken) == [cell.source for cell in solved().cells]
    assert taken.report == []


def test_too_large_is_not_read(take):
    taken = take(b" " * (intake.MAX_BYTES + 1))
    assert "is larger than 16 MiB" in taken.report[0]


def test_links_are_not_followed(take, tmp_path):
    nbformat.write(solved(), tmp_path / "other.ipynb")
    taken = take(lambda folder: (folder / "a0.ipynb").symlink_to(tmp_path / "other.ipynb"))
    assert sources(taken) == [cell.source for cell in release().cells]
    assert taken.report[0] == "a0.ipynb is a link; links are not followed."


def test_pipes_are_not_opened(take):
    taken = take(lambda folder: os.mkfifo(folder / "a0.ipynb"))
    assert "is not a plain file" in taken.report[0]


def test_folders_are_not_opened(take):
    taken = take(lambda folder: (folder / "a0.ipynb").mkdir())
    assert "is not a plain file" in taken.report[0]


def test_wrong_name_is_found_and_said(take):
    taken = take(solved(), name="A0 final (2).ipynb")
    assert sources(taken)[1] == solved().cells[1].source
    assert taken.report == ["There is no a0.ipynb; A0 final (2).ipynb was graded in its place."]


def test_undeclared_files_are_left_and_named(take, tmp_path):
    """But not what was given out with the assignment, nor what nbgrader puts beside it: everybody hands those in."""
    (tmp_path / "release" / "reference.safetensors").write_bytes(b"")

    def hand_in(folder):
        for name in ("reference.safetensors", "timestamp.txt", "submission_secret.txt"):
            (folder / name).write_text("")
        nbformat.write(solved(), folder / "a0.ipynb")
        (folder / "torch.py").write_text("")
        (folder / "<b>\x1b\n.txt").write_text("")

    taken = take(hand_in)
    assert taken.files == {}
    assert taken.report == ["Other files were left aside: ?b???.txt, torch.py."]


def test_declared_files_come_along_unless_links(take, tmp_path):
    declaring = release()
    declaring.metadata["helper_files"] = ["table.csv", "link.csv"]
    nbformat.write(declaring, tmp_path / "release" / "a0.ipynb")
    (tmp_path / "elsewhere").write_text("secret")

    def hand_in(folder):
        nbformat.write(solved(), folder / "a0.ipynb")
        (folder / "table.csv").write_text("1,2")
        (folder / "link.csv").symlink_to(tmp_path / "elsewhere")

    taken = take(hand_in)
    assert list(taken.files) == ["table.csv"]
    assert taken.report[0].startswith("The helper file link.csv cannot be opened")
