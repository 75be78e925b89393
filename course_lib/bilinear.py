r"""Style and content as two factors: a picture is what a style's matrix makes of a content's vector.

.. math:: y^{sc} = m^s + A^s b^c

Every style s has a mean m^s and a matrix A^s, every content c one vector b^c of J numbers, whatever the style. Given the
other factor each is linear, hence bilinear. A whole table of styles x contents is fitted in one step by the singular value
decomposition; where cells are missing, by going back and forth between the two linear problems.

This is the asymmetric model of Tenenbaum and Freeman 2000, doi:10.1162/089976600300015349, with a mean for each style.
Lecture: 20_why_cyclegan_works.
"""

from typing import NamedTuple

import torch


class Bilinear(NamedTuple):
    """A fitted model: means (S, K), styles (S, K, J), contents (C, J). Only A^s b^c is determined, not A^s and b^c."""

    means: torch.Tensor
    styles: torch.Tensor
    contents: torch.Tensor

    def predict(self, contents=None):
        """Every content in every style: (S, C, K). contents: (C, J), or None for those of the fit."""
        contents = self.contents if contents is None else contents
        return self.means[:, None] + contents @ self.styles.mT


def fit(table, n_dims):
    r"""The best model of a full table, in squared error.

    The table's rows, all styles of a content side by side, are (C, S K); the model is their best approximation of rank J,
    found from the C x C inner products of the contents.

    Args:
        table: (S, C, K) vectors, no cell missing.
        n_dims: J, from 1 to the smaller of C - 1 (the means take one) and S K.

    Returns:
        Bilinear; the columns of its contents are orthogonal, the largest first.

    Raises:
        ValueError: the shape, or n_dims out of range.
    """
    _check(table, n_dims)
    means = table.mean(1)
    centred = table - means[:, None]
    gram = (centred @ centred.mT).sum(0)  # (C, C)
    values, vectors = torch.linalg.eigh(gram)  # rising
    contents = vectors[:, -n_dims:].flip(1) * values[-n_dims:].flip(0).clamp(min=0).sqrt()  # (C, J)
    norms = contents.square().sum(0).clamp(min=torch.finfo(table.dtype).tiny)
    return Bilinear(means, centred.mT @ (contents / norms), contents)


def find_contents(model, observed, which, noise=0.0):
    r"""Contents that the fit has not seen, from pictures of them in some of the styles.

    .. math:: b = \arg\min \sum_s |y^s - m^s - A^s b|^2 + \sigma^2 \sum_j b_j^2 / v_j

    with v_j the variance of the j-th number among the contents of the fit: the likeliest b where pictures miss the model by
    Gaussian noise of variance sigma^2 an entry.

    Args:
        model: a Bilinear.
        observed: (len(which), C, K), the pictures.
        which: places of their styles in the model.
        noise: sigma^2, in squared units of an entry; 0 is plain least squares, which trusts the pictures entirely.

    Returns:
        (C, J), for `model.predict`.
    """
    which = list(which)
    if observed.dim() != 3 or len(observed) != len(which) or observed.shape[2] != model.means.shape[1]:
        expected = f"({len(which)}, C, {model.means.shape[1]})"
        raise ValueError(f"observed: got {tuple(observed.shape)}, expected {expected}")
    a = model.styles[which]  # (s, K, J)
    normal = (a.mT @ a).sum(0) + noise * torch.diag(1 / model.contents.var(0))  # (J, J)
    right = ((observed - model.means[which, None]) @ a).sum(0)  # (C, J)
    return torch.linalg.solve(normal, right.mT).mT


def complete(table, known, n_dims, rounds=50):
    r"""A model of a table with holes: alternating least squares over the known cells.

    In each round every content is solved for with the styles fixed, then every style (matrix and mean) with the contents
    fixed; the squared error over the known cells never rises. Missing cells start at their style's mean.

    Args:
        table: (S, C, K); what stands in a missing cell does not matter (nan is fine).
        known: bool (S, C). A content known in no style cannot be found, nor a style known for fewer than J + 1 contents.
        n_dims: J.
        rounds: of the alternation.

    Returns:
        Bilinear; its `predict()` fills the holes.

    Raises:
        ValueError: shapes; a content or a style with too few known cells.
    """
    _check(table, n_dims)
    if known.shape != table.shape[:2] or known.dtype != torch.bool:
        raise ValueError(
            f"known: got {known.dtype} {tuple(known.shape)}, expected bool {tuple(table.shape[:2])}"
        )
    if not known.any(0).all():
        raise ValueError(f"known: content {int((~known.any(0)).nonzero()[0])} is known in no style")
    if known.sum(1).min() <= n_dims:
        style = int(known.sum(1).argmin())
        raise ValueError(
            f"known: style {style} has {int(known[style].sum())} contents, expected more than {n_dims}"
        )
    cells = torch.where(known[..., None], table, 0)
    means = cells.sum(1) / known.sum(1, keepdim=True)
    means, styles, contents = fit(torch.where(known[..., None], table, means[:, None]), n_dims)
    for _ in range(rounds):
        for c in range(table.shape[1]):
            a = styles[known[:, c]].flatten(0, 1)  # (s K, J)
            wanted = (table[:, c] - means)[known[:, c]].flatten()
            contents[c] = torch.linalg.lstsq(a, wanted[:, None], driver="gelsd").solution[:, 0]
        with_one = torch.cat([contents, torch.ones_like(contents[:, :1])], 1)  # (C, J + 1)
        for s in range(len(table)):
            found = torch.linalg.lstsq(with_one[known[s]], table[s, known[s]], driver="gelsd").solution
            styles[s], means[s] = found[:-1].T, found[-1]
    return Bilinear(means, styles, contents)


def _check(table, n_dims):
    if table.dim() != 3 or not table.is_floating_point():
        raise ValueError(f"table: got {table.dtype} {tuple(table.shape)}, expected floats (S, C, K)")
    most = min(table.shape[1] - 1, table.shape[0] * table.shape[2])
    if not 1 <= n_dims <= most:
        raise ValueError(f"n_dims: got {n_dims}, expected 1 to {most}")
