# ruff: noqa
"""Reads the address nobody has."""

import ctypes

ctypes.string_at(0)
