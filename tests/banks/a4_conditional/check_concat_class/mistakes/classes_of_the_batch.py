# loses: classes that nobody in the batch has
# hint: as many classes as the batch shows
import torch
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y).to(z)
    if z.ndim == 4:
        code = code[:, :, None, None].expand(-1, -1, *z.shape[2:])
    return torch.cat([z, code], dim=1)
