import torch


def cycle_consistency_loss(g_xy, g_yx, x, y, lambda_cycle=10.0):
    def off(pictures, back):
        return torch.linalg.vector_norm(back - pictures, ord=1) / pictures.numel()

    return lambda_cycle * (off(x, g_yx(g_xy(x))) + off(y, g_xy(g_yx(y))))
