# loses: whole pixels; between pixels; each image its own flow; over the border; inputs, types and random generator left alone
# hint: half a pixel off
import torch


def warp(x, flow):
    n, c, h, w = x.shape
    rows = (torch.arange(h, dtype=x.dtype)[:, None] + flow[:, 0]).clamp(0, h - 1)
    columns = (torch.arange(w, dtype=x.dtype)[None, :] + flow[:, 1]).clamp(0, w - 1)
    i, j = rows.floor().long(), columns.floor().long()
    a, b = (rows - i)[:, None], (columns - j)[:, None]
    i1, j1 = (i + 1).clamp(max=h - 1), (j + 1).clamp(max=w - 1)
    images = torch.arange(n)[:, None, None]
    pick = lambda i, j: x[images, :, i, j].permute(0, 3, 1, 2)
    return (pick(i, j) + pick(i, j1) + pick(i1, j) + pick(i1, j1)) / 4
