# loses: values; maps, and gradients
# hint: only real
def lsgan_discriminator_loss(real, fake):
    return ((real - 1) ** 2).mean()
