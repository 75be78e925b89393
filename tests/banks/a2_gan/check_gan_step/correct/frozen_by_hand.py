from torch.nn.functional import softplus


def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    real_logits = discriminator(real)
    fake_logits = discriminator(generator(z_d).detach())
    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    for p in discriminator.parameters():
        p.requires_grad_(False)
    g_loss = softplus(-discriminator(generator(z_g))).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.mean().detach(),
        "d_fake": fake_logits.mean().detach(),
    }
