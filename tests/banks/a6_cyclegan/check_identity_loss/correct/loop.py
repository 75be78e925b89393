def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    loss = x.new_zeros(())
    for picture in y:
        loss = loss + (g_xy(picture[None])[0] - picture).abs().mean() / len(y)
    for picture in x:
        loss = loss + (g_yx(picture[None])[0] - picture).abs().mean() / len(x)
    return weight * loss
