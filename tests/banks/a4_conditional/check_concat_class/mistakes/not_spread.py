# loses: images, and gradients; classes that nobody in the batch has
# hint: not spread over the image
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y, num_classes).to(z)
    if z.ndim == 4:
        code = code[:, :, None, None]
    return torch.cat([z, code], dim=1)
