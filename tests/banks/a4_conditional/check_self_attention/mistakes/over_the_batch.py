# loses: attention; out; as many channels as queries, as many places; gamma 0, and scores of several hundred; gradients; inputs, types and random generator left alone
# hint: softmax over the batch
def self_attention(x, w_query, w_key, w_value, gamma):
    places = x.flatten(2)
    query, key, value = w_query @ places, w_key @ places, w_value @ places
    scores = query.mT @ key
    attention = scores.softmax(0)
    found = value @ attention.mT
    return x + gamma * found.reshape(x.shape), attention
