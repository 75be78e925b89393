# loses: logits, and gradients; inputs, types and random generator left alone
# hint: summed over each image
def hinge_generator_loss(fake_logits):
    return -fake_logits.sum() / len(fake_logits)
