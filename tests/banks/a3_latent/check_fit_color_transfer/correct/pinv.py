import torch


def fit_color_transfer(source, target):
    a = torch.cat([source, torch.ones_like(source[:, :1])], dim=1)
    return (torch.linalg.pinv(a) @ target).mT
