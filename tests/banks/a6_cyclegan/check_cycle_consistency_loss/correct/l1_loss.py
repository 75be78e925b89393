from torch.nn.functional import l1_loss


def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    return lambda_cycle * l1_loss(g_yx(g_xy(x)), x) + lambda_cycle * l1_loss(g_xy(g_yx(y)), y)
