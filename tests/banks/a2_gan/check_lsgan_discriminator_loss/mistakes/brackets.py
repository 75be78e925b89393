# loses: values; maps, and gradients
# hint: one not subtracted
def lsgan_discriminator_loss(real, fake):
    return (real**2 - 1).mean() + (fake**2).mean()
