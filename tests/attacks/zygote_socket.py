# ruff: noqa
"""Looks for the sockets and descriptors of the grader and of its own start."""

import os
import socket

for path in ("/control/zygote", "/job/k-1", "/jobs", "/proc/1/root/control/zygote", "/proc.outer/1/root"):
    try:
        one = socket.socket(socket.AF_UNIX)
        one.connect(path)
        print("BRE" + "ACH: connected to", path)
    except OSError:
        pass
for descriptor in os.listdir("/proc/self/fd"):
    try:
        target = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        continue
    if (
        target.startswith("/")
        and not target.startswith(("/dev/", "/proc/", "/usr/", "/scratch/"))
        and "site-packages" not in target
        and "/lib/" not in target
    ):
        print("BRE" + "ACH: descriptor", descriptor, target)
