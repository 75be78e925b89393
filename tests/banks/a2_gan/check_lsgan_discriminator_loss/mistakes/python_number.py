# loses: values; maps, and gradients
def lsgan_discriminator_loss(real, fake):
    return (((real - 1) ** 2).mean() + (fake**2).mean()).item()
