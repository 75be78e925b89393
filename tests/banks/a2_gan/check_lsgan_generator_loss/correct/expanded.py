def lsgan_generator_loss(fake):
    return (fake * fake).mean() - 2 * fake.mean() + 1
