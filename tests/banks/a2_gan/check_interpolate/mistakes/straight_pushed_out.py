# loses: codes of equal length; codes of different lengths
# hint: straight, pushed out
def interpolate(z0, z1, t):
    path = z0 + t[:, None] * (z1 - z0)
    length = z0.norm() + t * (z1.norm() - z0.norm())
    return path / path.norm(dim=1, keepdim=True) * length[:, None]
