# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: first of each
import torch


def attribute_vector(z, attribute):
    return z[attribute][0] - z[~attribute][0]
