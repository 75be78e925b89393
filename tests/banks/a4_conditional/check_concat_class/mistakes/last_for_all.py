# loses: codes; images, and gradients; classes that nobody in the batch has; inputs, types and random generator left alone
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y[-1], num_classes).to(z).repeat(len(z), 1)
    if z.ndim == 4:
        code = code[:, :, None, None].expand(-1, -1, *z.shape[2:])
    return torch.cat([z, code], dim=1)
