# loses: whole pixels; between pixels; each image its own flow; over the border; inputs, types and random generator left alone
# hint: pushed
import torch


def warp(x, flow):
    n, c, h, w = x.shape
    y = torch.zeros_like(x)
    for k in range(n):
        for i in range(h):
            for j in range(w):
                p = i + int(flow[k, 0, i, j].round())
                q = j + int(flow[k, 1, i, j].round())
                if 0 <= p < h and 0 <= q < w:
                    y[k, :, p, q] = x[k, :, i, j]
    return y
