import torch


def conv2d(x, weight, bias, stride=1, padding=0):
    n, c, height, width = x.shape
    f, _, k_h, k_w = weight.shape
    h_out = (height + 2 * padding - k_h) // stride + 1
    w_out = (width + 2 * padding - k_w) // stride + 1
    planes = []
    for a in range(n):
        for o in range(f):
            for i in range(h_out):
                for j in range(w_out):
                    total = x.new_zeros(()) if bias is None else bias[o]
                    top, left = i * stride - padding, j * stride - padding
                    u0, u1 = max(0, -top), min(k_h, height - top)
                    v0, v1 = max(0, -left), min(k_w, width - left)
                    if u0 < u1 and v0 < v1:
                        part = x[a, :, top + u0 : top + u1, left + v0 : left + v1]
                        total = total + (part * weight[o, :, u0:u1, v0:v1]).sum()
                    planes.append(total)
    return torch.stack(planes).reshape(n, f, h_out, w_out)
