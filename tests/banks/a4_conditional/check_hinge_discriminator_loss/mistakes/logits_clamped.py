# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: clipped at the margin
def hinge_discriminator_loss(real_logits, fake_logits):
    return real_logits.clamp(max=1).mean() + fake_logits.clamp(min=-1).mean()
