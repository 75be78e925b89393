import torch


def hinge_generator_loss(fake_logits):
    return 0 - torch.mean(fake_logits)
