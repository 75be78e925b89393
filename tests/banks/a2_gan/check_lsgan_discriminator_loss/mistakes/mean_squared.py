# loses: values; maps, and gradients
# hint: mean squared
def lsgan_discriminator_loss(real, fake):
    return (real.mean() - 1) ** 2 + fake.mean() ** 2
