def identity_loss(g_xy, g_yx, x, y, weight=5.0):
    pairs = [(g_xy, y), (g_yx, x)]
    return weight * sum((g(p) - p).abs().sum() / p.numel() for g, p in pairs)
