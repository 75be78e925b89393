# loses: logits, and gradients; inputs, types and random generator left alone
# hint: wrong sign
def hinge_generator_loss(fake_logits):
    return fake_logits.mean()
