# loses: maps of logits, and gradients; inputs, types and random generator left alone
import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    with torch.no_grad():
        real_logits.clamp_(max=1), fake_logits.clamp_(min=-1)
    return (1 - real_logits).mean() + (1 + fake_logits).mean()
