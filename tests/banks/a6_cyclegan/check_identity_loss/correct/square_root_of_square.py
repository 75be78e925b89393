from torch import nn


def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    criterion = nn.L1Loss(reduction="none")
    a = criterion(g_xy(y), y).mean(dim=(1, 2, 3))
    b = criterion(g_yx(x), x).mean(dim=(1, 2, 3))
    return a.mean() * weight + b.mean() * weight
