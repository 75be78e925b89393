# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: not clipped, no margin
def hinge_discriminator_loss(real_logits, fake_logits):
    return fake_logits.mean() - real_logits.mean()
