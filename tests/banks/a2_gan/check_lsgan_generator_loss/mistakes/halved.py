# loses: values; maps, and gradients
# hint: halved
def lsgan_generator_loss(fake):
    return 0.5 * ((fake - 1) ** 2).mean()
