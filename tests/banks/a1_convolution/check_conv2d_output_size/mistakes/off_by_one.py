# loses: kernel and padding; stride; dilation; inputs, types and random generator left alone
# hint: off by one
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride
