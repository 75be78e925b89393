import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    def part(logits, label):
        return torch.max(torch.zeros_like(logits), 1 - label * logits).mean()

    return part(real_logits, 1) + part(fake_logits, -1)
