# loses: attention; out; as many channels as queries, as many places; gamma 0, and scores of several hundred; gradients; inputs, types and random generator left alone
# hint: unfolded without moving the channels
def self_attention(x, w_query, w_key, w_value, gamma):
    n, c, h, w = x.shape
    p = x.reshape(n, h * w, c)
    attention = ((p @ w_query.T) @ (p @ w_key.T).mT).softmax(2)
    found = attention @ (p @ w_value.T)
    return x + gamma * found.reshape(x.shape), attention
