# loses: values; maps, and gradients
# hint: mean squared
def lsgan_generator_loss(fake):
    return (fake.mean() - 1) ** 2
