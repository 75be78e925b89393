# loses: attention; out; as many channels as queries, as many places; gamma 0, and scores of several hundred; gradients; inputs, types and random generator left alone
# hint: scaled
import torch
from torch.nn import functional as F


def self_attention(x, w_query, w_key, w_value, gamma):
    p = x.flatten(2).mT
    q, k, v = p @ w_query.T, p @ w_key.T, p @ w_value.T
    eye = torch.eye(p.shape[1], dtype=x.dtype).repeat(len(x), 1, 1)
    attention = F.scaled_dot_product_attention(q, k, eye)
    return x + gamma * (attention @ v).mT.reshape(x.shape), attention
