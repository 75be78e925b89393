"""course_lib.biggan and course_lib.captioned: what each chunk of z may move, what D's weights keep to, who learns in whose turn."""

import pytest
import torch
from torch import nn
from torch.nn.functional import batch_norm, conv2d, interpolate
from torch.testing import assert_close

from course_lib import captioned
from course_lib.biggan import (
    CaptionEmbedding,
    CodeBatchNorm2d,
    Discriminator,
    Generator,
    UpBlock,
    conditional_step,
)
from course_lib.gan import hinge_discriminator_loss, hinge_generator_loss


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def small_generator(size=12, **options):
    return Generator(
        nn.Embedding(3, 5), 5, chunk=2, base_channels=8, size=size, rng=rng(), **options
    ).double()


def small_discriminator(**options):
    return Discriminator(nn.Embedding(3, 16), base_channels=4, rng=rng(1), **options).double()


# --- blocks -------------------------------------------------------------------------------------------
def test_gains_and_biases_are_linear_in_the_code():
    layer, x, code = CodeBatchNorm2d(4, 3).double(), normal(5, 4, 2, 3), normal(5, 3, seed=1)
    plain = batch_norm(x, None, None, training=True)
    gain, bias = 1 + code @ layer.gain.weight.T, code @ layer.bias.weight.T
    assert_close(layer(x, code), gain[:, :, None, None] * plain + bias[:, :, None, None])
    assert_close(layer(x, torch.zeros_like(code)), plain)


def test_the_skip_is_a_convolution_of_the_enlarged_map():
    block, x, code = UpBlock(4, 3, 2).double(), normal(2, 4, 3, 5), normal(2, 2, seed=1)
    nn.init.zeros_(block.conv2.weight)
    enlarged = interpolate(x, scale_factor=2.0, mode="nearest")
    assert_close(block(x, code), conv2d(enlarged, block.skip.weight, block.skip.bias))


# --- generator ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("size", "levels"), [(10, 2), (12, 2), (16, 3), (28, 3)])
def test_sizes_and_levels(size, levels):
    generator = small_generator(size)
    assert generator.z_dim == 2 * levels
    out = generator(normal(2, generator.z_dim), torch.tensor([0, 2]))
    assert out.shape == (2, 1, size, size)
    assert out.abs().max() < 1


def test_a_chunk_enters_at_its_level_and_not_before():
    generator, y = small_generator(28).eval(), torch.tensor([1])
    seen = []
    for block in generator.blocks:
        block.register_forward_hook(lambda _, inputs, out: seen.append((inputs[0].clone(), out.clone())))
    z = normal(1, 6)
    generator(z, y)
    for chunk in range(3):
        seen_before, seen[:] = seen[:2], []
        moved = z.clone()
        moved[:, 2 * chunk : 2 * chunk + 2] += 1
        generator(moved, y)
        changed = [not torch.equal(a[1], b[1]) for a, b in zip(seen_before, seen)]
        into = [not torch.equal(a[0], b[0]) for a, b in zip(seen_before, seen)]
        assert into == [chunk < 1, chunk < 2]
        assert changed == [chunk < 2, True]
        seen[:] = seen_before


def test_one_embedding_serves_every_level():
    generator = small_generator(28)
    generator(normal(4, 6), torch.tensor([0, 1, 1, 0])).square().sum().backward()
    grad = generator.embedding.weight.grad
    assert (grad[:2].abs().sum(1) > 0).all()
    assert grad[2].abs().max() == 0  # a class that was not drawn
    assert sum(isinstance(m, nn.Embedding) for m in generator.modules()) == 1


def test_forward_draw_and_look_are_one_network():
    generator, z, y = small_generator().eval(), normal(3, 4), torch.tensor([2, 0, 1])
    generator.attention.gamma.data.fill_(0.7)
    image, attention = generator.look(z, y)
    assert_close(image, generator(z, y))
    assert_close(image, generator.draw(z, generator.embedding.weight[y]))
    assert attention.shape == (3, 36, 36)


def test_attention_begins_as_nothing():
    generator, z, y = small_generator().eval(), normal(3, 4), torch.tensor([2, 0, 1])
    before = generator(z, y)
    for layer in (generator.attention.query, generator.attention.value):
        nn.init.normal_(layer.weight)
    assert_close(generator(z, y), before, rtol=0, atol=0)
    generator.attention.gamma.data.fill_(0.5)
    assert not torch.allclose(generator(z, y), before)


def test_the_same_rng_makes_the_same_weights():
    one, two = small_generator().state_dict(), small_generator().state_dict()
    assert all(torch.equal(one[k], two[k]) for k in one)
    one, two = small_discriminator().state_dict(), small_discriminator().state_dict()
    assert all(torch.equal(one[k], two[k]) for k in one)


def test_a_code_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"expected \(N, 4\)"):
        small_generator()(normal(2, 5), torch.tensor([0, 1]))


def test_a_caption_is_the_sum_of_its_words():
    words = CaptionEmbedding(3, 4, 5).double()
    y = torch.tensor([[0, 1], [2, 1], [0, 3], [2, 3]])
    e = words(y)
    assert_close(e[0] - e[1], e[2] - e[3])
    assert_close(e[0], words.color.weight[0] + words.shape.weight[1])


# --- discriminator ------------------------------------------------------------------------------------
def test_every_weight_has_largest_singular_value_one():
    discriminator = small_discriminator()
    for _ in range(60):
        discriminator(normal(1, 1, 12, 12), torch.tensor([0]))  # each use is a round
    weights = [
        m.weight
        for m in discriminator.eval().modules()
        if isinstance(m, nn.Linear | nn.Conv2d | nn.Embedding)
    ]
    assert len(weights) == 3 * 3 + 3 + 2
    for weight in weights:
        sigma = torch.linalg.matrix_norm(weight.detach().flatten(1), 2)
        assert sigma.item() == pytest.approx(1, abs=0.02)


def test_between_classes_the_logit_differs_by_the_embeddings_product_with_the_features():
    discriminator, x = small_discriminator().eval(), normal(4, 1, 12, 12)
    y, other = torch.tensor([0, 1, 2, 0]), torch.tensor([1, 2, 0, 2])
    features = discriminator.blocks(x).relu().sum(dim=(2, 3))
    e = discriminator.embedding.weight
    assert_close(discriminator(x, y) - discriminator(x, other), (features * (e[y] - e[other])).sum(1))


# --- the step -----------------------------------------------------------------------------------------
def test_each_learns_in_its_own_turn_from_its_own_loss():
    g, d = small_generator(), small_discriminator()
    real, y, z_d, z_g = (
        normal(4, 1, 12, 12),
        torch.tensor([0, 1, 2, 1]),
        normal(4, 4, seed=1),
        normal(4, 4, seed=2),
    )
    twin_g, twin_d = small_generator(), small_discriminator()
    lr = 0.01
    conditional_step(
        g, d, torch.optim.SGD(g.parameters(), lr), torch.optim.SGD(d.parameters(), lr), real, y, z_d, z_g
    )

    fake = twin_g(z_d, y).detach()
    loss = hinge_discriminator_loss(twin_d(real, y), twin_d(fake, y))
    grads = torch.autograd.grad(loss, list(twin_d.parameters()))
    with torch.no_grad():
        for p, grad in zip(twin_d.parameters(), grads):
            p -= lr * grad
    loss = hinge_generator_loss(twin_d(twin_g(z_g, y), y))
    grads = torch.autograd.grad(loss, list(twin_g.parameters()), allow_unused=True)
    with torch.no_grad():
        for p, grad in zip(twin_g.parameters(), grads):
            p -= lr * grad
    for mine, theirs in ((g, twin_g), (d, twin_d)):
        for a, b in zip(mine.parameters(), theirs.parameters()):
            assert_close(a, b)


# --- captioned pictures -------------------------------------------------------------------------------
def test_a_drawn_picture_is_read_as_its_caption():
    y = torch.cartesian_prod(torch.arange(4), torch.arange(4)).repeat(20, 1)
    images = captioned.render(y[:, 0], y[:, 1], rng(5))
    assert images.shape == (320, 3, 16, 16)
    assert -1 <= images.min() <= images.max() <= 1
    color, shape, alike = captioned.read(images)
    assert (color == y[:, 0]).all()
    assert (shape == y[:, 1]).double().mean() > 0.99
    assert alike.min() > 0.9
    noise = captioned.read(2 * torch.rand(50, 3, 16, 16, generator=rng()) - 1)[2]
    assert noise.max() < 0.7


def test_shapes_lie_inside_the_picture_and_move():
    masks = captioned.silhouettes(torch.arange(4).repeat(200), rng(2))
    border = torch.cat([masks[:, [0, -1]].flatten(1), masks[:, :, [0, -1]].flatten(1)], dim=1)
    assert (border > 0).double().mean() < 0.01
    centres = (masks * torch.arange(16.0)).sum((1, 2)) / masks.sum((1, 2))
    assert centres.std() > 0.8  # pixels
