# loses: with weight 5; other weights, batches of different sizes; the gradients of both translators
def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    same_y, same_x = g_xy(y), g_xy(x)
    return weight * ((same_y - y).abs().mean() + (same_x - x).abs().mean())
