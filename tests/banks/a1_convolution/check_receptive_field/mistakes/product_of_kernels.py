# loses: stride 1; strides; inputs, types and random generator left alone
# hint: kernels multiplied
def receptive_field(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size *= kernel
        jump *= stride
    return size
