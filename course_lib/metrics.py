r"""How far are generated images from real ones, measured in the features of a network.

All functions take features (N, d), one row an image, and compute in float64: Frechet distance, kernel distance
(KID), precision and recall. Features of clothes: `classifier.fashion_classifier` and `extract_features`. Two numbers
compare only when network, number of images and real set are the same. Lecture: 07_evaluation.
"""

import torch


def feature_statistics(features):
    r"""Mean (d,) and unbiased covariance (d, d) of features (N, d), in float64.

    Raises:
        ValueError: fewer than two rows, or not (N, d).
    """
    features = _check("features", features)
    return features.mean(0), torch.cov(features.T).reshape(features.shape[1], -1)


def frechet_distance(mu1, cov1, mu2, cov2):
    r"""The squared Frechet (2-Wasserstein) distance of two Gaussians; of features it is called FID.

    .. math:: |\mu_1 - \mu_2|^2 + \operatorname{tr}\left(\Sigma_1 + \Sigma_2
              - 2 (\Sigma_1^{1/2} \Sigma_2 \Sigma_1^{1/2})^{1/2}\right)

    This symmetric form has the trace of the usual (\Sigma_1 \Sigma_2)^{1/2}, and needs eigenvalues of symmetric
    matrices only: singular covariances (fewer images than features) are no special case, nothing becomes complex.

    Args:
        mu1, mu2: means, (d,).
        cov1, cov2: covariances, (d, d), symmetric, positive semi-definite.

    Returns:
        A float64 scalar, at least 0, in squared units of the features.

    Source: Dowson and Landau 1982; Heusel et al. 2017, arXiv:1706.08500.
    """
    d = mu1.numel()
    for name, got, expected in (("mu2", mu2, (d,)), ("cov1", cov1, (d, d)), ("cov2", cov2, (d, d))):
        if tuple(got.shape) != expected:
            raise ValueError(f"{name}: got shape {tuple(got.shape)}, expected {expected}")
    mu1, cov1, mu2, cov2 = (t.double() for t in (mu1, cov1, mu2, cov2))
    values, vectors = torch.linalg.eigh(cov1)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T  # cov1^(1/2)
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return ((mu1 - mu2).square().sum() + cov1.trace() + cov2.trace() - 2 * cross).clamp(min=0)


def frechet_feature_distance(real, fake):
    r"""`frechet_distance` of the Gaussians fitted to features (N, d) and (M, d).

    It is biased upwards, the more the fewer images: compare equal numbers only.
    """
    return frechet_distance(*feature_statistics(real), *feature_statistics(fake))


def kernel_distance(real, fake):
    r"""Kernel Inception distance: the unbiased squared maximum mean discrepancy, kernel (x.y / d + 1)^3.

    Its expectation is 0 when both come from one distribution, whatever the number of images; so a single value can
    be slightly negative.

    Args:
        real, fake: features, (N, d) and (M, d), at least two rows each.

    Returns:
        A float64 scalar.

    Source: Binkowski et al. 2018, arXiv:1801.01401 (which averages over subsets; here all images enter at once).
    """
    real, fake = _check_pair(real, fake)
    d = real.shape[1]

    def mean_kernel(a, b, without_diagonal):
        kernel = (a @ b.T / d + 1) ** 3
        if without_diagonal:  # an image's kernel with itself says nothing about the distribution
            return (kernel.sum() - kernel.diagonal().sum()) / (len(a) * (len(a) - 1))
        return kernel.mean()

    return mean_kernel(real, real, True) + mean_kernel(fake, fake, True) - 2 * mean_kernel(real, fake, False)


def precision_recall(real, fake, k=3):
    r"""How many generated images look real (precision), and how much of the real is generated (recall).

    A set's manifold is the union of balls around its points, each reaching to the point's k-th nearest neighbour of
    its own set. Precision is the share of generated images inside the real manifold, recall the share of real
    images inside the generated one.

    Args:
        real, fake: features, (N, d) and (M, d), more than k rows each.
        k: which neighbour, from 1.

    Returns:
        (precision, recall), floats in [0, 1].

    Source: Kynkaanniemi et al. 2019, arXiv:1904.06991.
    """
    real, fake = _check_pair(real, fake)
    if not 1 <= k < min(len(real), len(fake)):
        raise ValueError(f"k: got {k}, expected 1 to {min(len(real), len(fake)) - 1}, less than the images")

    def share_inside(points, others):
        # the (k + 1)-th smallest distance: the smallest is the point's own, 0
        radii = _distances(others, others).kthvalue(k + 1, dim=1).values
        return (_distances(points, others) <= radii).any(dim=1).double().mean().item()

    return share_inside(fake, real), share_inside(real, fake)


def nearest_neighbours(queries, references, k=1):
    r"""The k nearest references of every query: the check for images learned by heart.

    Args:
        queries, references: features or flattened pixels, (Q, d) and (R, d).

    Returns:
        (distances (Q, k), indices (Q, k)), nearest first.
    """
    queries, references = _check("queries", queries, 1), _check("references", references, 1)
    found = _distances(queries, references).topk(k, dim=1, largest=False)
    return found.values, found.indices


def _distances(a, b):
    # not by |a|^2 + |b|^2 - 2ab: its rounding would put a point at a distance from itself
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def _check(name, features, at_least=2):
    if features.dim() != 2 or len(features) < at_least:
        raise ValueError(f"{name}: got shape {tuple(features.shape)}, expected (N, d) with N >= {at_least}")
    return features.detach().double()


def _check_pair(real, fake):
    real, fake = _check("real", real), _check("fake", fake)
    if real.shape[1] != fake.shape[1]:
        raise ValueError(f"fake: got {fake.shape[1]} features an image, expected {real.shape[1]} as in real")
    return real, fake
