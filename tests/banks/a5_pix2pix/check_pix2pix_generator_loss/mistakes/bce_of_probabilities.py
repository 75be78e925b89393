# loses: a discriminator that is sure, and one with BatchNorm
# hint: clamped
import torch
from torch.nn.functional import binary_cross_entropy


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = binary_cross_entropy(logits.sigmoid(), torch.ones_like(logits))
    l1 = (y - y_fake).abs().mean()
    total = adversarial + lambda_l1 * l1
    return total, adversarial, l1
