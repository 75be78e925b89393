# loses: codes of equal length; codes of different lengths
# hint: straight
def interpolate(z0, z1, t):
    return z0 + t[:, None] * (z1 - z0)
