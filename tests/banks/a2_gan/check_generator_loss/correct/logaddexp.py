import torch


def generator_loss(fake_logits, saturating=False):
    zero = fake_logits.new_zeros(())
    return (
        -torch.logaddexp(zero, fake_logits).mean()
        if saturating
        else torch.logaddexp(zero, -fake_logits).mean()
    )
