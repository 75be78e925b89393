# loses: with weight 5; other weights, batches of different sizes; the gradients of both translators
# hint: one mean
import torch


def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    same_y, same_x = g_xy(y), g_yx(x)
    return weight * (torch.cat([same_y - y, same_x - x]).abs().mean())
