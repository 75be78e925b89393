"""course_lib.bilinear against exact bilinear tables, torch's SVD and least squares."""

import pytest
import torch
from torch.testing import assert_close

from course_lib.bilinear import Bilinear, complete, find_contents, fit


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def exact_table(styles=4, contents=9, k=7, dims=3):
    """A table that is bilinear: (model, table)."""
    model = Bilinear(normal(styles, k), normal(styles, k, dims, seed=1), normal(contents, dims, seed=2))
    return model, model.predict()


def test_predict_worked_by_hand():
    model = Bilinear(
        torch.tensor([[10.0, 0], [0, 0]]),
        torch.tensor([[[1.0], [2]], [[0], [-1]]]),
        torch.tensor([[3.0], [5]]),
    )
    assert model.predict().tolist() == [[[13, 6], [15, 10]], [[0, -3], [0, -5]]]
    assert model.predict(torch.tensor([[1.0]])).tolist() == [[[11, 2]], [[0, -1]]]


def test_an_exact_table_comes_back_cell_by_cell():
    _, table = exact_table()
    found = fit(table, 3)
    assert [t.shape for t in found] == [(4, 7), (4, 7, 3), (9, 3)]
    assert_close(found.predict(), table)
    assert (fit(table, 2).predict() - table).abs().max() > 0.1  # one number a content too few


def test_the_fit_is_the_svd_of_the_rows():
    table = normal(3, 8, 5)
    found = fit(table, 4)
    rows = (table - table.mean(1, keepdim=True)).transpose(0, 1).flatten(1)  # (C, S K)
    u, s, v = torch.linalg.svd(rows, full_matrices=False)
    nearest = ((u[:, :4] * s[:4]) @ v[:4]).view(8, 3, 5).transpose(0, 1) + table.mean(1, keepdim=True)
    assert_close(found.predict(), nearest)
    assert_close(found.contents.mT @ found.contents, torch.diag(s[:4].square()), atol=1e-9, rtol=1e-9)


def test_every_dimension_more_comes_nearer_and_all_of_them_are_exact():
    table = normal(3, 8, 5)
    errors = [(fit(table, j).predict() - table).square().sum().item() for j in range(1, 8)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == pytest.approx(0, abs=1e-18)


@pytest.mark.parametrize("which", [[0], [2], [0, 3]])
def test_a_new_content_in_some_styles_is_predicted_in_all(which):
    model, table = exact_table()
    new = model.predict(normal(5, 3, seed=9))
    found = fit(table, 3)
    assert_close(found.predict(find_contents(found, new[which], which)), new)


def test_find_contents_is_least_squares_with_a_prior():
    model = Bilinear(normal(2, 6), normal(2, 6, 3, seed=1), normal(4, 3, seed=2))
    observed = normal(2, 5, 6, seed=3)
    a = model.styles.flatten(0, 1)  # (12, 3)
    right = (observed - model.means[:, None]).transpose(0, 1).flatten(1)  # (5, 12)
    assert_close(find_contents(model, observed, [0, 1]), torch.linalg.lstsq(a, right.mT).solution.mT)
    longer = torch.cat([a, torch.diag(0.3**0.5 / model.contents.std(0))])  # the prior as three more rows
    padded = torch.cat([right, torch.zeros(5, 3, dtype=a.dtype)], 1)
    wanted = torch.linalg.lstsq(longer, padded.mT).solution.mT
    assert_close(find_contents(model, observed, [0, 1], noise=0.3), wanted)
    assert find_contents(model, observed, [0, 1], noise=1e9).abs().max() < 1e-6  # believes nothing it sees


def test_the_noise_that_was_added_is_the_noise_to_expect():
    model, table = exact_table(contents=60, k=12)
    found, new = fit(table, 3), model.predict(normal(400, 3, seed=9))
    seen = new[[0]] + 2 * normal(1, 400, 12, seed=10)
    errors = [
        (found.predict(find_contents(found, seen, [0], noise=s)) - new).square().mean()
        for s in (0.0, 4.0, 100.0)
    ]
    assert errors[1] < errors[0]
    assert errors[1] < errors[2]


def test_holes_of_an_exact_table_are_filled():
    _, table = exact_table(contents=12)
    known = torch.ones(4, 12, dtype=torch.bool)
    known[0, :3] = known[1, 3:6] = known[2, 6:8] = known[3, 8:] = False
    holed = torch.where(known[..., None], table, torch.nan)
    found = complete(holed, known, 3, rounds=300)
    assert_close(found.predict(), table, rtol=0, atol=1e-5)
    mean = table.mean(1, keepdim=True).expand_as(table)
    assert (mean - table)[~known].abs().mean() > 0.5  # the trivial answer is far off


def test_the_error_of_the_known_cells_falls_from_round_to_round():
    table, known = normal(4, 10, 5), torch.rand(4, 10, generator=torch.Generator().manual_seed(4)) < 0.8
    known[0] = True
    errors = [
        (complete(table, known, 2, rounds=n).predict() - table)[known].square().sum().item()
        for n in (1, 2, 5, 20)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0]


def test_without_holes_complete_is_fit():
    table = normal(3, 8, 5)
    everything = torch.ones(3, 8, dtype=torch.bool)
    assert_close(complete(table, everything, 3, rounds=3).predict(), fit(table, 3).predict())


def test_complete_leaves_its_arguments_alone():
    table, known = normal(3, 8, 5), torch.ones(3, 8, dtype=torch.bool)
    before = table.clone()
    complete(table, known, 3, rounds=1)
    assert torch.equal(table, before)


NO_CONTENT, FEW = torch.ones(3, 8, dtype=torch.bool), torch.ones(3, 8, dtype=torch.bool)
NO_CONTENT[:, 5] = False
FEW[1, 2:] = False


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit(normal(3, 8), 2), r"table: got torch.float64 \(3, 8\)"),
        (lambda: fit(normal(3, 8, 5), 8), "n_dims: got 8, expected 1 to 7"),
        (lambda: fit(normal(3, 8, 5), 0), "n_dims: got 0"),
        (lambda: find_contents(fit(normal(3, 8, 5), 2), normal(2, 4, 5), [0]), r"expected \(1, C, 5\)"),
        (lambda: complete(normal(3, 8, 5), torch.ones(3, 8), 2), "known: got torch.float32"),
        (lambda: complete(normal(3, 8, 5), NO_CONTENT, 2), "content 5 is known in no style"),
        (lambda: complete(normal(3, 8, 5), FEW, 2), "style 1 has 2 contents, expected more than 2"),
    ],
)
def test_what_does_not_fit_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
