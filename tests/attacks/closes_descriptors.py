# ruff: noqa
"""Closes every open file of the kernel, its sockets among them."""

import os

os.closerange(0, 1024)
