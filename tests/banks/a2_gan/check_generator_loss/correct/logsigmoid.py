from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return logsigmoid(-fake_logits).mean()
    return -logsigmoid(fake_logits).mean()
