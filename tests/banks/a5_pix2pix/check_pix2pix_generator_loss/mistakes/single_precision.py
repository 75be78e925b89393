# loses: inputs, types and random generator left alone
import torch
from torch.nn.functional import softplus


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = softplus(-logits.float()).mean()
    l1 = (y.float() - y_fake.float()).abs().mean()
    total = adversarial + lambda_l1 * l1
    return total, adversarial, l1
