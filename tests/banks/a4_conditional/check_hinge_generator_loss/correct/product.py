import torch


def hinge_generator_loss(fake_logits):
    return fake_logits.flatten() @ torch.full_like(fake_logits.flatten(), -1 / fake_logits.numel())
