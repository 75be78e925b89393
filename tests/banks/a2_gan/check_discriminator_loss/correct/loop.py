import torch


def discriminator_loss(real_logits, fake_logits):
    total = 0
    for logits, sign in ((real_logits, -1), (fake_logits, 1)):
        logits = sign * logits.flatten()
        total = total + sum(torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs())) for x in logits) / len(
            logits
        )
    return total
