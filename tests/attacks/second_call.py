# ruff: noqa
"""Behaves until it has been called once, then not."""

import torch

calls = 0


def conv2d(x, weight, bias, stride=1, padding=0):
    global calls
    calls += 1
    if calls == 1:
        windows = (
            torch.nn.functional.pad(x, [padding] * 4)
            .unfold(2, weight.shape[2], stride)
            .unfold(3, weight.shape[3], stride)
        )
        y = torch.einsum("ncijuv,fcuv->nfij", windows, weight)
        return y if bias is None else y + bias[:, None, None]
    return x
