# loses: intervals of 95 %; other levels; inputs, types and random generator left alone
# hint: textbook
def bootstrap_interval(values, indices, level=0.95):
    error = values.std() / len(values) ** 0.5
    return (values.mean() - 1.96 * error).item(), (values.mean() + 1.96 * error).item()
