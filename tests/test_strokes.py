"""The unsteady hand: how far it moves, what it keeps."""

import pytest
import torch

from course_lib.strokes import wobble


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def ramps(n=8, height=40, width=60):
    """Channel 0 is the column, channel 1 the row: a moved picture tells where each pixel came from."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([columns, rows]).to(torch.uint8).expand(n, -1, -1, -1)


def test_no_amount_no_change():
    x = torch.randint(0, 256, (3, 2, 9, 14), generator=rng(), dtype=torch.uint8)
    assert torch.equal(wobble(x, 0.0, rng(1)), x)


@pytest.mark.parametrize("amount", [1.0, 2.5])
def test_the_amount_is_the_standard_deviation_in_pixels(amount):
    x = ramps()
    moved = wobble(x, amount, rng(2)).float() - x.float()
    inside = moved[:, :, 10:-10, 10:-10]
    assert inside.square().mean().sqrt().item() == pytest.approx(amount, rel=0.2)
    assert inside.mean().abs() < amount / 2


def test_channels_move_together_and_neighbours_alike():
    x = torch.randint(0, 256, (2, 1, 30, 30), generator=rng(), dtype=torch.uint8)
    both = wobble(torch.cat([x, x], 1), 2.0, rng(3))
    assert torch.equal(both[:, 0], both[:, 1])
    place = wobble(ramps(), 2.0, rng(4)).float()[:, 0, 10:-10, 10:-10]
    assert place.diff(dim=2).abs().max() <= 3  # no tear: neighbours come from neighbouring places
    assert not torch.equal(both[0], wobble(torch.cat([x, x], 1), 2.0, rng(5))[0])
