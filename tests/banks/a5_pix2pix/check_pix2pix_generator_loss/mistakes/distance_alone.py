# loses: the total; a discriminator that is sure, and one with BatchNorm; the gradient that reaches the generated image
# hint: distance alone
import torch
from torch.nn.functional import softplus


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = softplus(-logits).mean()
    l1 = (y - y_fake).abs().mean()
    total = lambda_l1 * l1
    return total, adversarial, l1
