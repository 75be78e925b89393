# loses: adversarial; the total, and its gradients in both translators
# hint: cross-entropy
from torch.nn.functional import softplus


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y, lambda_cycle=10.0, lambda_identity=0.5):
    fake_y, fake_x = g_xy(x), g_yx(y)
    adversarial = softplus(-d_y(fake_y)).mean() + softplus(-d_x(fake_x)).mean()
    cycle = (g_yx(fake_y) - x).abs().mean() + (g_xy(fake_x) - y).abs().mean()
    identity = (g_xy(y) - y).abs().mean() + (g_yx(x) - x).abs().mean()
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
