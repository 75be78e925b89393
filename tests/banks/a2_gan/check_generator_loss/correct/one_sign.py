from torch.nn.functional import softplus


def generator_loss(fake_logits, saturating=False):
    sign = -1 if saturating else 1
    return sign * softplus(-sign * fake_logits).mean()
