# loses: values; maps, and gradients
# hint: absolute
def lsgan_discriminator_loss(real, fake):
    return (real - 1).abs().mean() + fake.abs().mean()
