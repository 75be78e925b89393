# loses: codes of equal length; codes of different lengths; codes of one direction; inputs, types and random generator left alone
def interpolate(z0, z1, t):
    path = z0 + t[:, None] * (z1 - z0)
    return path.numpy()
