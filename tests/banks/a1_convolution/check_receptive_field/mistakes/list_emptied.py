# loses: inputs, types and random generator left alone
def receptive_field(layers):
    size = 1
    while layers:
        kernel, stride = layers.pop()
        size = (size - 1) * stride + kernel
    return size
