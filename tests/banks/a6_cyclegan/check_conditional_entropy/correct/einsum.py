import torch


def conditional_entropy(joint):
    p_z = torch.einsum("xz->z", joint)
    safe = torch.where(p_z > 0, p_z, torch.ones_like(p_z))
    given = torch.einsum("xz,z->xz", joint, 1 / safe)
    logs = torch.where(given > 0, given, torch.ones_like(given)).log()
    return -torch.einsum("xz,xz->", joint, logs)
