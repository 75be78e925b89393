import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    hinge = torch.nn.HingeEmbeddingLoss(margin=1.0)
    minus = -torch.ones_like(real_logits)
    return hinge(real_logits, minus) + hinge(-fake_logits, -torch.ones_like(fake_logits))
