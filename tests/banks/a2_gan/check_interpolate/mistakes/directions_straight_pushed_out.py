# loses: codes of equal length; codes of different lengths
# hint: straight between directions, pushed out
def interpolate(z0, z1, t):
    u, v = z0 / z0.norm(), z1 / z1.norm()
    path = u + t[:, None] * (v - u)
    length = z0.norm() + t * (z1.norm() - z0.norm())
    return path / path.norm(dim=1, keepdim=True) * length[:, None]
