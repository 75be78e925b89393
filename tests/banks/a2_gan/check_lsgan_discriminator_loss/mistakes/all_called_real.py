# loses: values; maps, and gradients
# hint: all called real
def lsgan_discriminator_loss(real, fake):
    return ((real - 1) ** 2).mean() + ((fake - 1) ** 2).mean()
