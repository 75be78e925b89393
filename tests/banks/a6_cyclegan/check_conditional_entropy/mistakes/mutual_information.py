# loses: tables without zeros; tables with zeros; a column that never occurs
# hint: mutual information
import torch


def entropy(p):
    return torch.special.entr(p).sum()


def conditional_entropy(joint):
    return entropy(joint.sum(0)) + entropy(joint.sum(1)) - entropy(joint)
