# loses: values; maps, and gradients
# hint: target 0
def lsgan_generator_loss(fake):
    return (fake**2).mean()
