# loses: as many with as without; few with it, or few without; inputs, types and random generator left alone
# hint: divided by all
import torch


def attribute_vector(z, attribute):
    sign = torch.where(attribute, 1.0, -1.0).to(z)
    return (sign[:, None] * z).mean(0)
