import math

import torch


def warp(x, flow):
    n, c, h, w = x.shape
    y = torch.empty_like(x)
    for k in range(n):
        for i in range(h):
            for j in range(w):
                r = min(max(i + flow[k, 0, i, j].item(), 0), h - 1)
                s = min(max(j + flow[k, 1, i, j].item(), 0), w - 1)
                r0, s0 = math.floor(r), math.floor(s)
                r1, s1 = min(r0 + 1, h - 1), min(s0 + 1, w - 1)
                above = x[k, :, r0, s0] * (1 - s + s0) + x[k, :, r0, s1] * (s - s0)
                below = x[k, :, r1, s0] * (1 - s + s0) + x[k, :, r1, s1] * (s - s0)
                y[k, :, i, j] = above * (1 - r + r0) + below * (r - r0)
    return y
