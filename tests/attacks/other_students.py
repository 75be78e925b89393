# ruff: noqa
"""Looks for other submissions, results and kernels."""

import glob
import os

for pattern in (
    "/jobs/*",
    "/job/*",
    "/proc.outer/*",
    "/control/*",
    "/tmp/grader-*",
    "/home/*/*/submitted",
    "/srv/*/solutions",
    "/tmp/*/submitted/*",
    "/tmp/pytest*",
):
    for path in glob.glob(pattern):
        print("BRE" + "ACH:", path)
others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != str(os.getpid())]
for pid in others:
    if (
        open(f"/proc/{pid}/status").read().count("Name")
        and os.stat(f"/proc/{pid}").st_ctime < os.stat("/proc/self").st_ctime
    ):
        print("BRE" + "ACH: process", pid)
