"""course_lib.information against values worked by hand, torch.distributions, and the inequalities that define it."""

import math

import pytest
import torch
from torch.distributions import Categorical
from torch.distributions import kl_divergence as their_kl
from torch.testing import assert_close

from course_lib.information import (
    conditional_entropy,
    cycle_log_loss,
    entropy,
    js_divergence,
    kl_divergence,
    posterior,
)


def some(*shape, seed=0):
    """Distributions along the last axis, float64."""
    logits = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (2 * logits).softmax(-1)


def exact(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_worked_by_hand():
    half, quarter, sure = exact(0.5, 0.5), exact(0.25, 0.75), exact(1, 0)
    assert entropy(half).item() == pytest.approx(math.log(2))
    assert entropy(exact(0.5, 0.25, 0.25)).item() == pytest.approx(1.5 * math.log(2))  # one bit and a half
    assert entropy(sure).item() == 0
    assert kl_divergence(half, quarter).item() == pytest.approx(math.log(4 / 3) / 2)
    assert kl_divergence(quarter, half).item() == pytest.approx(0.75 * math.log(3) - math.log(2))
    assert kl_divergence(sure, half).item() == pytest.approx(math.log(2))
    assert kl_divergence(half, sure).item() == math.inf
    assert js_divergence(sure, sure.flip(0)).item() == pytest.approx(math.log(2))
    assert js_divergence(sure, half).item() == pytest.approx(0.75 * math.log(4 / 3))


def test_impossible_on_both_sides_counts_nothing():
    p, q = some(2, 4)
    zero = exact(0)
    with_p, with_q = torch.cat([p, zero]), torch.cat([q, zero])
    assert_close(entropy(with_p), entropy(p))
    assert_close(kl_divergence(with_p, with_q), kl_divergence(p, q))
    assert_close(js_divergence(with_p, with_q), js_divergence(p, q))


def test_equals_torchs_distributions():
    p, q = some(5, 3, 7), some(5, 3, 7, seed=1)
    assert_close(entropy(p), Categorical(p).entropy())
    assert_close(kl_divergence(p, q), their_kl(Categorical(p), Categorical(q)))
    assert kl_divergence(p, q[0]).shape == (5, 3)  # shapes broadcast


def test_bounds_and_symmetry():
    p, q = some(200, 6), some(200, 6, seed=1)
    assert (entropy(p) > 0).all()
    assert (entropy(p) < math.log(6)).all()
    assert (kl_divergence(p, q) > 0).all()
    assert_close(kl_divergence(p, p), torch.zeros(200).double(), rtol=0, atol=1e-12)
    assert (kl_divergence(p, q) - kl_divergence(q, p)).abs().max() > 0.1
    assert_close(js_divergence(p, q), js_divergence(q, p))
    assert (js_divergence(p, q) < math.log(2)).all()


def test_js_is_the_entropy_of_the_mixture_minus_the_mean_entropy():
    p, q = some(9, 5), some(9, 5, seed=1)
    assert_close(js_divergence(p, q), entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2)


# --- two variables


def crossed(delta):
    """Two x, two z: x1 goes to z1 in a share delta, x2 to z2."""
    return exact(delta / 2, (1 - delta) / 2, (1 - delta) / 2, delta / 2).view(2, 2)


def some_joint(x, z, seed=0):
    return some(x * z, seed=seed).view(x, z)


def test_the_five_tables_of_the_lecture():
    tables = torch.stack([crossed(delta) for delta in (0, 0.1, 0.25, 0.5, 1)])
    assert_close(conditional_entropy(tables), exact(0, 0.32508, 0.56234, math.log(2), 0), rtol=0, atol=5e-6)
    assert conditional_entropy(tables[0]).item() == conditional_entropy(tables[4]).item() == 0


def test_conditional_entropy_worked_by_hand():
    joint = exact(0.5, 0, 0, 0.25, 0, 0.25).view(3, 2)  # z1 has x1 alone, z2 has x2 or x3
    assert conditional_entropy(joint).item() == pytest.approx(0.5 * math.log(2))
    assert conditional_entropy(joint.T).item() == 0
    assert_close(posterior(joint), exact(1, 0, 0, 0.5, 0, 0.5).view(3, 2))


def test_conditional_entropy_is_the_joint_one_less_that_of_z():
    joint = some_joint(5, 3)
    assert_close(conditional_entropy(joint), entropy(joint.flatten()) - entropy(joint.sum(0)))
    assert conditional_entropy(joint) < entropy(joint.sum(1))  # knowing z helps
    apart = some(5)[:, None] * some(3, seed=1)
    assert_close(conditional_entropy(apart), entropy(some(5)))  # but not where z tells nothing


def test_a_map_that_can_be_undone_leaves_nothing_uncertain():
    order = torch.randperm(6, generator=torch.Generator().manual_seed(0))
    assert conditional_entropy(torch.eye(6).double()[order] * some(6)).item() == 0
    merging = torch.zeros(4, 2, dtype=torch.float64)
    merging[[0, 1, 2, 3], [0, 0, 1, 1]] = 0.25  # two x to each z
    assert conditional_entropy(merging).item() == pytest.approx(math.log(2))


def test_the_cycle_bounds_the_entropy_and_misses_it_by_the_divergence():
    joint = some_joint(5, 3)
    assert_close(cycle_log_loss(joint, posterior(joint)), conditional_entropy(joint))
    for seed in range(1, 30):
        q = some(3, 5, seed=seed).T
        gap = (joint.sum(0) * kl_divergence(posterior(joint).T, q.T)).sum()
        assert gap > 0
        assert_close(cycle_log_loss(joint, q), conditional_entropy(joint) + gap)


def test_zeros_of_a_joint_table():
    joint = exact(0.5, 0, 0, 0, 0.5, 0).view(2, 3)  # z3 never occurs
    back = posterior(joint)
    assert_close(back, exact(1, 0, 0.5, 0, 1, 0.5).view(2, 3))
    assert cycle_log_loss(joint, back).item() == 0
    assert cycle_log_loss(joint, back.flip(0)).item() == math.inf
    assert_close(cycle_log_loss(joint, torch.full((2, 3), 0.5).double()), exact(math.log(2))[0])


def test_gradients():
    logits = torch.randn(2, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for divergence in (kl_divergence, js_divergence):
        inputs = tuple(row.clone().requires_grad_() for row in logits)
        assert torch.autograd.gradcheck(lambda a, b, f=divergence: f(a.softmax(-1), b.softmax(-1)), inputs)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: entropy(exact(0.5, 0.6)), "p: got a sum that misses 1 by 0.1"),
        (lambda: kl_divergence(exact(0.5, 0.5), exact(1.5, -0.5)), "q: got -0.5 as the lowest entry"),
        (lambda: js_divergence(exact(math.nan, 1), exact(0, 1)), "p: got nan"),
        (lambda: entropy(torch.tensor([1, 0])), "expected floats"),
        (lambda: entropy(torch.tensor(1.0)), r"shape \(\)"),
        (lambda: conditional_entropy(exact(0.5, 0.5)), r"joint: got shape \(2,\)"),
        (lambda: conditional_entropy(torch.eye(2)), "joint: got a sum that misses 1 by 1"),
        (lambda: posterior(-torch.eye(2) / 2), "joint: got -0.5 as the lowest entry"),
        (lambda: cycle_log_loss(torch.eye(2) / 2, torch.eye(2) / 2), "reverse: got a sum that misses 1"),
    ],
)
def test_what_is_no_distribution_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
