# loses: tables without zeros; tables with zeros; a column that never occurs
# hint: joint entropy
import torch


def conditional_entropy(joint):
    p_z = joint.sum(0)
    p_x_given_z = joint / joint.sum()
    return -torch.xlogy(joint, p_x_given_z).sum()
