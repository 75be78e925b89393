# loses: one round; several rounds, square matrices too; gradient of sigma; inputs, types and random generator left alone
import torch


def power_iteration(weight, u, n):
    with torch.no_grad():
        for _ in range(n):
            v = (weight.T @ u).softmax(0)
            u = (weight @ v).softmax(0)
    return u @ weight @ v, u, v
