# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: normal
from statistics import NormalDist


def bootstrap_interval(values, indices, level=0.95):
    means = values[indices].mean(1)
    z = NormalDist().inv_cdf((1 + level) / 2)
    return (means.mean() - z * means.std()).item(), (means.mean() + z * means.std()).item()
