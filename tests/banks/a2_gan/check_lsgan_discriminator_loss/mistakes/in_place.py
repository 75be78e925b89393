# loses: values; maps, and gradients
def lsgan_discriminator_loss(real, fake):
    real -= 1
    return (real**2).mean() + (fake**2).mean()
