"""CIE Lab against known colours, bins, soft encoding, annealed mean, the colourfulness term, the network's shapes."""

import math

import pytest
import torch
from torch.testing import assert_close

from course_lib import colorization as color

# sRGB 0..255 and its CIE Lab under D65 (B. Lindbloom's calculator)
KNOWN = [
    ((255, 255, 255), (100.0, 0.0, 0.0)),
    ((0, 0, 0), (0.0, 0.0, 0.0)),
    ((255, 0, 0), (53.2408, 80.0925, 67.2032)),
    ((0, 255, 0), (87.7347, -86.1827, 83.1793)),
    ((0, 0, 255), (32.2970, 79.1875, -107.8602)),
    ((119, 119, 119), (50.0344, 0.0, 0.0)),
]


@pytest.fixture
def rng():
    return torch.Generator().manual_seed(4)


def pixels(rows):
    return torch.tensor(rows, dtype=torch.float64).T[None, :, :, None]  # (1, 3, P, 1)


def test_lab_of_known_colours_and_back():
    rgb, lab = (pixels([pair[i] for pair in KNOWN]) for i in (0, 1))
    assert_close(color.rgb_to_lab(rgb / 127.5 - 1), lab, atol=0.02, rtol=0)
    assert_close(color.lab_to_rgb(lab), rgb / 127.5 - 1, atol=1e-3, rtol=0)


def test_lab_there_and_back_is_the_identity_and_greys_have_no_colour(rng):
    x = 2 * torch.rand(2, 3, 5, 7, generator=rng, dtype=torch.float64) - 1
    assert_close(color.lab_to_rgb(color.rgb_to_lab(x)), x)
    grey = x[:, :1].expand(-1, 3, -1, -1)
    assert_close(color.rgb_to_lab(grey)[:, 1:], torch.zeros(2, 2, 5, 7).double(), atol=1e-10, rtol=0)
    lab = color.rgb_to_lab(x)
    assert_close(color.recolor(lab[:, :1], lab[:, 1:]), x)


def test_gradients_reach_black_and_white():
    x = torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1).expand(-1, 3, -1, -1).clone().requires_grad_(True)
    color.rgb_to_lab(x).sum().backward()
    assert x.grad.isfinite().all()


def test_colours_off_the_screen_are_clipped_only_on_request():
    lab = pixels([(50.0, 0.0, -110.0)])  # a blue beyond every screen
    assert color.lab_to_rgb(lab).abs().max() == 1
    assert color.lab_to_rgb(lab, clip=False).abs().max() > 1


@pytest.mark.parametrize("spacing", [10.0, 16.0, 25.0])
def test_bins_are_a_grid_that_holds_grey_and_reaches_every_screen_colour(spacing, rng):
    bins = color.color_bins(spacing)
    assert (bins % spacing == 0).all()
    assert len(bins.unique(dim=0)) == len(bins)
    assert (bins == 0).all(1).any()
    x = 2 * torch.rand(1, 3, 40, 40, generator=rng) - 1
    ab = color.rgb_to_lab(x)[:, 1:].flatten(2)[0].T
    assert (
        torch.cdist(ab, bins).min(1).values.max() < 1.05 * spacing
    )  # at the rim a bit more than half a diagonal


def test_soft_encoding_is_the_gaussian_normalised(rng):
    bins = color.color_bins(30.0).double()
    ab = 60 * torch.rand(2, 2, 3, 4, generator=rng, dtype=torch.float64) - 30
    got = color.soft_encode(ab, bins, 12.0)
    assert_close(got.sum(1), torch.ones(2, 3, 4).double())
    weight = [math.exp(-((ab[1, :, 2, 3] - b).norm().item() ** 2) / (2 * 12.0**2)) for b in bins]
    assert_close(got[1, :, 2, 3], torch.tensor(weight).double() / sum(weight))


def test_annealed_mean_at_one_is_the_mean_and_near_zero_the_mode(rng):
    bins = color.color_bins(40.0).double()
    logits = torch.randn(2, len(bins), 3, 2, generator=rng, dtype=torch.float64)
    mean = torch.einsum("nqhw,qc->nchw", logits.softmax(1), bins)
    assert_close(color.annealed_mean(logits, bins, 1.0), mean)
    mode = bins[logits.argmax(1)].permute(0, 3, 1, 2)
    assert_close(color.annealed_mean(logits, bins, 1e-3), mode, atol=1e-6, rtol=0)
    sharp = logits.softmax(1) ** (1 / 0.38)
    expected = torch.einsum("nqhw,qc->nchw", sharp / sharp.sum(1, keepdim=True), bins)
    assert_close(color.annealed_mean(logits, bins, 0.38), expected)
    with pytest.raises(ValueError, match="temperature: got 0"):
        color.annealed_mean(logits, bins, 0)


def test_rebalancing_by_hand():
    prior = torch.tensor([0.5, 0.25, 0.25, 0.0], dtype=torch.float64)
    assert_close(color.rebalancing(prior, lam=1.0), torch.ones(4).double())
    raw = 1 / (prior / 2 + 1 / 8)  # 8/3, 4, 4, 8
    assert_close(color.rebalancing(prior), raw / (raw * prior).sum())
    weights = color.rebalancing(prior)
    assert_close((prior * weights).sum(), torch.tensor(1.0).double())  # the loss keeps its size
    assert weights[3] > weights[1] > weights[0]


def test_classification_loss_is_cross_entropy_and_weights_go_by_the_likeliest_bin(rng):
    logits = torch.randn(2, 5, 3, 4, generator=rng, dtype=torch.float64)
    target = torch.randn(2, 5, 3, 4, generator=rng, dtype=torch.float64).softmax(1)
    assert_close(color.classification_loss(logits, target), torch.nn.functional.cross_entropy(logits, target))
    weights = torch.tensor([0.5, 1.0, 2.0, 3.0, 0.1], dtype=torch.float64)
    label = torch.randint(5, (2, 3, 4), generator=rng)
    hard = torch.nn.functional.one_hot(label, 5).permute(0, 3, 1, 2).double()
    nats = torch.nn.functional.cross_entropy(logits, label, reduction="none")
    assert_close(color.classification_loss(logits, hard, weights), (nats * weights[label]).mean())


def test_the_best_logits_give_the_true_distribution(rng):
    """Cross-entropy has its minimum at the target: the gradient vanishes there and nowhere near."""
    target = torch.randn(1, 6, 2, 2, generator=rng, dtype=torch.float64).softmax(1)
    logits = target.log().requires_grad_(True)
    (gradient,) = torch.autograd.grad(color.classification_loss(logits, target), logits)
    assert_close(gradient, torch.zeros_like(target), atol=1e-12, rtol=0)
    (gradient,) = torch.autograd.grad(color.classification_loss(2 * logits, target), logits)
    assert gradient.abs().max() > 1e-3


def test_scores_by_hand():
    bins = torch.tensor([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    truth = torch.zeros(1, 2, 1, 4)
    truth[0, 0, 0] = torch.tensor([10.0, 10.0, 20.0, 0.0])
    ab = truth.clone()
    ab[0, 0, 0, :2] = 0.0
    where = torch.tensor([[[True, True, True, False]]])
    got = color.color_scores(ab, truth, where, bins)
    assert got["saturation"] == pytest.approx(20 / 40)
    assert got["error"] == pytest.approx(math.sqrt(200 / 3))
    assert got["histogram"] == pytest.approx(2 / 3)
    assert color.color_scores(truth, truth, where, bins) == {
        "saturation": 1.0,
        "error": 0.0,
        "histogram": 0.0,
    }


@pytest.mark.parametrize("size", [(8, 16), (32, 32)])
def test_network_shapes_and_what_a_pixel_may_depend_on(size, rng):
    network = color.ColorNet(7, base_channels=4).eval()
    x = (100 * torch.rand(2, 1, *size, generator=rng)).requires_grad_(True)
    y = network(x)
    assert y.shape == (2, 7, *size)
    (gradient,) = torch.autograd.grad(y[0].sum(), x)
    assert gradient[1].abs().max() == 0  # another picture of the batch
    assert gradient[0].abs().max() > 0
