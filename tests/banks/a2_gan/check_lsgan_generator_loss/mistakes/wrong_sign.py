# loses: values; maps, and gradients
# hint: wrong sign
def lsgan_generator_loss(fake):
    return -((fake - 1) ** 2).mean()
