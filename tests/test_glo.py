"""Generative latent optimisation and the principal components it is measured against."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib import glo


@pytest.fixture
def rng():
    return torch.Generator().manual_seed(6)


class Linear(nn.Module):
    """A linear generator, for which the best codes are known."""

    def __init__(self, mean, directions, shape):
        super().__init__()
        self.mean, self.directions = nn.Parameter(mean), nn.Parameter(directions)
        self.shape = shape

    def forward(self, z):
        return (self.mean + z @ self.directions).view(-1, *self.shape)


def test_codes_start_in_the_ball_and_keep_what_is_inside(rng):
    start = torch.randn(50, 3, generator=rng)
    lengths, kept = start.norm(dim=1), glo.Codes(start).weight.detach()
    assert (lengths < 1).any()
    assert (lengths > 1).any()
    assert_close(kept[lengths < 1], start[lengths < 1])
    assert_close(kept[lengths > 1], start[lengths > 1] / lengths[lengths > 1, None])


def test_a_step_moves_the_batch_and_no_other_code(rng):
    generator = Linear(torch.zeros(6), torch.randn(2, 6, generator=rng), (1, 2, 3))
    codes = glo.Codes(0.3 * torch.randn(9, 2, generator=rng))
    opt_g, opt_z = (
        torch.optim.SGD(generator.parameters(), 0.1),
        torch.optim.SparseAdam(codes.parameters(), 5.0),
    )
    for chosen in ([7, 2], [3, 5], [2, 7]):  # no momentum may move the others at a later step
        index = torch.tensor(chosen)
        before, weights = codes.weight.detach().clone(), generator.directions.detach().clone()
        glo.glo_step(generator, codes, opt_g, opt_z, torch.randn(2, 1, 2, 3, generator=rng), index)
        moved = (codes.weight.detach() != before).any(dim=1).nonzero().flatten()
        assert moved.tolist() == sorted(chosen)
        assert not torch.equal(generator.directions, weights)
        assert codes.weight.detach().norm(dim=1).max() <= 1 + 1e-6  # though the step of 5 left the ball


def test_step_returns_the_loss_before_the_step(rng):
    generator = Linear(torch.zeros(6), torch.randn(2, 6, generator=rng), (1, 2, 3))
    codes, images = glo.Codes(0.1 * torch.randn(4, 2, generator=rng)), torch.randn(4, 1, 2, 3, generator=rng)
    expected = (generator(codes.weight) - images).pow(2).mean().detach()
    optimizers = torch.optim.SGD(generator.parameters(), 0.1), torch.optim.SparseAdam(codes.parameters(), 0.1)
    got = glo.glo_step(generator, codes, *optimizers, images, torch.arange(4))
    assert_close(got["loss"], expected)
    assert not got["loss"].requires_grad


def test_fitted_codes_are_the_projection_where_that_lies_in_the_ball(rng):
    directions = torch.linalg.qr(torch.randn(12, 3, generator=rng, dtype=torch.float64)).Q.T
    mean = torch.randn(12, generator=rng, dtype=torch.float64)
    best = 0.4 * torch.randn(5, 3, generator=rng, dtype=torch.float64).clamp(-1, 1)
    away = torch.randn(5, 12, generator=rng, dtype=torch.float64)
    away -= away @ directions.T @ directions  # what no code can reach
    images = (mean + best @ directions + away).view(5, 1, 3, 4)
    generator = Linear(mean, directions, (1, 3, 4))
    found = glo.fit_codes(generator, images, torch.zeros(5, 3, dtype=torch.float64), 400)
    assert_close(found, best, atol=1e-3, rtol=0)
    assert generator.directions.grad is None
    far = (mean + torch.tensor([[3.0, 0, 0]], dtype=torch.float64) @ directions).view(1, 1, 3, 4)
    found = glo.fit_codes(generator, far, torch.zeros(1, 3, dtype=torch.float64), 200)
    assert_close(found, torch.tensor([[1.0, 0, 0]], dtype=torch.float64), atol=1e-3, rtol=0)


def test_fit_leaves_its_start_alone(rng):
    generator = Linear(torch.zeros(6), torch.randn(2, 6, generator=rng), (1, 2, 3))
    start = torch.zeros(4, 2)
    glo.fit_codes(generator, torch.randn(4, 1, 2, 3, generator=rng), start, 5)
    assert_close(start, torch.zeros(4, 2), rtol=0, atol=0)


def test_components_are_the_eigenvectors_of_the_covariance(rng):
    x = torch.randn(40, 1, 3, 4, generator=rng, dtype=torch.float64) * torch.arange(1.0, 13).view(1, 1, 3, 4)
    mean, directions = glo.principal_components(x, 5)
    assert_close(mean, x.flatten(1).mean(0))
    assert_close(directions @ directions.T, torch.eye(5, dtype=torch.float64))
    values = torch.linalg.eigvalsh(torch.cov(x.flatten(1).T)).flip(0)
    assert_close(glo.encode(x, mean, directions).var(0), values[:5])


def test_reconstruction_error_is_the_variance_left_out(rng):
    x = torch.randn(30, 1, 3, 3, generator=rng, dtype=torch.float64)
    values = torch.linalg.eigvalsh(torch.cov(x.flatten(1).T)).flip(0)
    for n in (1, 4, 9):
        left = (
            (glo.through_components(x, *glo.principal_components(x, n)) - x).square().flatten(1).sum(1).mean()
        )
        assert_close(left, values[n:].sum() * 29 / 30)


@pytest.mark.parametrize("n", [0, 8])
def test_impossible_numbers_of_components_say_so(n):
    with pytest.raises(ValueError, match=f"n: got {n}, expected 1 to 7"):
        glo.principal_components(torch.zeros(7, 1, 3, 4), n)


def test_psnr_by_hand():
    x = torch.zeros(2, 1, 2, 2)
    assert_close(glo.psnr(x, x + 0.2), torch.tensor(20.0))  # 10 log10(4 / .04)
    assert_close(glo.psnr(x, x + 0.1, peak=1.0), torch.tensor(20.0))
    half = x.clone()
    half[0] = 0.2  # one perfect image does not hide the other: the error is averaged before the logarithm
    assert_close(glo.psnr(x, half), torch.tensor(23.0103), atol=1e-4, rtol=0)
    with pytest.raises(ValueError, match="expected equal ones"):
        glo.psnr(x, x[:1])
