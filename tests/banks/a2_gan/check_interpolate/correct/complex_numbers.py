import torch


def interpolate(z0, z1, t):
    u, v = z0 / z0.norm(), z1 / z1.norm()
    across = v - (u @ v) * u
    w = across / across.norm().clamp(min=1e-300)
    there = torch.complex(u @ v, across.norm())
    turned = torch.polar(torch.ones_like(t), t * there.angle())
    return (turned.real[:, None] * u + turned.imag[:, None] * w) * (z0.norm() * (1 - t) + z1.norm() * t)[
        :, None
    ]
