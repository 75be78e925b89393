r"""Vision as it was before 2012: features by hand, clustering, pooling, and a linear classifier.

    descriptors = local_descriptors(x)                 # features: orientations of the gradient, window by window
    words = learn_words(descriptors, 64, seed=0)       # clustering: the windows that occur often
    features = pyramid(assign(descriptors, words))     # pooling: which words where, counted in ever finer parts
    classifier = fit_linear(features, labels)          # classification: the only step that sees the labels

Every step but the last was written or fitted without knowing the task. Images x are (N, 1, H, W) in [-1, 1].
scikit-learn does the clustering and fits the classifier. Lecture: 03_features.
"""

import math

import torch
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, normalize, one_hot, pad

from course_lib.convolution import sliding_windows


def orientation_maps(x, n_orientations=8):
    r"""Split the gradient of every pixel over maps, one for each direction: how strong is the edge, and which way?

    Central differences; the direction is taken modulo a half turn (an edge from dark to light and its negative are
    the same edge). A direction between two maps' own is shared between both in proportion, so that nothing jumps.

    Args:
        x: grey images, (N, 1, H, W).
        n_orientations: maps; map k stands for a gradient at the angle k * pi / n_orientations, from the x axis
            towards the y axis, which points down.

    Returns:
        (N, n_orientations, H, W), at least 0; they sum to the gradient's length.

    Source: Dalal and Triggs 2005, "Histograms of oriented gradients for human detection".
    """
    if x.dim() != 4 or x.shape[1] != 1:
        raise ValueError(f"x: got shape {tuple(x.shape)}, expected grey images (N, 1, H, W)")
    framed = pad(x, (1, 1, 1, 1), mode="replicate")[:, 0]
    dx = (framed[:, 1:-1, 2:] - framed[:, 1:-1, :-2]) / 2  # (N, H, W)
    dy = (framed[:, 2:, 1:-1] - framed[:, :-2, 1:-1]) / 2
    position = torch.atan2(dy, dx).remainder(math.pi) * (n_orientations / math.pi)  # 0 to n_orientations
    lower = position.floor()
    share = (position - lower)[:, None]
    index = lower.long() % n_orientations  # rounding may reach n_orientations itself
    length = torch.hypot(dx, dy)[:, None]
    here = one_hot(index, n_orientations).movedim(-1, 1) * (1 - share)
    next_ = one_hot((index + 1) % n_orientations, n_orientations).movedim(-1, 1) * share
    return length * (here + next_)


def hog(x, cell=4, n_orientations=8):
    r"""Histograms of oriented gradients: one histogram for each cell, in blocks of 2 x 2 cells of unit length.

    Args:
        x: grey images, (N, 1, H, W).
        cell: side of a cell in pixels; a rest at the bottom or right is dropped.

    Returns:
        (N, d) with d = 4 * n_orientations * (H // cell - 1) * (W // cell - 1).
    """
    histograms = avg_pool2d(orientation_maps(x, n_orientations), cell)  # (N, O, H / cell, W / cell)
    return _unit_windows(histograms, 1).flatten(1)


def local_descriptors(x, cell=4, stride=2, n_orientations=8):
    r"""What SIFT writes down about a window: 2 x 2 histograms of orientations, of unit length, on a regular grid.

    Args:
        x: grey images, (N, 1, H, W).
        cell: side of one of the four cells; the window is 2 * cell pixels wide.
        stride: pixels from one window to the next.

    Returns:
        (N, 4 * n_orientations, h, w); h = (H - 2 * cell) // stride + 1 for a stride that divides the cell.

    Raises:
        ValueError: the stride does not divide the cell.

    Source: Lowe 2004, "Distinctive image features from scale-invariant keypoints" (4 x 4 histograms at interest points).
    """
    if cell % stride:
        raise ValueError(f"stride: got {stride}, expected a divisor of the cell, {cell}")
    histograms = avg_pool2d(orientation_maps(x, n_orientations), cell, stride)
    return _unit_windows(histograms, cell // stride)


def _unit_windows(histograms, dilation):
    """Join 2 x 2 histograms that are `dilation` places apart; length 1, or shorter where there is hardly an edge."""
    joined = sliding_windows(histograms, 2, dilation=dilation).flatten(1, 3)  # (N, 4 * O, h, w)
    joined = joined / (joined.norm(dim=1, keepdim=True) + 0.02)  # 0.02: of 2, the largest step of a pixel
    return normalize(joined.clamp(max=0.2), dim=1, eps=0.1)  # no single edge outvotes the others


def learn_words(descriptors, n_words, seed, samples=20_000):
    r"""Find the windows that occur often: the centres of k-means, the *visual words*.

    Args:
        descriptors: (N, d, h, w); at most `samples` of their windows, drawn with `seed`, are clustered.
        n_words: how many centres.

    Returns:
        (n_words, d).
    """
    from sklearn.cluster import MiniBatchKMeans

    windows = descriptors.movedim(1, -1).flatten(0, 2)
    chosen = torch.randperm(len(windows), generator=torch.Generator().manual_seed(seed))[:samples]
    kmeans = MiniBatchKMeans(n_words, batch_size=2048, n_init=3, random_state=seed)
    return torch.from_numpy(kmeans.fit(windows[chosen].numpy()).cluster_centers_).to(descriptors.dtype)


def assign(descriptors, words):
    r"""Say for every window how much of every word it has: max(0, mean distance - distance).

    Only words that are nearer than the average word count: a soft form of "the nearest word", which keeps some of what
    lies between words.

    Args:
        descriptors: (N, d, h, w).
        words: (K, d).

    Returns:
        (N, K, h, w), at least 0.

    Source: Coates, Lee and Ng 2011, "An analysis of single-layer networks in unsupervised feature learning".
    """
    windows = descriptors.movedim(1, -1)  # (N, h, w, d)
    distance = torch.cdist(windows.flatten(0, 2), words).unflatten(0, windows.shape[:3])
    return (distance.mean(dim=-1, keepdim=True) - distance).relu().movedim(-1, 1)


def pyramid(maps, levels=(1, 2, 4)):
    r"""Average maps over the whole image, over its quarters, over its sixteenths, and join all: (N, K * sum(level^2)).

    Each level forgets where inside its parts; together they keep as much of "where" as is wanted.

    Source: Lazebnik, Schmid and Ponce 2006, "Beyond bags of features".
    """
    return torch.cat([adaptive_avg_pool2d(maps, level).flatten(1) for level in levels], dim=1)


def word_features(x, words, levels=(1, 2, 4), batch_size=500):
    r"""Images to features by all three steps: `local_descriptors`, `assign`, `pyramid`; batch by batch."""
    return torch.cat(
        [pyramid(assign(local_descriptors(part), words), levels) for part in x.split(batch_size)]
    )


def fit_linear(features, labels, strength=0.01):
    r"""Logistic regression on features brought to mean 0 and variance 1: a linear layer under cross-entropy.

    Args:
        features: (N, d).
        labels: (N,) integers.
        strength: scikit-learn's C, the weight of the data against the penalty |w|^2 / 2; smaller is more cautious.

    Returns:
        A function, features (M, d) -> labels (M,).
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = features.mean(0), features.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3)
    model.fit(((features - mean) / spread).numpy(), labels.numpy())

    def classify(features):
        return torch.from_numpy(model.predict(((features - mean) / spread).numpy()))

    return classify
