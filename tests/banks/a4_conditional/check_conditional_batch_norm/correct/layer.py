import torch


def conditional_batch_norm(x, y, gain, bias, running_mean, running_var, training):
    norm = torch.nn.BatchNorm2d(x.shape[1], affine=False).to(x)
    norm.running_mean.copy_(running_mean.detach())
    norm.running_var.copy_(running_var.detach())
    norm.train(training)
    out = torch.einsum("nc,nchw->nchw", gain[y], norm(x)) + bias[y].unsqueeze(-1).unsqueeze(-1)
    return out, norm.running_mean, norm.running_var
