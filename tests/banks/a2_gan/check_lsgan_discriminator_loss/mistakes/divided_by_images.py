# loses: maps, and gradients
def lsgan_discriminator_loss(real, fake):
    return ((real - 1) ** 2).sum() / len(real) + (fake**2).sum() / len(fake)
