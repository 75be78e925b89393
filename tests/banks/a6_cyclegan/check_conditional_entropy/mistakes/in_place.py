# loses: tables without zeros; tables with zeros; a column that never occurs
import torch


def conditional_entropy(joint):
    p_z = joint.sum(0)
    before = joint.clone()
    joint /= p_z.clamp(min=1e-300)
    return -torch.xlogy(before, joint).sum()
