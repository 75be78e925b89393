import torch
from torch.nn.functional import cross_entropy


def discriminator_loss(real_logits, fake_logits):
    def loss(logits, label):
        pair = torch.stack([torch.zeros_like(logits.flatten()), logits.flatten()], 1)
        return cross_entropy(pair, torch.full((len(pair),), label))

    return loss(real_logits, 1) + loss(fake_logits, 0)
