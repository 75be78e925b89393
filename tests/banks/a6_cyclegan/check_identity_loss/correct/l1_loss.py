from torch.nn.functional import l1_loss


def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    return weight * l1_loss(g_xy(y), y) + weight * l1_loss(g_yx(x), x)
