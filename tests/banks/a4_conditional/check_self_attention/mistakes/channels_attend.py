# loses: attention; out; as many channels as queries, as many places; gamma 0, and scores of several hundred; gradients; inputs, types and random generator left alone
# hint: channels attend
def self_attention(x, w_query, w_key, w_value, gamma):
    p = x.flatten(2)
    q, k, v = w_query @ p, w_key @ p, w_value @ p
    attention = (q @ k.mT).softmax(2)
    return x + gamma * (attention @ v).view_as(x), attention
