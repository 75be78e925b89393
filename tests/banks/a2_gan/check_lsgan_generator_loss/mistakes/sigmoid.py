# loses: values; maps, and gradients
# hint: sigmoid
def lsgan_generator_loss(fake):
    return ((fake.sigmoid() - 1) ** 2).mean()
