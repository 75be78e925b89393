# loses: values; maps, and gradients
# hint: target -1
def lsgan_discriminator_loss(real, fake):
    return ((real - 1) ** 2).mean() + ((fake + 1) ** 2).mean()
