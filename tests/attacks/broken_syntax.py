# ruff: noqa
"""Source that strains whoever parses it."""

x = SOURCE_OF_DEPTH
