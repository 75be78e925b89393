"""course_lib.conditional: torch's layers and hand-worked values as oracles; what the class may and may not move."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import batch_norm
from torch.testing import assert_close

from course_lib import dcgan
from course_lib.conditional import (
    Captions,
    ConcatDiscriminator,
    ConcatGenerator,
    ConditionalBatchNorm2d,
    NormGenerator,
    ProjectionDiscriminator,
    ProjectionHead,
    cgan_step,
    concat_class,
    conditional_batch_norm,
    projection_logit,
    truncated_normal,
)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def moments(c, seed=7):
    return normal(c, seed=seed), 0.5 + normal(c, seed=seed + 1).square()


# --- concatenation ------------------------------------------------------------------------------------
def test_concat_class_by_hand():
    z, y = torch.tensor([[0.5, -1.0], [2.0, 3.0]]), torch.tensor([2, 0])
    assert_close(concat_class(z, y, 3), torch.tensor([[0.5, -1, 0, 0, 1], [2, 3, 1, 0, 0]]))


def test_concat_class_gives_an_image_constant_channels():
    x, y = normal(2, 3, 4, 5), torch.tensor([1, 3])
    out = concat_class(x, y, 4)
    assert out.shape == (2, 7, 4, 5)
    assert_close(out[:, :3], x, rtol=0, atol=0)
    assert_close(out[:, 3:].mean((2, 3)), torch.eye(4, dtype=torch.float64)[y])
    assert_close(out[:, 3:].std((2, 3)), torch.zeros(2, 4, dtype=torch.float64))


def test_a_class_is_a_bias_of_the_layer_that_follows():
    layer, z = nn.Linear(5 + 3, 4).double(), normal(1, 5)
    for y in range(3):
        with_class = layer(concat_class(z, torch.tensor([y]), 3))
        alone = z @ layer.weight[:, :5].T + layer.bias
        assert_close(with_class - alone, layer.weight[:, 5 + y][None])


@pytest.mark.parametrize(
    "y", [torch.tensor([0, 3]), torch.tensor([-1, 0]), torch.tensor([[0], [1]]), torch.ones(2)]
)
def test_classes_that_do_not_exist_are_refused(y):
    with pytest.raises(ValueError, match="y: got"):
        concat_class(normal(2, 2), y, 3)


# --- conditional batch normalisation ------------------------------------------------------------------
@pytest.mark.parametrize("training", [True, False])
def test_with_one_class_it_is_torch_batch_norm(training):
    x, (mean, var), gain, bias = normal(5, 3, 2, 4), moments(3), normal(1, 3, seed=1), normal(1, 3, seed=2)
    kept = mean.clone(), var.clone()
    out, new_mean, new_var = conditional_batch_norm(
        x, torch.zeros(5, dtype=torch.int64), gain, bias, mean, var, training
    )
    assert_close((mean, var), kept, rtol=0, atol=0)
    assert_close(out, batch_norm(x, *kept, gain[0], bias[0], training))
    assert_close((new_mean, new_var), kept)  # batch_norm has moved them in place


def test_only_gain_and_bias_move_with_the_class():
    """Normalised values and running statistics know no class: undoing gain and bias gives the same for any y."""
    x, (mean, var), gain, bias = (
        normal(6, 3, 4, 4),
        moments(3),
        0.5 + normal(4, 3).square(),
        normal(4, 3, seed=2),
    )
    plain, statistics = [], []
    for y in (torch.tensor([0, 1, 2, 3, 0, 1]), torch.tensor([3, 3, 3, 3, 3, 0])):
        out, *moved = conditional_batch_norm(x, y, gain, bias, mean, var, True)
        plain.append((out - bias[y][:, :, None, None]) / gain[y][:, :, None, None])
        statistics.append(moved)
    assert_close(*plain)
    assert_close(*statistics, rtol=0, atol=0)
    assert_close(plain[0].mean((0, 2, 3)), torch.zeros(3, dtype=torch.float64))


def test_gradients_reach_the_rows_of_the_classes_that_are_there():
    x, (mean, var) = normal(3, 2, 3, 3), moments(2)
    gain, bias = (normal(4, 2, seed=s).requires_grad_() for s in (1, 2))
    out, *_ = conditional_batch_norm(x, torch.tensor([2, 0, 2]), gain, bias, mean, var, True)
    (out * normal(*out.shape, seed=3)).sum().backward()
    for parameter in (gain, bias):
        assert (parameter.grad[[0, 2]] != 0).all()
        assert (parameter.grad[[1, 3]] == 0).all()


def test_the_layer_is_the_function_and_begins_without_a_class():
    layer, x, y = ConditionalBatchNorm2d(3, 4).double(), normal(5, 3, 2, 2), torch.tensor([0, 3, 1, 1, 2])
    assert_close(layer(x, y), batch_norm(x, None, None, training=True))
    with torch.no_grad():
        layer.gain.copy_(normal(4, 3, seed=1))
        layer.bias.copy_(normal(4, 3, seed=2))
    before = layer.norm.running_mean.clone(), layer.norm.running_var.clone()
    out, *moved = conditional_batch_norm(x, y, layer.gain, layer.bias, *before, True)
    assert_close(layer(x, y), out)
    assert_close([layer.norm.running_mean, layer.norm.running_var], moved)


# --- projection ---------------------------------------------------------------------------------------
def test_projection_logit_by_hand_and_as_a_bilinear_form():
    by_hand = projection_logit(
        torch.tensor([[1.0, 2.0]]),
        torch.tensor([1]),
        torch.tensor([[9.0, 9.0], [3.0, -1.0]]),
        torch.tensor([0.5, 0.25]),
        torch.tensor(-1.0),
    )
    assert_close(by_hand, torch.tensor([1.0]))  # 0.5 + 0.5 - 1 + 3 - 2
    phi, y, e, w = normal(5, 3), torch.tensor([0, 3, 3, 1, 2]), normal(4, 3, seed=1), normal(3, seed=2)
    eye = torch.eye(4, dtype=torch.float64)[y]
    wanted = nn.functional.bilinear(eye, phi, e[None]).squeeze(1) + phi @ w + 0.7
    assert_close(projection_logit(phi, y, e, w, 0.7), wanted)


def test_logit_difference_of_two_classes_is_linear_in_the_embedding():
    phi, e, f, w = normal(5, 3), normal(4, 3, seed=1), normal(4, 3, seed=2), normal(3, seed=3)
    one, two = torch.full((5,), 1), torch.full((5,), 2)

    def difference(embedding, bias=0.3):
        return projection_logit(phi, one, embedding, w, bias) - projection_logit(phi, two, embedding, w, bias)

    assert_close(difference(2 * e - 3 * f), 2 * difference(e) - 3 * difference(f))
    assert_close(difference(e), phi @ (e[1] - e[2]))
    assert_close(difference(e, bias=9.0), difference(e))


def test_head_is_the_function():
    head, phi, y = ProjectionHead(3, 4).double(), normal(5, 3), torch.tensor([0, 3, 3, 1, 2])
    wanted = projection_logit(phi, y, head.embedding.weight, head.linear.weight[0], head.linear.bias)
    assert_close(head(phi, y), wanted)


# --- networks -----------------------------------------------------------------------------------------
SIZES = {"base_channels": 2, "size": 12}
CLASSES = torch.tensor([0, 3, 1, 1, 2])


def made(network, seed=0, **options):
    options = {"num_classes": 4, **SIZES} | options
    return network(**options, rng=torch.Generator().manual_seed(seed)).double()


def test_concatenation_is_dcgan_with_longer_inputs():
    g = made(ConcatGenerator, z_dim=5, out_channels=1)
    same = dcgan.Generator(9, 2, 1, 12, torch.Generator().manual_seed(0)).double()
    z = normal(5, 5)
    assert_close(g(z, CLASSES), same(concat_class(z, CLASSES, 4)))
    assert_close(g.blend(z, torch.eye(4).double()[CLASSES]), g(z, CLASSES))
    d = made(ConcatDiscriminator, in_channels=1)
    same = dcgan.Discriminator(5, 2, 12, torch.Generator().manual_seed(0)).double()
    x = normal(5, 1, 12, 12)
    assert_close(d(x, CLASSES), same(concat_class(x, CLASSES, 4)))


def test_gains_and_biases_are_all_that_a_class_is():
    g, z = made(NormGenerator, z_dim=5, out_channels=1), normal(5, 5)
    with torch.no_grad():
        for i, norm in enumerate(g.norms):
            norm.gain.add_(normal(*norm.gain.shape, seed=i))
            norm.bias.add_(normal(*norm.bias.shape, seed=i + 5))
    g.eval()
    one, two = torch.full((5,), 1), torch.full((5,), 2)
    as_one, as_two = g(z, one), g(z, two)
    assert (as_one - as_two).abs().amax((1, 2, 3)).min() > 1e-3
    mixed = g(z, torch.tensor([1, 2, 2, 1, 2]))  # every image by its own class, whatever the company
    assert_close(mixed, torch.cat([as_one[:1], as_two[1:3], as_one[3:4], as_two[4:]]))
    with (
        torch.no_grad()
    ):  # exchange the two rows everywhere: the two classes exchange their images, bit for bit
        for norm in g.norms:
            for rows in (norm.gain, norm.bias):
                rows[[1, 2]] = rows[[2, 1]]
    assert_close((g(z, one), g(z, two)), (as_two, as_one), rtol=0, atol=0)
    with torch.no_grad():
        for norm in g.norms:
            norm.gain[2], norm.bias[2] = norm.gain[1], norm.bias[1]
    assert_close(g(z, one), g(z, two), rtol=0, atol=0)


def test_a_fresh_norm_generator_knows_no_class_and_draws_another_image_for_another_code():
    g, z = made(NormGenerator, z_dim=5, out_channels=3).eval(), normal(5, 5)
    x = g(z, CLASSES)
    assert x.shape == (5, 3, 12, 12)
    assert x.abs().max() < 1
    assert_close(x, g(z, CLASSES.flip(0)), rtol=0, atol=0)
    assert not torch.equal(x[0], g(2 * z, CLASSES)[0])
    # 5 to 2 channels of 6 x 6 with biases, gains and biases of four classes, 2 to 3 channels 4 x 4
    assert sum(p.numel() for p in g.parameters()) == 6 * 2 * 36 + 2 * 4 * 2 + 2 * 3 * 16


@pytest.mark.parametrize("network", [ConcatGenerator, NormGenerator])
def test_a_code_of_another_length_is_refused(network):
    with pytest.raises(ValueError, match="z: got"):
        made(network, z_dim=5)(normal(5, 6), CLASSES)


def test_projection_discriminator_is_dcgan_plus_a_product():
    d, x = made(ProjectionDiscriminator, in_channels=3), normal(5, 3, 12, 12)
    plain = dcgan.Discriminator(3, 2, 12, torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        plain.net[-1].weight.copy_(d.head.linear.weight.view(plain.net[-1].weight.shape))
        d.head.linear.bias.fill_(0.25)
    phi = d.features(x)
    assert phi.shape == (5, 2 * 6 * 6)
    assert_close(d(x, CLASSES), plain(x) + 0.25 + (phi * d.head.embedding.weight[CLASSES]).sum(1))
    one, two = torch.full((5,), 1), torch.full((5,), 2)
    e = d.head.embedding.weight
    assert_close(d(x, one) - d(x, two), phi @ (e[1] - e[2]))


@pytest.mark.parametrize(
    "network", [ConcatGenerator, NormGenerator, ConcatDiscriminator, ProjectionDiscriminator]
)
def test_the_seed_alone_decides_the_weights(network):
    torch.manual_seed(1)
    first = made(network, seed=3).state_dict()
    torch.manual_seed(2)
    assert_close(dict(made(network, seed=3).state_dict()), dict(first), rtol=0, atol=0)
    other = made(network, seed=4).state_dict()
    assert any(not torch.equal(first[k], other[k]) for k in first)


# --- one step -----------------------------------------------------------------------------------------
def players():
    g = made(NormGenerator, z_dim=5, out_channels=1)
    d = made(ProjectionDiscriminator, in_channels=1, seed=1)
    return g, d, torch.optim.SGD(g.parameters(), 0.3), torch.optim.SGD(d.parameters(), 0.2)


def test_step_by_hand():
    """Both turns with autograd.grad and binary cross-entropy, parameter by parameter; every player hears every class."""
    real, z_d, z_g = normal(5, 1, 12, 12).tanh(), normal(5, 5, seed=1), normal(5, 5, seed=2)
    g, d, opt_g, opt_d = players()
    twin_g, twin_d, *_ = players()
    bce, ones = nn.functional.binary_cross_entropy_with_logits, torch.ones(5).double()
    fake = twin_g(z_d, CLASSES).detach()
    on_real, on_fake = twin_d(real, CLASSES), twin_d(fake, CLASSES)
    d_loss = bce(on_real, ones) + bce(on_fake, 0 * ones)
    for p, slope in zip(twin_d.parameters(), torch.autograd.grad(d_loss, list(twin_d.parameters()))):
        p.data -= 0.2 * slope
    g_loss = bce(twin_d(twin_g(z_g, CLASSES), CLASSES), ones)
    slopes = torch.autograd.grad(g_loss, list(twin_g.parameters()))
    for p, slope in zip(twin_g.parameters(), slopes):
        p.data -= 0.3 * slope

    said = cgan_step(g, d, opt_g, opt_d, real, CLASSES, z_d, z_g)
    assert_close(
        (said["d_loss"], said["g_loss"], said["d_real"], said["d_fake"]),
        tuple(t.detach() for t in (d_loss, g_loss, on_real.mean(), on_fake.mean())),
    )
    assert_close(dict(g.state_dict()), dict(twin_g.state_dict()))
    assert_close(dict(d.state_dict()), dict(twin_d.state_dict()))
    assert_close([p.grad for p in g.parameters()], list(slopes))


def test_in_each_turn_the_other_player_gathers_nothing():
    g, d, opt_g, opt_d = players()
    kept, asks = [], []
    step = opt_d.step
    opt_d.step = lambda: (kept.extend(p.grad.clone() for p in d.parameters()), step())
    d.register_forward_pre_hook(lambda _, inputs: asks.append(inputs[0].requires_grad))
    cgan_step(g, d, opt_g, opt_d, normal(5, 1, 12, 12), CLASSES, normal(5, 5), normal(5, 5, seed=3))
    assert_close([p.grad for p in d.parameters()], kept, rtol=0, atol=0)
    assert asks == [False, False, True]


# --- captions -----------------------------------------------------------------------------------------
def test_captions_are_two_classes():
    captions = Captions(["red", "blue"], ["circle", "cross", "star"])
    texts = ["blue circle", "red star", "blue star"]
    color, shape = captions.read(texts)
    assert (color.tolist(), shape.tolist()) == ([1, 0, 1], [0, 2, 2])
    assert captions.write(color, shape) == texts
    code = captions.concat(torch.zeros(3, 0), color, shape)
    assert code.tolist() == [[0, 1, 1, 0, 0], [1, 0, 0, 0, 1], [0, 1, 0, 0, 1]]
    # a caption never seen is the sum of what was: blue star = blue circle - red circle + red star
    red_circle = captions.concat(torch.zeros(1, 0), *captions.read(["red circle"]))[0]
    assert_close(code[0] - red_circle + code[1], code[2])


@pytest.mark.parametrize("text", ["green circle", "red", "circle red", ""])
def test_unknown_captions_are_refused(text):
    with pytest.raises(ValueError, match="caption: got"):
        Captions(["red"], ["circle"]).read([text])


def test_captions_want_each_word_once():
    with pytest.raises(ValueError, match="shapes"):
        Captions(["red"], ["circle", "circle"])


# --- truncated codes ----------------------------------------------------------------------------------
@pytest.mark.parametrize("threshold", [2.0, 1.0, 0.5, 0.04])
def test_truncated_normal_has_the_conditional_distribution(threshold):
    z = truncated_normal(200, 50, threshold, torch.Generator().manual_seed(3)).double()
    assert z.shape == (200, 50)
    assert z.abs().max() <= threshold
    inside = math.erf(threshold / math.sqrt(2))
    density = math.exp(-(threshold**2) / 2) / math.sqrt(2 * math.pi)
    variance = 1 - 2 * threshold * density / inside
    error = 5 * (variance / z.numel()) ** 0.5
    assert abs(z.mean()) < error
    assert abs(z.square().mean() / variance - 1) < 5 * (2 / z.numel()) ** 0.5
    uniform = (torch.special.ndtr(z.flatten()).sort().values - 0.5) / inside + 0.5  # Kolmogorov-Smirnov
    steps = torch.arange(1, len(uniform) + 1) / len(uniform)
    assert (uniform - steps).abs().max() < 2 / len(uniform) ** 0.5


def test_truncation_redraws_only_what_lies_outside():
    z = truncated_normal(40, 5, 1.0, torch.Generator().manual_seed(5))
    first = torch.randn(40, 5, generator=torch.Generator().manual_seed(5))
    inside = first.abs() <= 1
    assert 0 < inside.sum() < inside.numel()
    assert_close(z[inside], first[inside], rtol=0, atol=0)
    state = torch.get_rng_state()
    truncated_normal(2, 2, 1.0, torch.Generator().manual_seed(5))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("threshold", [0.0, -1.0, math.nan])
def test_a_threshold_that_nothing_can_satisfy_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold: got"):
        truncated_normal(2, 2, threshold, torch.Generator())


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_projection_s_gradient_comes_in_the_order_of_the_maps(order):
    network = ProjectionDiscriminator(3, 1, 4, 28, torch.Generator().manual_seed(0)).double()
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    y = torch.tensor([0, 2])
    wanted = torch.autograd.grad(network(x, y).sum(), list(network.parameters()))
    network.to(memory_format=order)
    seen = []
    network.body[-2].register_forward_hook(lambda _m, _i, maps: maps.register_hook(seen.append) and None)
    got = torch.autograd.grad(network(x, y).sum(), list(network.parameters()))
    assert [g.is_contiguous(memory_format=order) for g in seen] == [True]
    for g, w in zip(got, wanted):
        assert_close(g, w, rtol=1e-10, atol=1e-12)
