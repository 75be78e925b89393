# loses: stride 1; strides; inputs, types and random generator left alone
# hint: starts at 0
def receptive_field(layers):
    size, jump = 0, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size
