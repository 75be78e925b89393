# loses: tables without zeros; tables with zeros; a column that never occurs
# hint: columns averaged
import torch


def conditional_entropy(joint):
    p_z = joint.sum(0)
    p_x_given_z = joint / p_z.clamp(min=1e-300)
    return -torch.xlogy(p_x_given_z, p_x_given_z).sum(0).mean()
