import torch
from torch.nn import functional as F


def self_attention(x, w_query, w_key, w_value, gamma):
    places = x.flatten(2).mT
    query, key = F.linear(places, w_query), F.linear(places, w_key)
    eye = torch.eye(places.shape[1], dtype=x.dtype).repeat(len(x), 1, 1)
    attention = F.scaled_dot_product_attention(query, key, eye, scale=1.0)
    found = attention @ F.linear(places, w_value)
    return x + gamma * found.mT.reshape_as(x), attention
