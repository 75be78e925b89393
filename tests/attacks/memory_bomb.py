# ruff: noqa
"""Takes memory until it cannot."""

import torch

hoard = []
while len(hoard) < 40:
    hoard.append(torch.ones(1 << 28, dtype=torch.uint8) + 1)
print("BRE" + "ACH: 10 GiB")
