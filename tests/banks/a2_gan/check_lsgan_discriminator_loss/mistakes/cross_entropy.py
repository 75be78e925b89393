# loses: values; maps, and gradients
# hint: cross-entropy
from torch.nn.functional import softplus


def lsgan_discriminator_loss(real, fake):
    return softplus(-real).mean() + softplus(fake).mean()
