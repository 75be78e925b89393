# loses: maps, and gradients
def lsgan_discriminator_loss(real, fake):
    return ((real.detach() - 1) ** 2).mean() + (fake.detach() ** 2).mean()
