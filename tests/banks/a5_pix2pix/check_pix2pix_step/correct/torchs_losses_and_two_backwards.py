import torch
from torch import nn

bce, distance = nn.BCEWithLogitsLoss(), nn.L1Loss()


def pix2pix_step(generator, discriminator, opt_g, opt_d, x, y, lambda_l1):
    fake = generator(x)
    opt_d.zero_grad(set_to_none=True)
    parts = []
    for image, label in ((fake.detach(), 0.0), (y, 1.0)):
        logits = discriminator(torch.cat((x, image), dim=1))
        part = 0.5 * bce(logits, torch.full_like(logits, label))
        part.backward()
        parts.append(part.detach())
    opt_d.step()

    discriminator.requires_grad_(False)
    opt_g.zero_grad(set_to_none=True)
    logits = discriminator(torch.cat((x, fake), dim=1))
    adversarial, l1 = bce(logits, torch.ones_like(logits)), distance(fake, y)
    (adversarial + l1 * lambda_l1).backward()
    opt_g.step()
    discriminator.requires_grad_(True)
    g_loss = (adversarial + lambda_l1 * l1).detach()
    return dict(d_loss=sum(parts), g_loss=g_loss, adversarial=adversarial.detach(), l1=l1.detach())
