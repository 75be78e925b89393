import torch
import torch.nn.functional as F


def conv2d_backward(grad_output, x, weight, stride=1, padding=0):
    kernel = weight.shape[2:]
    columns = F.unfold(x, kernel, padding=padding, stride=stride)
    g = grad_output.flatten(2)
    grad_weight = torch.einsum("nfp,nkp->fk", g, columns).reshape(weight.shape)
    grad_x = F.fold(weight.flatten(1).T @ g, x.shape[2:], kernel, padding=padding, stride=stride)
    return grad_x, grad_weight, g.sum((0, 2))
