import torch


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0):
    height = stride * (x.shape[2] - 1) + weight.shape[2]
    width = stride * (x.shape[3] - 1) + weight.shape[3]

    def gather(image):
        windows = image.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
        return torch.einsum("nfijuv,cfuv->ncij", windows, weight)

    y = torch.func.vjp(gather, x.new_zeros(len(x), weight.shape[1], height, width))[1](x)[0]
    y = y[:, :, padding : height - padding, padding : width - padding]
    return y if bias is None else y + bias[:, None, None]
