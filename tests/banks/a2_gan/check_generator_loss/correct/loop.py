from torch.nn.functional import softplus


def generator_loss(fake_logits, saturating=False):
    total = 0
    for logit in fake_logits.flatten():
        total = total + (-softplus(logit) if saturating else softplus(-logit))
    return total / fake_logits.numel()
