# loses: whole pixels; between pixels; each image its own flow; over the border; inputs, types and random generator left alone
# hint: half a pixel off
import torch
from torch.nn import functional as F


def warp(x, flow):
    n, c, h, w = x.shape
    i, j = torch.meshgrid(torch.arange(h).to(x), torch.arange(w).to(x), indexing="ij")
    rows, columns = i + flow[:, 0] + 0.5, j + flow[:, 1] + 0.5
    grid = torch.stack([2 * columns / (w - 1) - 1, 2 * rows / (h - 1) - 1], dim=-1)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=True)
