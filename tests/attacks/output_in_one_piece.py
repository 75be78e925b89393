# ruff: noqa
"""One message of 100 MB on each channel there is."""

import os
import sys

from IPython.display import display

print("x" * 100_000_000)
display({"text/html": "y" * 100_000_000, "text/plain": "z" * 50_000_000}, raw=True)
os.write(1, b"w" * 10_000_000)
print("v" * 10_000_000, file=sys.stderr)
