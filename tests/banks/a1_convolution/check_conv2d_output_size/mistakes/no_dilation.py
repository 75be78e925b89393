# loses: dilation
# hint: no dilation
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - kernel) // stride + 1
