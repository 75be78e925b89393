# loses: tables without zeros; tables with zeros; a column that never occurs
# hint: entropy of x
import torch


def entropy(p):
    return torch.special.entr(p).sum()


def conditional_entropy(joint):
    return entropy(joint.sum(1))
