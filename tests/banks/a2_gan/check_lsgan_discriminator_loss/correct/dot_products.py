def lsgan_discriminator_loss(real, fake):
    a, b = (real - 1).flatten(), fake.flatten()
    return a @ a / len(a) + b @ b / len(b)
