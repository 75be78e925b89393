# loses: values; maps, and gradients
# hint: sigmoid
def lsgan_discriminator_loss(real, fake):
    real, fake = real.sigmoid(), fake.sigmoid()
    return ((real - 1) ** 2).mean() + (fake**2).mean()
