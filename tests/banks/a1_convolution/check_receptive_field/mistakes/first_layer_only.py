# loses: stride 1; strides; inputs, types and random generator left alone
# hint: first layer only
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        return size
    return size
