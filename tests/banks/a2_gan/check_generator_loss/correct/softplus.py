from torch.nn.functional import softplus


def generator_loss(fake_logits, saturating=False):
    return -softplus(fake_logits).mean() if saturating else softplus(-fake_logits).mean()
