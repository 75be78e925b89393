"""course_lib.attention: torch's scaled_dot_product_attention as the oracle, and a task no small convolution can do."""

import pytest
import torch
from torch.nn.functional import conv2d, scaled_dot_product_attention
from torch.testing import assert_close

from course_lib.attention import CopyNet, SelfAttention, attention_map, far_letters, self_attention


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def weights(c, d):
    return normal(d, c, seed=1), normal(d, c, seed=2), normal(c, c, seed=3)


@pytest.mark.parametrize(("n", "c", "d", "h", "w"), [(2, 3, 2, 2, 4), (1, 4, 5, 3, 1), (3, 1, 1, 1, 1)])
def test_torch_attention_is_the_oracle(n, c, d, h, w):
    x, (w_query, w_key, w_value), gamma = normal(n, c, h, w), weights(c, d), torch.tensor(0.7).double()
    ours = [t.clone().requires_grad_() for t in (x, w_query, w_key, w_value, gamma)]
    theirs = [t.clone().requires_grad_() for t in (x, w_query, w_key, w_value, gamma)]
    out, attention = self_attention(*ours)
    query, key, value = (conv2d(theirs[0], t[:, :, None, None]).flatten(2).mT for t in theirs[1:4])
    found = scaled_dot_product_attention(query, key, value, scale=1.0).mT.view(x.shape)
    wanted = theirs[0] + theirs[4] * found
    assert_close(out, wanted)
    eye = torch.eye(h * w, dtype=torch.float64).expand(n, -1, -1)
    assert_close(attention, scaled_dot_product_attention(query, key, eye, scale=1.0))
    send = normal(*x.shape, seed=4)
    assert_close(torch.autograd.grad(out, ours, send), torch.autograd.grad(wanted, theirs, send))


def test_by_hand():
    """Two pixels of one channel; scores q_i k_j = x_i log 3 x_j."""
    x, one = torch.tensor([[[[0.0, 1.0]]]], dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    log3 = torch.tensor([[3.0]], dtype=torch.float64).log()
    out, attention = self_attention(x, log3, one, 4 * one, 0.5)
    assert_close(attention, torch.tensor([[[0.5, 0.5], [0.25, 0.75]]], dtype=torch.float64))
    assert_close(out, torch.tensor([[[[1.0, 2.5]]]], dtype=torch.float64))


def test_each_place_spends_one_and_shuffled_places_are_shuffled_answers():
    x, w = normal(2, 3, 2, 3), weights(3, 2)
    out, attention = self_attention(x, *w, 0.5)
    assert_close(attention.sum(2), torch.ones(2, 6, dtype=torch.float64))
    assert not torch.allclose(attention.sum(1), torch.ones(2, 6, dtype=torch.float64))
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    shuffled, moved = self_attention(x.flatten(2)[..., order].view_as(x), *w, 0.5)
    assert_close(shuffled.flatten(2), out.flatten(2)[..., order])
    assert_close(moved, attention[:, order][:, :, order])


def test_gamma_zero_is_the_identity_and_still_learns():
    block, x = SelfAttention(16).double(), normal(2, 16, 3, 4)
    out, attention = block.attend(x)
    assert_close(out, x, rtol=0, atol=0)
    assert_close(block(x), x, rtol=0, atol=0)
    assert attention.shape == (2, 12, 12)
    (out * normal(*x.shape, seed=1)).sum().backward()
    assert block.gamma.grad.abs() > 0
    assert block.query.weight.grad.abs().max() == 0  # the maps begin to learn once gamma has moved
    assert block.query.weight.shape == (2, 16)


def test_large_scores_do_not_overflow():
    x = 100 * normal(1, 2, 2, 2)
    out, attention = self_attention(x, *weights(2, 2), 1.0)
    assert out.isfinite().all()
    assert_close(attention.sum(2), torch.ones(1, 4, dtype=torch.float64))


def test_copies_across_the_image_by_its_label():
    """Each left pixel fetches the content of the right pixel with its label: 9 columns away, in one layer."""
    rows, far = 4, 9
    partner = torch.tensor([2, 0, 3, 1])
    x = torch.zeros(
        1, 2 * rows + 2, rows, far + 1, dtype=torch.float64
    )  # asks | offers | content | a side's mark
    content = normal(rows)
    x[0, :rows, :, 0] = torch.eye(rows, dtype=torch.float64)[partner].T
    x[0, rows : 2 * rows, :, far] = torch.eye(rows, dtype=torch.float64)
    x[0, 2 * rows, :, far] = content
    w_query, w_key, w_value = torch.zeros(3, 10, 10, dtype=torch.float64)
    w_query[range(rows), range(rows)] = 60.0
    w_key[range(rows), range(rows, 2 * rows)] = 1.0
    w_value[2 * rows, 2 * rows] = 1.0
    out, attention = self_attention(x, w_query, w_key, w_value, 1.0)
    assert_close(out[0, 2 * rows, :, 0], content[partner])
    where = attention_map(attention, (1, 0), (rows, far + 1))[0]
    assert_close(where[partner[1], far], torch.tensor(1.0, dtype=torch.float64))


def test_attention_map_is_the_row_of_the_place_that_asks():
    attention = normal(2, 6, 6)
    assert_close(attention_map(attention, (1, 2), (2, 3)), attention[:, 5].view(2, 2, 3), rtol=0, atol=0)
    with pytest.raises(ValueError, match="place"):
        attention_map(attention, (2, 0), (2, 3))
    with pytest.raises(ValueError, match="size"):
        attention_map(attention, (0, 0), (3, 3))


@pytest.mark.parametrize(
    ("query", "key", "value"), [((2, 4), (2, 3), (3, 3)), ((2, 3), (3, 3), (3, 3)), ((2, 3), (2, 3), (2, 3))]
)
def test_weights_that_do_not_fit_are_refused(query, key, value):
    with pytest.raises(ValueError, match="w_"):
        self_attention(normal(1, 3, 2, 2), normal(*query), normal(*key), normal(*value), 1.0)


# --- letters ------------------------------------------------------------------------------------------
def test_answers_are_the_coins_beside_the_same_letter():
    x, answers = far_letters(50, torch.Generator().manual_seed(0))
    assert x.shape == (50, 13, 6, 12)
    assert x[..., 1:-1].abs().max() == 0
    for picture, answer in zip(x, answers):
        asks, offers, coins = picture[:6, :, 0].argmax(0), picture[6:12, :, 11].argmax(0), picture[12, :, 11]
        assert sorted(asks.tolist()) == sorted(offers.tolist()) == list(range(6))
        for row in range(6):
            assert coins[offers == asks[row]].item() == 2 * answer[row].item() - 1
    assert 0.4 < answers.mean() < 0.6


@pytest.mark.parametrize(
    ("net", "columns"), [("near", range(5)), ("wide", range(12)), ("attention", range(12))]
)
def test_how_far_each_network_sees(net, columns):
    network = CopyNet(net, rng=torch.Generator().manual_seed(0)).double()
    if net == "attention":
        network.block.gamma.data.fill_(1.0)
    x = normal(4, 13, 6, 12).requires_grad_()
    network(x).square().sum().backward()
    seen = x.grad.abs().amax(dim=(0, 1, 2)) > 0
    assert seen.nonzero().flatten().tolist() == list(columns)


def test_a_copying_network_starts_as_the_near_one():
    near, attention = (CopyNet(net, rng=torch.Generator().manual_seed(0)) for net in ("near", "attention"))
    attention.load_state_dict(near.state_dict(), strict=False)
    x, _ = far_letters(3, torch.Generator().manual_seed(1))
    assert_close(attention(x), near(x), rtol=0, atol=0)
