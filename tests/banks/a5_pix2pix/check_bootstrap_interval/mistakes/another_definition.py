# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: n instead of n - 1
import numpy


def bootstrap_interval(values, indices, level=0.95):
    draws = values.numpy()[indices.numpy()].mean(axis=1)
    low, high = numpy.quantile(draws, [(1 - level) / 2, (1 + level) / 2], method="hazen")
    return float(low), float(high)
