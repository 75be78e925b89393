def hinge_generator_loss(fake_logits):
    return -fake_logits.sum() / fake_logits.numel()
