# loses: other weights, batches of different sizes; the gradients of both translators
# hint: weight fixed
def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    same_y, same_x = g_xy(y), g_yx(x)
    return 5.0 * ((same_y - y).abs().mean() + (same_x - x).abs().mean())
