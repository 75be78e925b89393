from torch import nn

distance = nn.L1Loss()


def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    cycle_x = distance(g_yx(g_xy(x)), x.detach())
    cycle_y = distance(g_xy(g_yx(y)), y.detach())
    return (cycle_x + cycle_y) * lambda_cycle
