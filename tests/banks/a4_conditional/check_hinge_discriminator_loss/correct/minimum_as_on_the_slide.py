import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    zero = torch.zeros(())
    return -torch.minimum(zero, real_logits - 1).mean() - torch.minimum(zero, -fake_logits - 1).mean()
