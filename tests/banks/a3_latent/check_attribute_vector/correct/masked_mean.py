import torch


def attribute_vector(z, attribute):
    nan = torch.full_like(z, float("nan"))
    up = torch.where(attribute[:, None], z, nan).nanmean(0)
    return up - torch.where(attribute[:, None], nan, z).nanmean(0)
