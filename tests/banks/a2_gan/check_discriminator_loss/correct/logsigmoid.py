from torch.nn.functional import logsigmoid


def discriminator_loss(real_logits, fake_logits):
    return -logsigmoid(real_logits).mean() - logsigmoid(-fake_logits).mean()
