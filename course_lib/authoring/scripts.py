"""The scripts stored in executed notebooks: every widget carries its own, and a mended script must come into all of them.

    python -m course_lib.authoring.scripts [lectures/01_convolution.ipynb ...]

Puts today's scripts and styles where older ones are stored; nothing is run, no other output changes. That does for a
mended look or control; a widget that got a new trait needs its notebook built again.
"""

import argparse
import importlib
import re
from pathlib import Path

import nbformat

from course_lib.widgets.base import CourseWidget

ROOT = Path(__file__).resolve().parents[2]
STATE, VIEW = "application/vnd.jupyter.widget-state+json", "application/vnd.jupyter.widget-view+json"
EXPORTED = re.compile(r'<style>.*?</style>\n<script type="module">\n.*?(?=\nconst state = )', re.DOTALL)


def widget_class(state):
    """The class that a stored state is of, or None where it is none of the course's."""
    module, _, name = state.get("_anywidget_id", "").rpartition(".")
    if not module.startswith("course_lib."):
        return None
    found = getattr(importlib.import_module(module), name)
    return found if issubclass(found, CourseWidget) else None


def refresh(notebook):
    """Put today's scripts into a notebook; returns how many widgets had others."""
    stored = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    classes = {identity: widget_class(model["state"]) for identity, model in stored.items()}
    old = set()
    for identity, cls in classes.items():
        state = stored[identity]["state"]
        if cls and (state["_esm"], state["_css"]) != (cls.script_text, cls.style_text):
            state["_esm"], state["_css"] = cls.script_text, cls.style_text
            old.add(identity)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            identity = data.get(VIEW, {}).get("model_id")
            if classes.get(identity) is None:
                continue
            before, after = EXPORTED.split(data["text/html"], maxsplit=1)
            html = before + classes[identity].exported_head() + after
            if html != data["text/html"]:
                data["text/html"] = html
                old.add(identity)
    return len(old)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.authoring.scripts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="NOTEBOOK", help="only these")
    for path in parser.parse_args(arguments).paths or sorted((ROOT / "lectures").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        count = refresh(notebook)
        if count:
            unfinished = path.with_suffix(".ipynb.unfinished")
            nbformat.write(notebook, unfinished)
            unfinished.replace(path)
            print(f"{path.name}: {count} widgets")


if __name__ == "__main__":
    main()
