# loses: with gradients left over from before; what is left behind: each one's own gradient, modes and flags as they were
# hint: never zeroed
from torch.nn.functional import softplus


def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    real_logits = discriminator(real)
    fake_logits = discriminator(generator(z_d).detach())
    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    d_loss.backward()
    opt_d.step()

    g_loss = softplus(-discriminator(generator(z_g))).mean()
    g_loss.backward()
    opt_g.step()
    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.mean().detach(),
        "d_fake": fake_logits.mean().detach(),
    }
