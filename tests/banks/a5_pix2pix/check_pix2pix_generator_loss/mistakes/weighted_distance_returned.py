# loses: the distance
# hint: weighted distance returned
import torch
from torch.nn.functional import softplus


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = softplus(-logits).mean()
    l1 = (y - y_fake).abs().mean()
    l1 = lambda_l1 * l1
    total = adversarial + l1
    return total, adversarial, l1
