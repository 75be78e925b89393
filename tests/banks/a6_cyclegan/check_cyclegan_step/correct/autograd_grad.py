import torch
from torch.nn.functional import l1_loss, mse_loss


def cyclegan_step(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    def learn(networks, optimiser, loss):
        mine = [p for network in networks for p in network.parameters()]
        for p, slope in zip(mine, torch.autograd.grad(loss, mine)):
            p.grad = slope
        optimiser.step()

    def want(answers, target):
        return mse_loss(answers, torch.full_like(answers, target))

    fake_y, fake_x = g_xy(x), g_yx(y)
    told = {"adversarial": want(d_y(fake_y), 1) + want(d_x(fake_x), 1)}
    told["cycle"] = lambda_cycle * (l1_loss(g_yx(fake_y), x) + l1_loss(g_xy(fake_x), y))
    told["identity"] = lambda_identity * lambda_cycle * (l1_loss(g_xy(y), y) + l1_loss(g_yx(x), x))
    told["g_loss"] = sum(told.values())
    learn([g_xy, g_yx], opt_g, told["g_loss"])
    told["d_x"] = 0.5 * (want(d_x(x), 1) + want(d_x(pool_x.query(fake_x)), 0))
    told["d_y"] = 0.5 * (want(d_y(y), 1) + want(d_y(pool_y.query(fake_y)), 0))
    learn([d_x, d_y], opt_d, told["d_x"] + told["d_y"])
    return {key: value.detach().clone() for key, value in told.items()}
