# loses: several steps, no BatchNorm; with BatchNorm: a look, then a step
# hint: both
import torch
from torch.nn.functional import softplus


def training_loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every):
    looks = []
    opt_d.zero_grad()
    opt_g.zero_grad()
    for step, (real, z) in enumerate(zip(batches, codes)):
        if step % look_every == 0:
            generator.eval()
            looks.append(generator(fixed).detach())
        fake = generator(z)
        d_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
        d_loss.backward()
        opt_d.step()
        g_loss = softplus(-discriminator(fake)).mean()
        g_loss.backward()
        opt_g.step()
    return torch.stack(looks)
