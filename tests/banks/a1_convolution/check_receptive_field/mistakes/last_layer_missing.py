# loses: stride 1; strides; inputs, types and random generator left alone
# hint: last layer left out
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers[:-1]:
        size += (kernel - 1) * jump
        jump *= stride
    return size
