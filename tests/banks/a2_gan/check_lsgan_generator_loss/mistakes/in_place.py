# loses: values; maps, and gradients
def lsgan_generator_loss(fake):
    fake -= 1
    return (fake**2).mean()
