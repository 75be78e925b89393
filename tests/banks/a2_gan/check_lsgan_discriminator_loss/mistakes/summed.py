# loses: values; maps, and gradients
# hint: summed
def lsgan_discriminator_loss(real, fake):
    return ((real - 1) ** 2).sum() + (fake**2).sum()
