# ruff: noqa
"""A different useless kind of value each time."""

import itertools

values = itertools.cycle(
    ["nan", b"8", {"result": 8}, object(), type, print, 10**5000, "\ud800", complex(1), range(3), None]
)


def conv2d(x, weight, bias, stride=1, padding=0):
    return next(values)
