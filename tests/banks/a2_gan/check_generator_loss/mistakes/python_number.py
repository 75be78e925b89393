# loses: maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return logsigmoid(-fake_logits).mean().item()
    return -logsigmoid(fake_logits).mean().item()
