# loses: kernel and padding; stride
# hint: padding once
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return (n + padding - dilation * (kernel - 1) - 1) // stride + 1
