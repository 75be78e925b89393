"""The inverting network: sizes, its two losses by hand, what learns and what does not, and the shipped ones."""

import pytest
import torch

from course_lib import data, dcgan
from course_lib.checkpoint import checkpoint_card, load_checkpoint
from course_lib.encoder import Encoder, code_loss, encoder_loss, reconstruction_loss, shipped_encoder
from course_lib.projection import pixel_loss


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=rng(seed), dtype=torch.float64)


def pair(channels=1, size=12, z_dim=3):
    generator = dcgan.Generator(z_dim, 4, channels, size, rng=rng()).double().eval().requires_grad_(False)
    return generator, Encoder(z_dim, 4, channels, size, rng=rng(1)).double()


@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (2, 20), (1, 12)])
def test_it_takes_what_the_generator_makes_and_returns_what_it_takes(channels, size):
    generator, encoder = pair(channels, size)
    z = draw(5, 3)
    assert encoder(generator(z)).shape == z.shape


def test_parameters_by_hand():
    """32 px: 3 -> 8 -> 16 -> 32 channels by 4 x 4 convolutions, then 4 x 4 x 32 numbers to 5, with a bias."""
    encoder = Encoder(5, 8, 3, 32)
    expected = 16 * (3 * 8 + 8 * 16 + 16 * 32 + 32 * 5) + 5 + 2 * (8 + 16 + 32)
    assert sum(p.numel() for p in encoder.parameters()) == expected


def test_another_size_is_named():
    with pytest.raises(ValueError, match=r"x: got shape \(2, 1, 16, 16\), expected \(N, 1, 12, 12\)"):
        pair()[1](torch.zeros(2, 1, 16, 16).double())


def test_the_losses_by_hand():
    generator, encoder = pair()
    encoder.eval()
    x, z = draw(4, 1, 12, 12).tanh(), draw(6, 3)
    with torch.no_grad():
        reconstruction = pixel_loss(generator(encoder(x)), x).mean()
        codes = ((encoder(generator(z)) - z) ** 2).sum() / 18
    torch.testing.assert_close(reconstruction_loss(generator, encoder, x), reconstruction)
    torch.testing.assert_close(code_loss(generator, encoder, z), codes)
    torch.testing.assert_close(encoder_loss(generator, encoder, x, z, 0.3), reconstruction + 0.3 * codes)


def test_a_perfect_inverse_has_no_loss():
    def generator(z):
        return z.view(-1, 1, 2, 2)

    x = draw(3, 1, 2, 2)
    assert encoder_loss(generator, lambda x: x.flatten(1), x, draw(3, 4)) == 0


def test_the_encoder_learns_through_g_and_g_learns_nothing():
    generator, encoder = pair()
    reconstruction_loss(generator, encoder, draw(4, 1, 12, 12)).backward()
    through_g = [p.grad.clone() for p in encoder.parameters()]
    assert all(g.abs().sum() > 0 for g in through_g[-2:])  # the way from x to z to G(z) is open
    assert all(p.grad is None for p in generator.parameters())


def test_code_loss_passes_nothing_on_to_g_even_where_g_could_learn():
    generator, encoder = pair()
    generator.requires_grad_(True)
    code_loss(generator, encoder, draw(4, 3)).backward()
    assert all(p.grad is None for p in generator.parameters())


def test_one_image_is_encoded_alone_as_in_company():
    _, encoder = pair()
    encoder(draw(8, 1, 12, 12, seed=2))  # train mode once: statistics of its own
    encoder.eval()
    x = draw(3, 1, 12, 12)
    torch.testing.assert_close(encoder(x)[:1], encoder(x[:1]))


def test_the_shipped_encoder_is_what_its_card_says():
    """On held-out faces it comes closer than the best constant picture does, and near the card's figure."""
    encoder, card = shipped_encoder("faces"), checkpoint_card("encoder_faces")
    generator = dcgan.Generator(**checkpoint_card("dcgan_faces")["architecture"])
    load_checkpoint("dcgan_faces", generator)
    generator.eval().requires_grad_(False)
    faces = data.faces("test")[0][:500].float()
    x = data.to_float(torch.nn.functional.avg_pool2d(faces, 2).round().byte())
    with torch.no_grad():
        got = reconstruction_loss(generator, encoder, x).item()
    assert got == pytest.approx(card["metrics"]["held_out_reconstruction"], rel=0.02)
    constant = pixel_loss(x.mean(0, keepdim=True).expand_as(x), x).mean().item()
    assert got < 0.3 * constant
