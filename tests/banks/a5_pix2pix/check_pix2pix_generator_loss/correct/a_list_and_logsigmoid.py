import torch
from torch.nn.functional import l1_loss, logsigmoid


def pix2pix_generator_loss(discriminator, x, y, y_fake, lambda_l1):
    logits = discriminator(torch.cat([x, y_fake], 1))
    adversarial = -logsigmoid(logits).mean()
    l1 = l1_loss(y_fake, y.detach())
    total = adversarial + lambda_l1 * l1
    return [total, adversarial, l1]
