# loses: values; maps, and gradients
# hint: targets swapped
def lsgan_discriminator_loss(real, fake):
    return (real**2).mean() + ((fake - 1) ** 2).mean()
