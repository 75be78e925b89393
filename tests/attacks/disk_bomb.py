# ruff: noqa
"""Fills every folder that can be written."""

written = 0
for folder in ("/scratch/work", "/tmp", "/dev/shm"):
    for number in range(200):
        try:
            with open(f"{folder}/{number}.bin", "wb") as file:
                written += file.write(b"x" * (16 << 20))
        except OSError:
            break
if written > 1 << 30:
    print("BRE" + "ACH: 1 GiB on disk")
