# ruff: noqa
"""Each child stays below the limit of one process; together they do not."""

import os
import time

import torch

for _ in range(40):
    if os.fork() == 0:
        hoard = torch.ones(200 << 20, dtype=torch.uint8) + 1
        time.sleep(4)
        os._exit(0)
for _ in range(40):
    os.wait()
