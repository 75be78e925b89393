# loses: tables without zeros; tables with zeros; a column that never occurs
# hint: bits
import torch


def entropy(p):
    return torch.special.entr(p).sum() / torch.log(torch.tensor(2.0, dtype=p.dtype))


def conditional_entropy(joint):
    return entropy(joint) - entropy(joint.sum(0))
