# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
# hint: the true value
import torch


def power_iteration(weight, u, n):
    a, s, b = torch.linalg.svd(weight, full_matrices=False)
    return s[0], a[:, 0].detach(), b[0].detach()
