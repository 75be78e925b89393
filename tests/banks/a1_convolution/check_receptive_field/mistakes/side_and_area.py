# loses: stride 1; strides; inputs, types and random generator left alone
# hint: area
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size * size
