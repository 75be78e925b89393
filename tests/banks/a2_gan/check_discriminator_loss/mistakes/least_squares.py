# loses: batches of logits; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
def discriminator_loss(real_logits, fake_logits):
    return (real_logits - 1).square().mean() + fake_logits.square().mean()
