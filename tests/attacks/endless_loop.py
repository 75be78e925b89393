# ruff: noqa
"""A loop that ends when interrupted."""

while True:
    pass
