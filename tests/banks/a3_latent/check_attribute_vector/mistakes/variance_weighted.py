# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
import torch


def attribute_vector(z, attribute):
    with_it, without = z[attribute], z[~attribute]
    v = with_it.mean(0) - without.mean(0)
    return v / (with_it.var(0) + without.var(0))
