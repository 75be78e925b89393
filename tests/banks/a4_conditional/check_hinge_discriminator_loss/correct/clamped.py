def hinge_discriminator_loss(real_logits, fake_logits):
    return (1 - real_logits).clamp(min=0).mean() + (1 + fake_logits).clamp(min=0).mean()
