# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: logits taken for probabilities
def discriminator_loss(real_logits, fake_logits):
    return -(real_logits.log().mean() + (1 - fake_logits).log().mean())
