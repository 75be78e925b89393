# loses: values; maps, and gradients
# hint: cross-entropy
from torch.nn.functional import softplus


def lsgan_generator_loss(fake):
    return softplus(-fake).mean()
