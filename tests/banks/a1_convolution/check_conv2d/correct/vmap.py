import torch
from torch.nn.functional import pad


def conv2d(x, weight, bias, stride=1, padding=0):
    x = pad(x, [padding] * 4)

    def respond(image, kernel):
        windows = image.unfold(1, kernel.shape[1], stride).unfold(2, kernel.shape[2], stride)
        return (windows * kernel[:, None, None]).sum((0, 3, 4))

    y = torch.vmap(lambda image: torch.vmap(lambda kernel: respond(image, kernel))(weight))(x)
    return y if bias is None else y + bias[:, None, None]
