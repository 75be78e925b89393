# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
def hinge_discriminator_loss(real_logits, fake_logits):
    return (real_logits - 1).pow(2).mean() + fake_logits.pow(2).mean()
