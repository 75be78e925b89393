import torch


def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    losses = []
    for pictures, back in ((x, g_yx(g_xy(x))), (y, g_xy(g_yx(y)))):
        d = back - pictures
        losses.append(torch.maximum(d, -d).flatten(1).mean(1).mean())
    return lambda_cycle * torch.stack(losses).sum()
