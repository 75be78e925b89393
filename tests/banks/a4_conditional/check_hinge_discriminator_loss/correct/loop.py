def hinge_discriminator_loss(real_logits, fake_logits):
    total = real_logits.new_zeros(())
    for logits, sign in ((real_logits, 1), (fake_logits, -1)):
        for one in logits.flatten():
            if sign * one < 1:
                total = total + (1 - sign * one) / logits.numel()
    return total
