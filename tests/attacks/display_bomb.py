# ruff: noqa
"""Thousands of displays, updates, widgets and cleared outputs."""

import ipywidgets
from IPython.display import clear_output, display

handle = display("x", display_id=True)
for i in range(3000):
    handle.update(str(i))
    display(i)
for i in range(200):
    display(ipywidgets.IntSlider())
    clear_output()
