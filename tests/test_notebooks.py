"""Every notebook agrees with its text, was run in order, is small, and every release is what nbgrader makes of it."""

import ast
import json
import re

import nbformat
import pytest

from course_lib.authoring import build, release

SOURCES = build.sources()
LARGEST = 1_000_000  # bytes
MARK = "# NBVAL_CHECK_OUTPUT"


def name(path):
    return path.stem


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


@pytest.fixture(params=SOURCES, ids=name)
def source(request):
    return request.param


@pytest.fixture
def notebook(source):
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def test_there_are_notebooks_to_test():
    assert [path.stem for path in SOURCES if path.parent.name == "lectures"], "no lecture found"
    assert release.names(), "no assignment found"


def test_no_notebook_without_text_and_no_text_without_notebook(root):
    built = {path for folder in ("lectures", "solutions") for path in (root / folder).rglob("*.ipynb")}
    built = {path for path in built if ".ipynb_checkpoints" not in path.parts}
    assert built == {path.with_suffix(".ipynb") for path in SOURCES}
    released = {path.parent.name for path in (root / "assignments").glob("*/*.ipynb")}
    assert released == set(release.names())


def test_text_and_notebook_agree(source, notebook):
    assert build.fingerprint(notebook) == build.fingerprint(build.read_text(source)), "run `make notebooks`"


def test_cells_were_run_in_order_without_error(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "run `make notebooks`"
    errors = [output.ename for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert errors == []
    loud = [
        out.text
        for cell in cells
        for out in cell.outputs
        if out.output_type == "stream" and out.name == "stderr"
    ]
    assert loud == [], "a shipped notebook prints no warning"


def test_marked_cells_hold_output(notebook):
    empty = [cell.source for cell in code_cells(notebook) if MARK in cell.source and not cell.outputs]
    assert empty == [], "nbval passes a marked cell without output vacuously"


def test_small_enough_to_render(source):
    assert source.with_suffix(".ipynb").stat().st_size <= LARGEST


def test_no_trace_of_this_machine(source, root):
    text = source.with_suffix(".ipynb").read_text()
    assert str(root) not in text
    assert not re.search(r"/(?:home|root|Users)/", text)


@pytest.mark.parametrize("source", [s for s in SOURCES if s.parent.name == "lectures"], ids=name)
def test_a_lecture_has_its_parts(source):
    """What CURRICULUM asks of every lecture, as far as a test can see it."""
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for heading in ("Summary", "Check yourself", "Sources"):
        assert re.search(rf"^##+ .*{heading}", prose, re.MULTILINE | re.IGNORECASE), f"no section '{heading}'"
    assert len(re.findall(r"what do you expect", prose, re.IGNORECASE)) >= 2
    assert prose.count("<details>") == prose.count("</details>") >= 5
    pictures = sum(
        "image/png" in out.get("data", {}) for cell in code_cells(notebook) for out in cell.outputs
    )
    widgets = sum(
        "application/vnd.jupyter.widget-view+json" in out.get("data", {})
        for cell in code_cells(notebook)
        for out in cell.outputs
    )
    assert pictures >= 3
    assert widgets >= 1
    assert any(MARK in cell.source for cell in code_cells(notebook)), "no claim is checked"
    stored = (
        notebook.metadata.get("widgets", {})
        .get("application/vnd.jupyter.widget-state+json", {})
        .get("state", {})
    )
    assert stored, "the widgets' state is not stored: the lecture would not open alive"


@pytest.mark.slow
@pytest.mark.parametrize("assignment", release.names())
def test_release_is_what_nbgrader_makes(assignment, tmp_path, root):
    made = release.generate(assignment, into=tmp_path)
    kept = root / "assignments" / assignment
    assert {f.name for f in made.iterdir()} == {f.name for f in kept.iterdir()}, "run `make assignments`"
    for file in made.iterdir():
        assert file.read_bytes() == (kept / file.name).read_bytes(), (
            f"{file.name} differs: run `make assignments`"
        )


def solution_lines(text):
    """The lines between the solution and hidden-test markers of an instructor's text."""
    regions = re.findall(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", text, re.DOTALL)
    lines = [line.strip() for _, region in regions for line in region.splitlines()]
    return {line for line in lines if len(line) > 25 and not line.startswith("#")}


@pytest.mark.parametrize("assignment", release.names())
def test_nothing_leaks_into_a_release(assignment, root):
    folder = root / "assignments" / assignment
    files = sorted(file.name for file in folder.iterdir())
    assert files == sorted([f"{assignment}.ipynb", "reference.safetensors"])
    text = (folder / f"{assignment}.ipynb").read_text()
    for marker in ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", "BEGIN MARK SCHEME"):
        assert marker not in text
    released = "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    secret = solution_lines((root / "solutions" / assignment / f"{assignment}.py").read_text())
    assert len(secret) > 20, "the guard found nothing to guard"
    assert {line for line in secret if line in released} == set()


@pytest.mark.parametrize("assignment", release.names())
def test_a_release_is_clean_and_starts_where_the_student_must_write(assignment, root):
    notebook = nbformat.read(root / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
    assert all(
        cell.execution_count is None and cell.outputs == []
        for cell in notebook.cells
        if cell.cell_type == "code"
    )
    assert "widgets" not in notebook.metadata
    stubs = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    assert stubs
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert len(ids) == len(set(ids))
    for cell in code_cells(notebook):
        if not re.match(r"\s*%", cell.source):
            ast.parse(cell.source)


def test_notebook_json_is_as_nbformat_writes_it(source):
    text = source.with_suffix(".ipynb").read_text()
    assert json.loads(text)["nbformat_minor"] == 5
