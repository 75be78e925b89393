# loses: between pixels; each image its own flow; over the border
# hint: weights of the other axis
import torch


def warp(x, flow):
    n, c, h, w = x.shape
    rows = (torch.arange(h, dtype=x.dtype)[:, None] + flow[:, 0]).clamp(0, h - 1)
    columns = (torch.arange(w, dtype=x.dtype)[None, :] + flow[:, 1]).clamp(0, w - 1)
    i, j = rows.floor().long(), columns.floor().long()
    b, a = (rows - i)[:, None], (columns - j)[:, None]
    i1, j1 = (i + 1).clamp(max=h - 1), (j + 1).clamp(max=w - 1)
    images = torch.arange(n)[:, None, None]
    pick = lambda i, j: x[images, :, i, j].permute(0, 3, 1, 2)
    return (1 - a) * ((1 - b) * pick(i, j) + b * pick(i, j1)) + a * ((1 - b) * pick(i1, j) + b * pick(i1, j1))
