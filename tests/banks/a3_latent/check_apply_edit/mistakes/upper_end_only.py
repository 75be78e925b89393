# loses: colours that leave [-1, 1]
# hint: clamped above only
import torch
from torch.nn import functional as F


def warp(x, flow):
    n, c, h, w = x.shape
    i, j = torch.meshgrid(torch.arange(h).to(x), torch.arange(w).to(x), indexing="ij")
    rows, columns = i + flow[:, 0], j + flow[:, 1]
    grid = torch.stack([2 * columns / (w - 1) - 1, 2 * rows / (h - 1) - 1], dim=-1)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=True)


def apply_edit(x, flow, color):
    y = warp(x, flow)
    y = torch.einsum("ck,nkhw->nchw", color[:, :3], y) + color[:, 3].view(1, 3, 1, 1)
    return y.clamp(max=1)
