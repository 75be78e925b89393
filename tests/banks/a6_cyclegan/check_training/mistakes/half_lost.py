# loses: at a constant rate; a falling rate, and empty pools
def l1(a, b):
    return (a - b).abs().mean()


def linear_decay(epoch, n_constant, n_decay):
    return max(0.0, 1 - max(0, epoch + 1 - n_constant) / (n_decay + 1))


def cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y):
    fake_y, fake_x = g_xy(x), g_yx(y)
    total = ((d_y(fake_y) - 1) ** 2).mean() + ((d_x(fake_x) - 1) ** 2).mean()
    total = total + 10 * (l1(g_yx(fake_y), x) + l1(g_xy(fake_x), y)) + 5 * (l1(g_xy(y), y) + l1(g_yx(x), x))
    return {"total": total, "fake_x": fake_x, "fake_y": fake_y}


def training(g_xy, g_yx, d_x, d_y, opt_g, opt_d, xs, ys, pool_x, pool_y, n_constant, n_decay):
    rates = []
    start = [opt_g.param_groups[0]["lr"], opt_d.param_groups[0]["lr"]]
    for epoch in range(n_constant + n_decay):
        x, y = xs[epoch], ys[epoch]
        for optimiser, rate in zip((opt_g, opt_d), start):
            for group in optimiser.param_groups:
                group["lr"] = rate * linear_decay(epoch, n_constant, n_decay)
        rates.append(opt_g.param_groups[0]["lr"])

        losses = cyclegan_generator_loss(g_xy, g_yx, d_x, d_y, x, y)
        opt_g.zero_grad()
        losses["total"].backward()
        opt_g.step()

        fake_x, fake_y = losses["fake_x"].detach(), losses["fake_y"].detach()
        old_x, old_y = pool_x.query(fake_x), pool_y.query(fake_y)
        loss_x = ((d_x(x) - 1) ** 2).mean() + (d_x(old_x) ** 2).mean()
        loss_y = ((d_y(y) - 1) ** 2).mean() + (d_y(old_y) ** 2).mean()
        opt_d.zero_grad()
        (loss_x + loss_y).backward()
        opt_d.step()
    return rates
