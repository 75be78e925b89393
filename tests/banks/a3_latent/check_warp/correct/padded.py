import torch
from torch.nn import functional as F


def warp(x, flow):
    n, c, h, w = x.shape
    i, j = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    at = torch.stack([(i + flow[:, 0]).clamp(0, h - 1), (j + flow[:, 1]).clamp(0, w - 1)])
    low = at.floor().long()
    share = at - low
    wider = F.pad(x, (0, 1, 0, 1), mode="replicate")
    y = 0
    for down in (0, 1):
        for over in (0, 1):
            weight = (share[0] if down else 1 - share[0]) * (share[1] if over else 1 - share[1])
            k = torch.arange(n)[:, None, None]
            y = y + weight[:, None] * wider[k, :, low[0] + down, low[1] + over].movedim(-1, 1)
    return y
