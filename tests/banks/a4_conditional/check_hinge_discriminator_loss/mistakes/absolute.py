# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: absolute value
def hinge_discriminator_loss(real_logits, fake_logits):
    return (1 - real_logits).abs().mean() + (1 + fake_logits).abs().mean()
