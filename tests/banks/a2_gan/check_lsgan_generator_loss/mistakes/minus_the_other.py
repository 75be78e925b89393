# loses: values; maps, and gradients
# hint: minus D's part
def lsgan_generator_loss(fake):
    return -(fake**2).mean()
