# loses: codes of equal length; codes of different lengths; codes of one direction; inputs, types and random generator left alone
# hint: straight where not needed
def interpolate(z0, z1, t):
    return z0 + t * (z1 - z0)
