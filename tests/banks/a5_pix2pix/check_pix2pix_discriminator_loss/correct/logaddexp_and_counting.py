import torch


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    total, count = 0, 0
    for image, sign in ((y, -1), (y_fake.detach(), 1)):
        logits = discriminator(torch.hstack([x, image])).flatten()
        total = total + torch.logaddexp(torch.zeros_like(logits), sign * logits).sum()
        count += logits.numel()
    return total / count
