def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel - 1)
    return len(range(0, n + 2 * padding - reach, stride))
