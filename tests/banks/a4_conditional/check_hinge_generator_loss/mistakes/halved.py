# loses: logits, and gradients; inputs, types and random generator left alone
# hint: halved
def hinge_generator_loss(fake_logits):
    return -0.5 * fake_logits.mean()
