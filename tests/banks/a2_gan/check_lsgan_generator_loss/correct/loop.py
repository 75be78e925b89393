def lsgan_generator_loss(fake):
    return sum((f - 1) ** 2 for f in fake.flatten()) / fake.numel()
