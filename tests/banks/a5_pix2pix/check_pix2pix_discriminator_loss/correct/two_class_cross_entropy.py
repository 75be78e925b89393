import torch
from torch.nn.functional import cross_entropy


def pix2pix_discriminator_loss(discriminator, x, y, y_fake):
    def judged(image, label):
        logits = discriminator(torch.cat([x, image], 1)).flatten()
        classes = torch.stack([torch.zeros_like(logits), logits], 1)
        return cross_entropy(classes, torch.full((len(logits),), label))

    return (judged(y, 1) + judged(y_fake.data, 0)) / 2
