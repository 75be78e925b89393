# loses: several steps, no BatchNorm; with BatchNorm: a look, then a step
from torch.nn.functional import softplus


def training_loop(generator, discriminator, opt_g, opt_d, batches, codes, fixed, look_every):
    looks = []
    for step, (real, z) in enumerate(zip(batches, codes)):
        if step % look_every == 0:
            generator.eval()
            looks.append(generator(fixed).detach())
            generator.train()
        fake = generator(z)
        d_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        g_loss = softplus(-discriminator(fake)).mean()
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()
    return looks
