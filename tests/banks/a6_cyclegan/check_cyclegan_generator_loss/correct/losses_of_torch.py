import torch
from torch.nn import functional as F


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    out = {"fake_x": g_yx(y), "fake_y": g_xy(x)}
    real = [d_x(out["fake_x"]), d_y(out["fake_y"])]
    out["adversarial"] = sum(F.mse_loss(r, torch.ones_like(r)) for r in real)
    out["cycle"] = lambda_cycle * (F.l1_loss(g_yx(out["fake_y"]), x) + F.l1_loss(g_xy(out["fake_x"]), y))
    out["identity"] = lambda_identity * lambda_cycle * (F.l1_loss(g_xy(y), y) + F.l1_loss(g_yx(x), x))
    out["total"] = out["adversarial"] + out["cycle"] + out["identity"]
    return out
