# ruff: noqa
"""Writes where the next student would read."""

import os
import sys

import torch

import course_lib

for folder in (
    "/",
    "/usr",
    "/usr/lib",
    "/course",
    "/course/course_lib",
    "/dev",
    "/etc",
    sys.prefix,
    os.path.dirname(torch.__file__),
    os.path.dirname(course_lib.__file__),
    "/job",
    "/jobs",
    "/control",
    "/sys",
    "/proc/sys/kernel",
):
    try:
        with open(os.path.join(folder, "breach.txt"), "w") as file:
            file.write("x")
        print("BRE" + "ACH: wrote to", folder)
    except OSError:
        pass
for folder in ("/tmp", "/dev/shm", "/scratch"):  # ours alone: the neighbour must not find it
    path = os.path.join(folder, "left-behind.txt")
    if os.path.exists(path):
        print("BRE" + "ACH: somebody left", path)
    open(path, "w").write("x")
