# loses: images, and gradients; classes that nobody in the batch has
# hint: code flattened
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    return torch.cat([z.flatten(1), F.one_hot(y, num_classes).to(z)], dim=1)
