def lsgan_discriminator_loss(real, fake):
    return (real * real - 2 * real + 1).mean() + (fake * fake).mean()
