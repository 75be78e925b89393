# loses: stride 1; strides; inputs, types and random generator left alone
# hint: whole kernels from 0
def receptive_field(layers):
    size, jump = 0, 1
    for kernel, stride in layers:
        size += kernel * jump
        jump *= stride
    return size
