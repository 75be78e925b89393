r"""What a network's features are: statistics over places, the pixels a unit sees, what it answers to.

Feature maps are (N, C, H, W), a channel is one feature, a place (i, j) is one unit of it. Lecture: 03_features;
Gram matrix and covariance enter the losses of 04_regression_to_the_mean.
"""

import torch


# --- statistics over places ---------------------------------------------------------------------------
def gram_matrix(features):
    r"""Mean product of every two channels over all places: which features occur together, and not where.

    .. math:: G[n,c,d] = \frac{1}{HW} \sum_{i,j} f[n,c,i,j] \, f[n,d,i,j]

    Divided by the number of places only, so that maps of different sizes compare and
    G = covariance + mean mean^T (`feature_covariance`). Johnson et al. divide by C as well; Gatys et al. divide
    nothing here and the loss instead.

    Args:
        features: (N, C, H, W).

    Returns:
        (N, C, C), symmetric, positive semi-definite, in squared units of the features.

    Source: Gatys, Ecker and Bethge 2015, arXiv:1508.06576; Johnson, Alahi and Li 2016, arXiv:1603.08155.
    """
    columns = _places(features)  # (N, C, H * W)
    return columns @ columns.mT / columns.shape[2]


def feature_covariance(features):
    r"""`gram_matrix` of the features minus their mean over places: how channels vary together, (N, C, C).

    The biased covariance, divided by H * W: a channel that is constant over the image has variance 0, however
    large it is.
    """
    columns = _places(features)
    columns = columns - columns.mean(dim=2, keepdim=True)
    return columns @ columns.mT / columns.shape[2]


def _places(features):
    if features.dim() != 4 or 0 in features.shape:
        raise ValueError(f"features: got shape {tuple(features.shape)}, expected (N, C, H, W), none empty")
    return features.flatten(2)
