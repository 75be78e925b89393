# loses: images, and gradients; classes that nobody in the batch has
# hint: at one pixel
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y, num_classes).to(z)
    if z.ndim == 4:
        marked = torch.zeros(len(z), num_classes, *z.shape[2:], dtype=z.dtype)
        marked[:, :, 0, 0] = code
        code = marked
    return torch.cat([z, code], dim=1)
