def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    total = 0.0
    for first, second, pictures in ((g_xy, g_yx, x), (g_yx, g_xy, y)):
        for picture in pictures.split(1):
            total = total + (second(first(picture)) - picture).abs().sum() / pictures.numel()
    return lambda_cycle * total
