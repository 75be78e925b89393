# loses: strides
# hint: from the wrong end
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in reversed(layers):
        size += (kernel - 1) * jump
        jump *= stride
    return size
