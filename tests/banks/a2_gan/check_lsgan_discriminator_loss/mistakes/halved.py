# loses: values; maps, and gradients
# hint: halved
def lsgan_discriminator_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()
