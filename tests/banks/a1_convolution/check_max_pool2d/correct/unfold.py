def max_pool2d(x, kernel, stride=None):
    stride = kernel if stride is None else stride
    return x.unfold(2, kernel, stride).unfold(3, kernel, stride).amax((-2, -1))
