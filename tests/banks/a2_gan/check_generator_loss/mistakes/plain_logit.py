# loses: the non-saturating loss; the saturating loss; maps of logits, and gradients; logits of up to ±10,000, and gradients; inputs, types and random generator left alone
# hint: plain logit
def generator_loss(fake_logits, saturating=False):
    return -fake_logits.mean()
