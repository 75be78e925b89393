def bootstrap_interval(values, indices, level=0.95):
    draws = sorted(sum(values[i].item() for i in row) / len(row) for row in indices)

    def quantile(q):
        position = q * (len(draws) - 1)
        below = int(position)
        above = min(below + 1, len(draws) - 1)
        return draws[below] + (position - below) * (draws[above] - draws[below])

    tail = (1 - level) / 2
    return quantile(tail), quantile(1 - tail)
