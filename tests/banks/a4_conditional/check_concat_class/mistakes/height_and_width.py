# loses: images, and gradients; classes that nobody in the batch has
# hint: width and height
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y, num_classes).to(z)
    if z.ndim == 4:
        n, _, w, h = z.shape
        code = code[:, :, None, None].expand(-1, -1, h, w)
    return torch.cat([z, code], dim=1)
