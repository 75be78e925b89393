# ruff: noqa
"""Looks for what another submission left in shared memory or temporary folders."""

import os

for folder in ("/tmp", "/dev/shm", "/scratch", "/scratch/work", "/dev/mqueue"):
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if "left-behind" in name:
            print("BRE" + "ACH:", folder, name)
