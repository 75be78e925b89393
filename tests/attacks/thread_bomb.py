# ruff: noqa
"""Starts threads until it cannot."""

import threading
import time

started = 0
try:
    for _ in range(20_000):
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        started += 1
    print("BRE" + "ACH: 20000 threads")
except (RuntimeError, MemoryError):
    pass
