import torch


def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    def mean_size(d):
        return torch.einsum("nchw,nchw->", d, d.sign()) / d.numel()

    return weight * (mean_size(g_xy(y) - y) + mean_size(g_yx(x) - x))
