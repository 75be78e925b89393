# loses: gamma 0, and scores of several hundred
# hint: softmax by hand
def self_attention(x, w_query, w_key, w_value, gamma):
    places = x.flatten(2)
    query, key, value = w_query @ places, w_key @ places, w_value @ places
    scores = query.mT @ key
    attention = scores.exp() / scores.exp().sum(2, keepdim=True)
    found = value @ attention.mT
    return x + gamma * found.reshape(x.shape), attention
