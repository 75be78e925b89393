# ruff: noqa
"""A thread that outlives its cell and pulls the plug in the middle of the grading."""

import os
import threading
import time


def later():
    time.sleep(1.0)
    os._exit(0)


threading.Thread(target=later, daemon=True).start()
