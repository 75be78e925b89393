# loses: batches of logits; maps of logits, and gradients; inputs, types and random generator left alone
# hint: mean over those inside
def hinge_discriminator_loss(real_logits, fake_logits):
    real = (1 - real_logits)[real_logits < 1]
    fake = (1 + fake_logits)[fake_logits > -1]
    return real.sum() / max(1, len(real)) + fake.sum() / max(1, len(fake))
