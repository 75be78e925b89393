import torch


def power_iteration(weight, u, n):
    u = u.clone().detach()
    done = 0
    while done < n:
        v = torch.einsum("oi,o->i", weight.detach(), u)
        v /= v.square().sum().sqrt()
        u = torch.einsum("oi,i->o", weight.detach(), v)
        u /= u.square().sum().sqrt()
        done += 1
    return torch.einsum("oi,o,i", weight, u, v), u, v
