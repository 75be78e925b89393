# loses: few with it, or few without
# hint: pairs
import torch


def attribute_vector(z, attribute):
    return (z[attribute] - z[~attribute]).mean(0)
