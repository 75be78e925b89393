# loses: stride
# hint: rounded
def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    return round((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1
