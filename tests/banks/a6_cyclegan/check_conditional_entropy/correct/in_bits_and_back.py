import math

import torch


def conditional_entropy(joint):
    def bits(p):
        p = p[p > 0]
        return -(p * torch.log2(p)).sum()

    return math.log(2) * (bits(joint.flatten()) - bits(joint.sum(0)))
