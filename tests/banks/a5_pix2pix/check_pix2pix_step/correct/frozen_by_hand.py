import torch
from torch.nn.functional import softplus


def pix2pix_step(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    y_fake = generator(x)
    real_logits = discriminator(torch.cat([x, y], 1))
    fake_logits = discriminator(torch.cat([x, y_fake.detach()], 1))
    d_loss = (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()

    for p in discriminator.parameters():
        p.requires_grad_(False)
    adversarial = softplus(-discriminator(torch.cat([x, y_fake], 1))).mean()
    l1 = (y - y_fake).abs().mean()
    g_loss = adversarial + lambda_l1 * l1
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return {
        "d_loss": d_loss.detach(),
        "g_loss": g_loss.detach(),
        "adversarial": adversarial.detach(),
        "l1": l1.detach(),
    }
