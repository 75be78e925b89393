# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: no mean
from torch.nn.functional import softplus


def discriminator_loss(real_logits, fake_logits):
    return softplus(-real_logits) + softplus(fake_logits)
