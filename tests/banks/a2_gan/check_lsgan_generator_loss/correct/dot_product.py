def lsgan_generator_loss(fake):
    a = (1 - fake).flatten()
    return a.dot(a) / a.numel()
