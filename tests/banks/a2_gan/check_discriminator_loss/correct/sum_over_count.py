from torch.nn.functional import softplus


def discriminator_loss(real_logits, fake_logits):
    real = softplus(-real_logits).sum() / real_logits.numel()
    return real + softplus(fake_logits).sum() / fake_logits.numel()
