import numpy


def bootstrap_interval(values, indices, level=0.95):
    draws = values.numpy()[indices.numpy()].mean(axis=1)
    low, high = numpy.percentile(draws, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)
