# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: logits taken for probabilities
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return (1 - fake_logits).log().mean()
    return -fake_logits.log().mean()
