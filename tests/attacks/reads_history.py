# ruff: noqa
"""Looks for the text of a running test in the history and in the hidden source."""

import linecache
import pathlib

text = repr(get_ipython().user_ns.get("In")) + repr(list(linecache.cache))
for folder in ("/", "/course", "/job", "/scratch"):
    for path in pathlib.Path(folder).glob("**/checks.py"):
        if "grading" not in path.parts and "oracle" in path.read_text():
            print("BRE" + "ACH: the checks are readable at", path)
