# loses: inputs, types and random generator left alone
from torch.nn.functional import logsigmoid


def generator_loss(fake_logits, saturating=False):
    fake_logits = fake_logits.float()
    if saturating:
        return logsigmoid(-fake_logits).mean()
    return -logsigmoid(fake_logits).mean()
