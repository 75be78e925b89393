def hinge_discriminator_loss(real_logits, fake_logits):
    inside_real = (real_logits < 1).to(real_logits)
    inside_fake = (fake_logits > -1).to(fake_logits)
    real = ((1 - real_logits) * inside_real).sum() / real_logits.numel()
    return real + ((1 + fake_logits) * inside_fake).sum() / fake_logits.numel()
