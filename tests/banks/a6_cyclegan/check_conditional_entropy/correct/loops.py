import math

import torch


def conditional_entropy(joint):
    total = 0.0
    for z in range(joint.shape[1]):
        mass = float(joint[:, z].sum())
        for x in range(joint.shape[0]):
            p = float(joint[x, z])
            if p > 0:
                total -= p * math.log(p / mass)
    return torch.tensor(total, dtype=joint.dtype)
