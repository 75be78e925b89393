# loses: logits, and gradients; inputs, types and random generator left alone
# hint: probability
import torch


def hinge_generator_loss(fake_logits):
    return -torch.sigmoid(fake_logits).mean()
