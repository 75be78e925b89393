# loses: over the border
# hint: outside is around
import torch


def warp(x, flow):
    n, c, h, w = x.shape
    rows = torch.arange(h, dtype=x.dtype)[:, None] + flow[:, 0]
    columns = torch.arange(w, dtype=x.dtype)[None, :] + flow[:, 1]
    i, j = rows.floor().long(), columns.floor().long()
    a, b = (rows - i)[:, None], (columns - j)[:, None]
    i1, j1 = (i + 1) % h, (j + 1) % w
    i, j = i % h, j % w
    images = torch.arange(n)[:, None, None]
    pick = lambda i, j: x[images, :, i, j].permute(0, 3, 1, 2)
    return (1 - a) * ((1 - b) * pick(i, j) + b * pick(i, j1)) + a * ((1 - b) * pick(i1, j) + b * pick(i1, j1))
