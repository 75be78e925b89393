import torch
from torch.nn.functional import softplus


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    for p in discriminator.parameters():
        p.requires_grad_(False)
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = softplus(-logits).mean()
    l1 = (y - y_fake).abs().mean()
    total = adversarial + lambda_l1 * l1
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return total, adversarial, l1
