import torch
from scipy.stats import entropy


def conditional_entropy(joint):
    table = joint.numpy()
    value = sum(column.sum() * entropy(column) for column in table.T if column.sum() > 0)
    return torch.tensor(float(value), dtype=joint.dtype)
