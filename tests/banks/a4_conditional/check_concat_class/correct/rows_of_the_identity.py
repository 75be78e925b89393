import torch


def concat_class(z, y, num_classes):
    code = torch.eye(num_classes, dtype=z.dtype, device=z.device)[y]
    shape = list(code.shape) + [1] * (z.ndim - 2)
    return torch.cat((z, code.view(shape) + torch.zeros_like(z[:, :1])), dim=1)
