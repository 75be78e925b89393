# loses: with gradients left over from before, and the usual weights
# hint: translators not zeroed
def cyclegan_step(
    g_xy, g_yx, d_x, d_y, opt_g, opt_d, x, y, pool_x, pool_y, lambda_cycle=10.0, lambda_identity=0.5
):
    fake_y, fake_x = g_xy(x), g_yx(y)
    adversarial = ((d_y(fake_y) - 1) ** 2).mean() + ((d_x(fake_x) - 1) ** 2).mean()
    cycle = lambda_cycle * ((g_yx(fake_y) - x).abs().mean() + (g_xy(fake_x) - y).abs().mean())
    identity = lambda_cycle * lambda_identity * ((g_xy(y) - y).abs().mean() + (g_yx(x) - x).abs().mean())
    total = adversarial + cycle + identity
    total.backward()
    opt_g.step()

    old_x, old_y = pool_x.query(fake_x), pool_y.query(fake_y)
    loss_x = (((d_x(x) - 1) ** 2).mean() + (d_x(old_x) ** 2).mean()) / 2
    loss_y = (((d_y(y) - 1) ** 2).mean() + (d_y(old_y) ** 2).mean()) / 2
    opt_d.zero_grad()
    (loss_x + loss_y).backward()
    opt_d.step()
    return {
        "g_loss": total.detach(),
        "adversarial": adversarial.detach(),
        "cycle": cycle.detach(),
        "identity": identity.detach(),
        "d_x": loss_x.detach(),
        "d_y": loss_y.detach(),
    }
