import torch


def warp(x, flow):
    h, w = x.shape[2:]
    i, j = torch.arange(h).to(x), torch.arange(w).to(x)
    r = (i[:, None] + flow[:, 0]).clamp(0, h - 1)
    s = (j + flow[:, 1]).clamp(0, w - 1)
    tall = (1 - (r[..., None] - i).abs()).clamp(min=0)
    wide = (1 - (s[..., None] - j).abs()).clamp(min=0)
    return torch.einsum("ncpq,nhwp,nhwq->nchw", x, tall, wide)
