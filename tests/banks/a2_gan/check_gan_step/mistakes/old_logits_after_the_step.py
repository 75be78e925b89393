# loses: the discriminator learns; the generator learns, from the new discriminator; both with BatchNorm; with gradients left over from before; what is left behind: each one's own gradient, modes and flags as they were; the dict; inputs, types and random generator left alone
# hint: retain_graph
from torch.nn.functional import softplus


def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    opt_d.zero_grad()
    d_loss.backward(retain_graph=True)
    opt_d.step()
    g_loss = softplus(-fake_logits).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "d_real": real_logits.mean().detach(),
        "d_fake": fake_logits.mean().detach(),
    }
