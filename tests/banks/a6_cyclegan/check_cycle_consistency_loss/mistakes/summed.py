# loses: with lambda 10; other lambdas, batches of different sizes; the gradients of both translators
# hint: summed
def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    there_x, there_y = g_xy(x), g_yx(y)
    back_x, back_y = g_yx(there_x), g_xy(there_y)
    return lambda_cycle * ((back_x - x).abs().sum() + (back_y - y).abs().sum())
