import torch
from torch.nn import functional as F


def self_attention(x, w_query, w_key, w_value, gamma):
    n, c, h, w = x.shape
    query, key, value = (
        F.conv2d(x, m[:, :, None, None]).view(n, -1, h * w) for m in (w_query, w_key, w_value)
    )
    attention = torch.softmax(torch.bmm(query.transpose(1, 2), key), dim=-1)
    found = torch.bmm(value, attention.transpose(1, 2)).view(n, c, h, w)
    return gamma * found + x, attention
