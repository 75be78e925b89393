"""Build a notebook from its text: jupytext reads the cells, nbclient runs them, the .ipynb is replaced in one move.

    python -m course_lib.authoring.build lectures/01_convolution.py ...    these
    python -m course_lib.authoring.build                                   every one whose text changed
    python -m course_lib.authoring.build --all

People edit the text; nobody edits an .ipynb. A cell keeps its id from one build to the next, and no output survives one.
"""

import argparse
import os
from pathlib import Path

import jupytext
import nbformat
from jupytext.combine import combine_inputs_with_outputs

ROOT = Path(__file__).resolve().parents[2]
KEPT_METADATA = ("nbgrader", "tags", "slideshow", "jupyter", "editable")
CELL_SECONDS = 300


def sources():
    """The text of every notebook of the course: lectures/NN_name.py (a clinic: NNc_clinic.py) and solutions/aN_name/aN_name.py."""
    lectures = sorted((ROOT / "lectures").glob("[0-9][0-9]*_*.py"))
    solutions = [folder / f"{folder.name}.py" for folder in sorted((ROOT / "solutions").glob("a[0-9]*_*"))]
    return [*lectures, *solutions]


def read_text(path):
    """The notebook that a text describes: cells without outputs.

    Args:
        path: a .py in jupytext's percent format.

    Returns:
        An nbformat notebook, version 4.5.
    """
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata.pop(
        "jupytext", None
    )  # no trace of the text: pairing would re-insert answers into student versions
    return notebook


def fingerprint(notebook):
    """What text and .ipynb must agree on: kind, source and metadata of each cell, in order."""
    return [
        (
            cell.cell_type,
            cell.source,
            {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata},
        )
        for cell in notebook.cells
    ]


def is_current(path):
    """Whether the .ipynb beside a text has the text's cells, all of them run in order."""
    built = path.with_suffix(".ipynb")
    if not built.exists():
        return False
    notebook = nbformat.read(built, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return fingerprint(notebook) == fingerprint(read_text(path)) and [
        cell.execution_count for cell in code
    ] == list(range(1, len(code) + 1))


def build(path):
    """Run a text's cells in its own folder, one thread, and write the executed .ipynb beside it.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; the old .ipynb is left as it was.
    """
    from nbclient import NotebookClient

    path = Path(path).resolve()
    built = path.with_suffix(".ipynb")
    notebook = read_text(path)
    if built.exists():  # a cell that stayed keeps its id; nothing else survives
        before = combine_inputs_with_outputs(
            read_text(path), nbformat.read(built, as_version=4), fmt="py:percent"
        )
        for cell, old in zip(notebook.cells, before.cells, strict=True):
            cell.id = old.id
    os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.nbformat_minor = 5
    unfinished = built.with_suffix(".ipynb.unfinished")
    nbformat.write(notebook, unfinished)
    unfinished.replace(built)
    return built


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.authoring.build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="only these")
    parser.add_argument("--all", action="store_true", help="every notebook, changed or not")
    options = parser.parse_args(arguments)
    paths = options.paths or [path for path in sources() if options.all or not is_current(path)]
    for path in paths:
        print(f"building {path}", flush=True)
        built = build(path)
        print(f"  {built.name}: {built.stat().st_size / 1e3:.0f} kB", flush=True)
    if not paths:
        print("every notebook is current")


if __name__ == "__main__":
    main()
