"""Projection: against closed forms on linear generators, where least squares is the answer."""

import pytest
import torch

from course_lib import dcgan, lbfgs
from course_lib.projection import (
    feature_loss,
    pixel_loss,
    project_by_lbfgs,
    project_by_optimization,
    project_hybrid,
    project_with_restarts,
)

C, H, W, D = 2, 3, 5, 4


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=rng(seed), dtype=torch.float64)


class Linear(torch.nn.Module):
    """G(z) = A z + b, as images; the nearest code is least squares."""

    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(draw(C * H * W, D, seed=1))
        self.b = torch.nn.Parameter(draw(C * H * W, seed=2))

    def forward(self, z):
        return (z @ self.a.T + self.b).view(-1, C, H, W)

    def solve(self, x):
        with torch.no_grad():
            return torch.linalg.lstsq(self.a, (x.flatten(1) - self.b).T).solution.T


@pytest.fixture
def generator():
    return Linear()


def test_pixel_loss_is_kept_per_image():
    x, y = draw(3, C, H, W), draw(3, C, H, W, seed=1)
    by_hand = torch.stack([((y[i] - x[i]) ** 2).sum() / (C * H * W) for i in range(3)])
    torch.testing.assert_close(pixel_loss(y, x), by_hand)


def test_pixel_loss_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"got shapes \(3, 2, 3, 5\) and \(1, 2, 3, 5\)"):
        pixel_loss(draw(3, C, H, W), draw(1, C, H, W))


def test_feature_loss_adds_the_weighted_error_of_the_features():
    x, y = draw(3, C, H, W), draw(3, C, H, W, seed=1)
    got = feature_loss(lambda images: images.mean((2, 3)), weight=7.0)(y, x)
    expected = pixel_loss(y, x) + 7.0 * ((y.mean((2, 3)) - x.mean((2, 3))) ** 2).mean(1)
    torch.testing.assert_close(got, expected)


def test_features_pull_the_code_as_one_more_row_of_least_squares(generator):
    """Where the feature is the image's mean, the loss is least squares with a row for the mean."""
    x, weight = draw(3, C, H, W, seed=5), 5.0
    loss = feature_loss(lambda images: images.mean((1, 2, 3))[:, None], weight)
    z, _ = project_by_lbfgs(generator, x, torch.zeros(3, D, dtype=torch.float64), 100, loss)
    pixels = C * H * W
    with torch.no_grad():
        rows = torch.cat([generator.a / pixels**0.5, weight**0.5 * generator.a.mean(0, keepdim=True)])
        wanted = (x.flatten(1) - generator.b).T
        wanted = torch.cat([wanted / pixels**0.5, weight**0.5 * wanted.mean(0, keepdim=True)])
        torch.testing.assert_close(z, torch.linalg.lstsq(rows, wanted).solution.T, atol=1e-5, rtol=0)
    assert ((z - generator.solve(x)).norm(dim=1) > 0.01).all()  # the pixels alone want something else


@pytest.mark.parametrize("project", ["adam", "lbfgs"])
def test_the_nearest_image_of_a_linear_generator_is_least_squares(generator, project):
    x = draw(3, C, H, W, seed=5)
    start = draw(3, D, seed=6)
    if project == "adam":
        z, loss = project_by_optimization(generator, x, start, 3000, lr=0.05)
    else:
        z, loss = project_by_lbfgs(generator, x, start, 60)
    best = generator.solve(x)
    torch.testing.assert_close(z, best, atol=1e-6, rtol=0)
    torch.testing.assert_close(loss, pixel_loss(generator(best), x).detach())


def test_one_step_of_adam_by_hand(generator):
    """Adam's first step moves each component by lr against the sign of its gradient."""
    x, start = draw(3, C, H, W, seed=5), draw(3, D, seed=6)
    z, loss = project_by_optimization(generator, x, start, 1, lr=0.25)
    with torch.no_grad():
        slope = (generator(start) - x).flatten(1) @ generator.a
        torch.testing.assert_close(z, start - 0.25 * slope.sign(), atol=1e-6, rtol=0)
        torch.testing.assert_close(
            loss, pixel_loss(generator(z), x)
        )  # of the code returned, not of the one before


@pytest.mark.parametrize("project", [project_by_optimization, project_by_lbfgs])
def test_an_image_s_projection_does_not_depend_on_its_batch(generator, project):
    x, start = draw(4, C, H, W, seed=5), draw(4, D, seed=6)
    together, loss = project(generator, x, start, 15)
    for i in range(4):
        alone, one = project(generator, x[i : i + 1], start[i : i + 1], 15)
        torch.testing.assert_close(together[i], alone[0])
        torch.testing.assert_close(loss[i], one[0])


def test_the_batch_is_summed_not_averaged(generator):
    """Adam hides the factor unless gradients are as small as its epsilon, 1e-8: so make them that small."""
    x, start = draw(4, C, H, W, seed=5), draw(4, D, seed=6)

    def faint(y, x):
        return 1e-8 * pixel_loss(y, x)

    together, _ = project_by_optimization(generator, x, start, 5, loss=faint)
    alone, _ = project_by_optimization(generator, x[:1], start[:1], 5, loss=faint)
    torch.testing.assert_close(together[:1], alone)


@pytest.mark.parametrize("project", [project_by_optimization, project_by_lbfgs])
def test_nothing_but_the_code_moves(generator, project):
    x, start = draw(2, C, H, W), draw(2, D)
    before, weights = start.clone(), [p.clone() for p in generator.parameters()]
    z, loss = project(generator, x, start, 3)
    torch.testing.assert_close(start, before)
    torch.testing.assert_close(list(generator.parameters()), weights)
    assert all(p.grad is None for p in generator.parameters())
    assert not z.requires_grad
    assert not loss.requires_grad


def test_zero_steps_return_the_start_and_its_loss(generator):
    x, start = draw(2, C, H, W), draw(2, D)
    for project in (project_by_optimization, project_by_lbfgs):
        z, loss = project(generator, x, start, 0)
        torch.testing.assert_close(z, start)
        torch.testing.assert_close(loss, pixel_loss(generator(start), x).detach())


def test_restarts_keep_the_best_end_of_each_image():
    """|z| has two mirrored optima and a cliff at 0 for Adam: which start wins differs from image to image."""

    def generator(z):  # from below 0 there is no way up: the image is then the constant -1
        return torch.where(z > 0, z, -1 + 0 * z)[:, :, None, None]

    x = torch.tensor([[0.5], [2.0]], dtype=torch.float64)[:, :, None, None]
    starts = torch.tensor([[[-1.0], [1.9]], [[0.4], [-1.0]]], dtype=torch.float64)  # (R, N, d)
    z, loss, every = project_with_restarts(generator, x, starts, 400, lr=0.05)
    torch.testing.assert_close(z, torch.tensor([[0.5], [2.0]], dtype=torch.float64), atol=1e-4, rtol=0)
    torch.testing.assert_close(every[0, 0], torch.tensor(1.5**2, dtype=torch.float64))
    torch.testing.assert_close(every[1, 1], torch.tensor(3.0**2, dtype=torch.float64))
    torch.testing.assert_close(loss, every.amin(0))


def test_the_hybrid_begins_where_the_encoder_points(generator):
    x = draw(3, C, H, W, seed=5)
    encoder = generator.solve  # a perfect one
    z, _ = project_hybrid(generator, encoder, x, 0)
    torch.testing.assert_close(z, encoder(x))
    shifted, from_shifted = project_hybrid(generator, lambda x: encoder(x) + 1, x, 40)
    assert (from_shifted < pixel_loss(generator(encoder(x) + 1), x)).all()
    expected, _ = project_by_optimization(generator, x, encoder(x) + 1, 40, lr=0.03)
    torch.testing.assert_close(shifted, expected)


def test_a_fake_s_own_code_is_found_again_by_a_convolutional_generator():
    generator = dcgan.Generator(3, 4, 1, 8, rng=rng()).double().eval().requires_grad_(False)
    for module in generator.modules():  # an untrained DCGAN is nearly constant: give it contrast
        if isinstance(module, torch.nn.ConvTranspose2d):
            module.weight.mul_(20)
    x = generator(draw(4, 3, seed=3))
    _, loss = project_by_lbfgs(generator, x, draw(4, 3, seed=3) + 0.1, 60)
    assert (loss < 1e-10).all()


# --- L-BFGS


def rosenbrock(z):
    return (1 - z[:, 0]) ** 2 + 100 * (z[:, 1] - z[:, 0] ** 2) ** 2


def test_lbfgs_walks_down_the_curved_valley():
    start = torch.tensor([[-1.2, 1.0], [3.0, -4.0], [0.0, 5.0]], dtype=torch.float64)
    z, value = lbfgs.minimize(rosenbrock, start, 200)
    torch.testing.assert_close(z, torch.ones_like(z), atol=1e-5, rtol=0)
    assert (value < 1e-10).all()


def test_lbfgs_never_ends_above_its_start_even_on_a_cliff():
    def loss(z):  # the full step leads into NaN for the second row
        return torch.where(z[:, 0] < 0.2, z.new_tensor(torch.nan), z[:, 0] ** 2)

    start = torch.tensor([[4.0], [0.5]], dtype=torch.float64)
    _, value = lbfgs.minimize(loss, start, 30)
    assert (value <= loss(start)).all()
    assert value.isfinite().all()


def test_lbfgs_rows_of_very_different_scale_do_not_disturb_each_other():
    scale = torch.tensor([1e-4, 1.0, 1e4], dtype=torch.float64)
    target = draw(3, 6)
    z, _ = lbfgs.minimize(lambda z: scale * (z - target).square().sum(1), torch.zeros(3, 6).double(), 20)
    torch.testing.assert_close(z, target, atol=1e-6, rtol=0)


def test_lbfgs_agrees_with_scipy_s_on_a_quadratic_of_six_dimensions():
    import scipy.optimize

    root = draw(6, 6, seed=7)
    a, b = root @ root.T + torch.eye(6, dtype=torch.float64), draw(6, seed=8)
    z, value = lbfgs.minimize(
        lambda z: ((z @ a) * z).sum(1) / 2 - z @ b, torch.zeros(1, 6, dtype=torch.float64), 60
    )
    theirs = scipy.optimize.minimize(
        lambda v: (v @ a.numpy() @ v / 2 - v @ b.numpy(), a.numpy() @ v - b.numpy()),
        torch.zeros(6).numpy(),
        jac=True,
        method="L-BFGS-B",
        tol=1e-14,
    )
    torch.testing.assert_close(z[0], torch.linalg.solve(a, b), atol=1e-6, rtol=0)
    torch.testing.assert_close(value[0].item(), float(theirs.fun), atol=1e-8, rtol=0)
