# loses: values; maps, and gradients
# hint: only fake
def lsgan_discriminator_loss(real, fake):
    return (fake**2).mean()
