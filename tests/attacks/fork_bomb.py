# ruff: noqa
"""Forks until it cannot."""

import os
import time

children = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(1000)
        children += 1
        if children > 5000:
            print("BRE" + "ACH: 5000 processes")
            break
except OSError:
    pass
