import torch


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    both = torch.cat([x, y])
    all_y, all_x = g_xy(both), g_yx(both)
    fake_y, fake_x = all_y[: len(x)], all_x[len(x) :]
    adversarial = ((d_y(fake_y) - 1) ** 2).mean() + ((d_x(fake_x) - 1) ** 2).mean()
    cycle = (g_yx(fake_y) - x).abs().mean() + (g_xy(fake_x) - y).abs().mean()
    identity = (all_y[len(x) :] - y).abs().mean() + (all_x[: len(x)] - x).abs().mean()
    cycle = lambda_cycle * cycle
    identity = lambda_cycle * lambda_identity * identity
    total = adversarial + cycle + identity
    return {
        "total": total,
        "adversarial": adversarial,
        "cycle": cycle,
        "identity": identity,
        "fake_y": fake_y,
        "fake_x": fake_x,
    }
