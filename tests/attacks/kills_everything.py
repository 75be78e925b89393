# ruff: noqa
"""Signals to everything in sight."""

import os
import signal

for target in (os.getppid(), -1, 0):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(target, number)
        except OSError:
            pass
