# loses: the generator learns, from the new discriminator; both with BatchNorm; with gradients left over from before; what is left behind: each one's own gradient, modes and flags as they were; the dict
# hint: noise reused
from torch.nn.functional import softplus


def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    fake = generator(z_d)
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    opt_d.zero_grad()
    d_loss.backward(retain_graph=True)
    opt_d.step()
    g_loss = softplus(-discriminator(fake)).mean()
    opt_g.zero_grad()
    g_loss.backward(inputs=list(generator.parameters()))
    opt_g.step()
    scalars = {"d_loss": d_loss, "g_loss": g_loss, "d_real": real_logits.mean(), "d_fake": fake_logits.mean()}
    return {name: value.detach() for name, value in scalars.items()}
