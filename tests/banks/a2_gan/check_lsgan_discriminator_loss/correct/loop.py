def lsgan_discriminator_loss(real, fake):
    return (
        sum((r - 1) ** 2 for r in real.flatten()) / real.numel()
        + sum(f**2 for f in fake.flatten()) / fake.numel()
    )
