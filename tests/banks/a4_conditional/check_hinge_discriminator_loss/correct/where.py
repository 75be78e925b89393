import torch


def hinge_discriminator_loss(real_logits, fake_logits):
    real = torch.where(real_logits < 1, 1 - real_logits, 0.0)
    fake = torch.where(fake_logits > -1, 1 + fake_logits, 0.0)
    return real.mean() + fake.mean()
