r"""An unsteady hand: drawings displaced by a smooth random field of a known size. Lecture: 14_paired_translation."""

import torch
from torch.nn.functional import grid_sample, interpolate

KNOTS = 5  # the field is drawn at 5 x 5 places and smooth between them


def wobble(images, amount, rng):
    r"""Displace every image by a random field of its own; channels move together.

    Args:
        images: uint8 (N, C, H, W); what belongs together (a drawing and its truth) goes in as channels of one image.
        amount: standard deviation of the displacement, in pixels; 0 changes nothing.
        rng: torch.Generator of the fields.

    Returns:
        uint8 (N, C, H, W).
    """
    n, _, height, width = images.shape
    flow = interpolate(
        torch.randn(n, 2, KNOTS, KNOTS, generator=rng), (height, width), mode="bicubic", align_corners=True
    )
    flow = amount * flow / flow.flatten(1).std(1)[:, None, None, None]  # pixels
    flow = flow * torch.tensor([2 / (width - 1), 2 / (height - 1)])[:, None, None]  # grid_sample's units
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    places = torch.stack([columns, rows], -1) + flow.permute(0, 2, 3, 1)
    moved = grid_sample(images.float(), places, padding_mode="border", align_corners=True)
    return moved.round().clamp(0, 255).to(torch.uint8)
