# loses: codes; images, and gradients; classes that nobody in the batch has; inputs, types and random generator left alone
# hint: the number itself
import torch


def concat_class(z, y, num_classes):
    code = y[:, None].to(z)
    if z.ndim == 4:
        code = code[:, :, None, None].expand(-1, -1, *z.shape[2:])
    return torch.cat([z, code], dim=1)
