import torch


def conditional_entropy(joint):
    given = joint / joint.sum(0)
    return torch.nan_to_num(-joint * torch.log(given)).sum()
