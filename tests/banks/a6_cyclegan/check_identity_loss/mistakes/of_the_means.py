# loses: with weight 5; other weights, batches of different sizes; the gradients of both translators
# hint: difference of the means
def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    same_y, same_x = g_xy(y), g_yx(x)
    return weight * ((same_y.mean() - y.mean()).abs() + (same_x.mean() - x.mean()).abs())
