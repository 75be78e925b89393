def hinge_generator_loss(fake_logits):
    total = 0
    for logit in fake_logits.flatten():
        total -= logit / fake_logits.numel()
    return total
