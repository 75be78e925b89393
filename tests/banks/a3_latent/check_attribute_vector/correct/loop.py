import torch


def attribute_vector(z, attribute):
    sums, counts = z.new_zeros(2, z.shape[1]), [0, 0]
    for code, has in zip(z, attribute.tolist()):
        sums[int(has)] += code
        counts[int(has)] += 1
    return sums[1] / counts[1] - sums[0] / counts[0]
