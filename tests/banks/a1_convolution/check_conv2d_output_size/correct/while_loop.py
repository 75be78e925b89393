def conv2d_output_size(n, kernel, stride=1, padding=0, dilation=1):
    last, count = -padding + dilation * (kernel - 1), 0
    while last < n + padding:
        count, last = count + 1, last + stride
    return count
