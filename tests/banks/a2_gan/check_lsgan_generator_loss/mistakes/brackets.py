# loses: values; maps, and gradients
# hint: one not subtracted
def lsgan_generator_loss(fake):
    return (fake**2 - 1).mean()
