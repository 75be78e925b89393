# loses: logits, and gradients; inputs, types and random generator left alone
# hint: one less
def hinge_generator_loss(fake_logits):
    return 1 - fake_logits.mean()
