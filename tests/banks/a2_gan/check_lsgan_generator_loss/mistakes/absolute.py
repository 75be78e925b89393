# loses: values; maps, and gradients
# hint: absolute
def lsgan_generator_loss(fake):
    return (fake - 1).abs().mean()
