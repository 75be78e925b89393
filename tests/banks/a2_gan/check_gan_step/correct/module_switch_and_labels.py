import torch
from torch import nn


def gan_step(generator, discriminator, opt_g, opt_d, real, z_d, z_g):
    criterion = nn.BCEWithLogitsLoss()
    opt_d.zero_grad(set_to_none=True)
    opt_g.zero_grad(set_to_none=True)
    real_logits = discriminator(real)
    fake_logits = discriminator(generator(z_d).detach())
    loss_real = criterion(real_logits, torch.ones_like(real_logits))
    loss_fake = criterion(fake_logits, torch.zeros_like(fake_logits))
    d_loss = loss_real + loss_fake
    d_loss.backward()
    opt_d.step()

    discriminator.requires_grad_(False)
    logits = discriminator(generator(z_g))
    g_loss = criterion(logits, torch.ones_like(logits))
    g_loss.backward()
    opt_g.step()
    discriminator.requires_grad_(True)
    with torch.no_grad():
        return dict(
            d_loss=d_loss.detach(),
            g_loss=g_loss.detach(),
            d_real=real_logits.mean(),
            d_fake=fake_logits.mean(),
        )
