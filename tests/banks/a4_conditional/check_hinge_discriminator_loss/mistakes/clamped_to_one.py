# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
def hinge_discriminator_loss(real_logits, fake_logits):
    return (1 - real_logits).clamp(0, 1).mean() + (1 + fake_logits).clamp(0, 1).mean()
