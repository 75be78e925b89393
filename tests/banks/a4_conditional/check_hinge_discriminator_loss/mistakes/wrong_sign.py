# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: wrong sign
import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    return torch.clamp(real_logits - 1, max=0).mean() + torch.clamp(-fake_logits - 1, max=0).mean()
