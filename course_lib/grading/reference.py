"""The visible half of an assignment as a file, and `check(function)`, which judges by it in the student's notebook.

reference.safetensors holds the tensors (inputs, expected outputs, outputs of known mistakes); its metadata "course" is the
JSON that says which is which, with groups, points, tolerances and hints. The comparison is the grader's own.
"""

import contextlib
import inspect
import os
import sys
import textwrap
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save

from . import probes
from .barred import Barred, scan
from .codec import pack, unpack
from .judge import judge

NAME = "reference.safetensors"
NOTE = "When you hand in, more cases of the same kinds are tried."


def export(assignment, path):
    """Write the visible half of an `Assignment` to a file for students."""
    text, tensors = pack({check.name: check.visible_sheet for check in assignment.checks.values()})
    Path(path).write_bytes(save({f"{i:04d}": tensor for i, tensor in enumerate(tensors)}, {"course": text}))


def load(path):
    """Read a reference file: {function name: sheet}."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path.name} is not in {path.parent.absolute()}: keep it beside this notebook, as the assignment was handed out"
        )
    with safe_open(str(path), "pt") as file:
        names = sorted(file.keys())
        return unpack(file.metadata()["course"], [file.get_tensor(name) for name in names])


def check(function, path=NAME):
    """Try a function on the visible cases, show a table, and return the points.

    The number is what nbgrader reads from a graded cell: the full points pass, less is partial credit.
    """
    sheets = load(path)
    name = getattr(function, "__name__", None)
    if name not in sheets:
        raise ValueError(
            f"check takes one of {', '.join(sheets)}; got {probes.describe(function)} {name or ''}".strip()
        )
    with contextlib.redirect_stderr(sys.stdout):  # nbgrader takes a warning in a graded cell for a failure
        verdict = judge(sheets[name], lambda request: probes.run({name: function}, request), watch=False)
    verdict.note = " ".join([*_shortcuts(function, sheets[name]), NOTE])
    _show(verdict)
    if os.environ.get("NBGRADER_VALIDATING") and verdict.points < verdict.max_points:
        print(_within(verdict.as_text()), file=sys.stderr)  # of a failed cell, Validate repeats stderr only
    return verdict.points


def _within(text, width=80):
    """A text folded to lines that nbgrader's Validate does not cut off; the rest of a line goes below its beginning."""
    lines = []
    for line in text.splitlines():
        margin = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(line, width, subsequent_indent=margin + "  ", break_on_hyphens=False) or [""]
    return "\n".join(lines)


def _shortcuts(function, sheet):
    """One sentence when the function, or the cell it stands in, uses what is barred: not scored, but better known early."""
    modules = frozenset(sheet["barred modules"])
    if getattr(function, "__module__", None) in modules:
        used = [f"{function.__module__}.{function.__name__}"]
    else:
        try:
            source = "".join(inspect.findsource(function)[0])
        except (
            Exception
        ):  # written where no source is kept: only a service, the grader scans the notebook itself
            return []
        found = scan(source, [Barred(names=frozenset(sheet["barred names"]), modules=modules)])
        used = list(dict.fromkeys(line.partition(": ")[2] for line in found))
    return [f"Barred in this section, as your instructor will see: {', '.join(used)}."] if used else []


def _show(verdict):
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(verdict.as_text())
    else:
        display({"text/html": verdict.as_html(), "text/plain": verdict.as_text()}, raw=True)


def main(arguments=None):
    """Write the reference file of every assignment, or of those named."""
    import argparse

    from .checks import load_assignment

    parser = argparse.ArgumentParser(prog="python -m course_lib.grading.reference", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="ASSIGNMENT", help="only these")
    for name in parser.parse_args(arguments).names or ["*"]:
        found = sorted(Path("solutions").glob(f"{name}/checks.py"))
        if not found:
            parser.error(f"no solutions/{name}/checks.py here")
        for definition in found:
            export(load_assignment(definition), definition.with_name(NAME))


if __name__ == "__main__":
    main()
