r"""Is a translation any good? Scores of a label map against the truth, bootstrap intervals, a study with people.

The FCN-score of pix2pix asks a segmenter, trained on real images, what it sees in a generated one, and compares its
labels with those that the image was made from. All label scores come from one confusion matrix over the whole set:
a class that covers ten pixels of one image then weighs ten pixels, not one image. Lecture: 15_evaluating_translation.

Source: Long, Shelhamer and Darrell 2015, arXiv:1411.4038, section 5; Isola et al. 2017, arXiv:1611.07004 (FCN-scores).
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from course_lib.checkpoint import shipped
from course_lib.data.store import to_float
from course_lib.unet import UNetGenerator


# --- the segmenter ------------------------------------------------------------------------------------
class Segmenter(nn.Module):
    r"""Image -> logits of every pixel's class: a U-Net without the tanh at its end.

    Args:
        num_classes: K.
        base_channels, num_downs, max_channels: as in `unet.UNetGenerator`.
        rng: torch.Generator of the initial weights, or None for torch's global one.

    Shapes:
        x (N, 3, H, W), in [-1, 1], H and W multiples of 2^num_downs -> logits (N, K, H, W).
    """

    def __init__(self, num_classes, base_channels=16, num_downs=4, max_channels=64, rng=None):
        super().__init__()
        self.net = UNetGenerator(3, num_classes, base_channels, num_downs, max_channels, dropout=0, rng=rng)
        self.net.ups[-1][-1] = nn.Identity()  # the tanh would hold every logit in (-1, 1)

    def forward(self, x):
        return self.net(x)


def street_segmenter(half=False):
    """The shipped segmenter of photo-like street scenes, 64 x 96 or half of that, in eval mode and fixed."""
    return shipped("segmenter_streets_half" if half else "segmenter_streets", Segmenter)


@torch.no_grad()
def segment(segmenter, images, batch_size=64):
    r"""The likeliest class of every pixel: uint8 images (N, 3, H, W) -> uint8 labels (N, H, W)."""
    return torch.cat(
        [segmenter(to_float(part)).argmax(1).to(torch.uint8) for part in images.split(batch_size)]
    )


def nearest_class(images, palette):
    r"""Labels read off painted labels: the class whose colour is nearest to the pixel's.

    Args:
        images: uint8 (N, 3, H, W). palette: one (r, g, b) a class, 0 to 255.

    Returns:
        uint8 (N, H, W).
    """
    colors = torch.tensor(palette, dtype=torch.float32)
    pixels = images.permute(0, 2, 3, 1).float()  # (N, H, W, 3)
    return torch.cdist(pixels.flatten(0, 2), colors).argmin(1).view(pixels.shape[:3]).to(torch.uint8)


# --- labels against labels ----------------------------------------------------------------------------
def confusion_matrix(pred, target, num_classes):
    r"""How often a pixel of class i was called j, over all pixels.

    Args:
        pred, target: integer labels, (N, H, W) or any one shape, 0 to num_classes - 1.

    Returns:
        int64 (num_classes, num_classes): rows are the truth, columns what was said. Matrices of two sets add up.

    Raises:
        ValueError: shapes differ, labels are no integers or out of range.
    """
    for name, labels in (("pred", pred), ("target", target)):
        if labels.is_floating_point() or labels.shape != target.shape:
            raise ValueError(
                f"{name}: got {labels.dtype} {tuple(labels.shape)}, expected integers {tuple(target.shape)}"
            )
        if labels.numel() and not (labels.min() >= 0 and labels.max() < num_classes):
            raise ValueError(
                f"{name}: got labels {labels.min()} to {labels.max()}, expected 0 to {num_classes - 1}"
            )
    pairs = num_classes * target.flatten().long() + pred.flatten().long()  # one number for each (truth, said)
    return torch.bincount(pairs, minlength=num_classes**2).view(num_classes, num_classes)


def class_scores(confusion):
    r"""Accuracy and intersection over union of every class; NaN where a class leaves the score undefined.

    .. math:: a_i = \frac{n_{ii}}{\sum_j n_{ij}}, \qquad
              \mathrm{IoU}_i = \frac{n_{ii}}{\sum_j n_{ij} + \sum_j n_{ji} - n_{ii}}

    Args:
        confusion: (K, K) of `confusion_matrix`, n[truth, said].

    Returns:
        (accuracy, iou), float64 (K,). Accuracy is NaN for a class that the truth lacks; IoU is NaN for a class that
        neither the truth nor the prediction has, and 0 for one that was only predicted.
    """
    n = confusion.double()
    hits, truth, said = n.diagonal(), n.sum(1), n.sum(0)
    return hits / truth, hits / (truth + said - hits)  # 0 / 0 = NaN


def scores_of(confusion):
    r"""(pixel_accuracy, class_accuracy, mean_iou) of a confusion matrix: see `segmentation_scores`."""
    accuracy, iou = class_scores(confusion)
    pixels = confusion.double().diagonal().sum() / confusion.sum()
    return pixels.item(), accuracy.nanmean().item(), iou.nanmean().item()


def segmentation_scores(pred, target, num_classes):
    r"""The three numbers of pix2pix's tables, of a whole set of label maps.

    Classes that are absent do not count: class accuracy is a mean over the classes that occur in the truth, mean IoU
    over those that occur in the truth or in the prediction. (The original's script counts them as 0: with K classes
    of which k occur, its means are k / K of these.)

    Args:
        pred, target: integer labels, (N, H, W), 0 to num_classes - 1.

    Returns:
        (pixel_accuracy, class_accuracy, mean_iou), floats in [0, 1].
    """
    return scores_of(confusion_matrix(pred, target, num_classes))


# --- how sure -----------------------------------------------------------------------------------------
def bootstrap_interval(values, indices, level=0.95):
    r"""Percentile interval of a mean: as if the set had been drawn anew B times.

    Args:
        values: one number for each image (or observer), (n,).
        indices: which values each resampled set holds, drawn with replacement, integer (B, n):
            ``torch.randint(n, (B, n), generator=rng)``.
        level: share of the B means inside.

    Returns:
        (low, high), floats: quantiles of the means, with linear interpolation.

    Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13.
    """
    _check_indices(values, indices, level)
    return tuple(_between(values.double()[indices].mean(1), level).tolist())


def bootstrap_scores(confusions, indices, level=0.95):
    r"""Percentile intervals of the three label scores, which are no means over images: images are drawn anew.

    Args:
        confusions: one confusion matrix for each image, (n, K, K).
        indices, level: as in `bootstrap_interval`.

    Returns:
        float64 (3, 2): low and high of pixel_accuracy, class_accuracy and mean_iou.
    """
    _check_indices(confusions, indices, level)
    scores = [scores_of(confusions[chosen].sum(0)) for chosen in indices]
    return _between(torch.tensor(scores, dtype=torch.float64), level).T


def _check_indices(values, indices, level):
    if indices.dim() != 2 or indices.shape[1] != len(values) or indices.is_floating_point():
        raise ValueError(
            f"indices: got {indices.dtype} {tuple(indices.shape)}, expected integers (B, {len(values)})"
        )
    if not 0 < level < 1:
        raise ValueError(f"level: got {level}, expected a share between 0 and 1")


def _between(draws, level):
    tails = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    return torch.quantile(draws, tails, dim=0)


# --- two-alternative forced choice --------------------------------------------------------------------
class StudyResult(NamedTuple):
    trials: int
    fooled: int
    share: float  # of trials in which the generated image was taken for the real one
    low: float
    high: float  # exact (Clopper-Pearson) interval of the share
    p_chance: float  # of a share at least as far from 1/2, were the two indistinguishable


def study_result(fooled, level=0.95):
    r"""What a two-alternative forced-choice study says: real and generated side by side, which one is real?

    If nobody can tell, each answer is a coin toss and the share fooled is 1/2; 0 means that everybody sees it. The
    trials are taken as independent: with several by one observer the interval is a little too narrow, and
    `bootstrap_interval` over observers is the check.

    Args:
        fooled: for each trial whether the generated image was taken for real, bool (n,), n from 1.
        level: of the interval.

    Source: the protocol is Isola et al. 2017 (their perceptual studies; there `% labeled real`).
    """
    n, k = len(fooled), int(torch.as_tensor(fooled).sum())
    low, high = binomial_interval(k, n, level)
    return StudyResult(n, k, k / n, low, high, binomial_test(k, n))


STUDY_COLUMNS = ("observer", "method", "exposure", "trial", "pair", "real", "answer", "milliseconds")


class Answer(NamedTuple):
    observer: str  # a code that the widget draws at random
    method: str  # what made the generated image
    exposure: float  # seconds for which the pair was seen; 0: no limit
    trial: int
    fooled: bool


def read_studies(files):
    r"""The answers in the CSV files of a class, as the widget `forced_choice.ForcedChoice` writes them.

    A row that cannot be an answer is left out and named, so that one broken file does not hold up the others; so is
    a trial that an observer has already answered, as when a file was handed in twice.

    Args:
        files: paths of CSV files with the columns `STUDY_COLUMNS`, in any order.

    Returns:
        (answers, problems): a list of `Answer`, and a list of lines "FILE, line 7: what is wrong".
    """
    answers, problems, first = [], [], {}
    for file in map(Path, files):
        try:
            rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(), strict=True)
            lacking = [name for name in STUDY_COLUMNS if name not in (rows.fieldnames or ())]
            if lacking:
                problems.append(f"{file.name}: no column {', '.join(lacking)}")
                continue
            for row in rows:
                where = f"{file.name}, line {rows.line_num}"
                try:
                    answer = _answer(row)
                except ValueError as error:
                    problems.append(f"{where}: {error}")
                    continue
                key = answer[:4]
                if key in first:
                    problems.append(
                        f"{where}: trial {answer.trial} of observer {answer.observer} again, "
                        f"after {first[key]}"
                    )
                    continue
                first[key] = where
                answers.append(answer)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.append(f"{file.name}: cannot be read ({error})")
    return answers, problems


def pool_studies(answers, level=0.95):
    r"""A class's answers, method by method: all trials together, and each observer's share.

    Returns:
        (method, exposure) -> (`StudyResult`, float64 (observers,)): the shares are what `bootstrap_interval` draws
        anew, observers and not trials, since one person's answers resemble each other.
    """
    groups = {}
    for a in answers:
        groups.setdefault((a.method, a.exposure), {}).setdefault(a.observer, []).append(a.fooled)
    pooled = {}
    for key, observers in sorted(groups.items()):
        shares = torch.tensor(
            [sum(fooled) / len(fooled) for fooled in observers.values()], dtype=torch.float64
        )
        pooled[key] = study_result([f for fooled in observers.values() for f in fooled], level), shares
    return pooled


def _answer(row):
    if None in row or None in row.values():  # how csv says that the cells do not fit the columns
        raise ValueError("got another number of cells than there are columns")
    for name in ("observer", "method"):
        if not row[name].strip():
            raise ValueError(f"{name}: got nothing")
    for name in ("real", "answer"):
        if row[name] not in ("left", "right"):
            raise ValueError(f"{name}: got {row[name]!r}, expected left or right")
    try:
        trial, exposure = int(row["trial"]), float(row["exposure"])
    except ValueError:
        raise ValueError(
            f"trial and exposure: got {row['trial']!r} and {row['exposure']!r}, expected numbers"
        ) from None
    if trial < 1 or not (0 <= exposure < math.inf):
        raise ValueError(
            f"trial and exposure: got {trial} and {exposure}, expected at least 1 and at least 0"
        )
    return Answer(row["observer"], row["method"], exposure, trial, row["answer"] != row["real"])


def binomial_interval(k, n, level=0.95):
    r"""Exact interval (Clopper and Pearson 1934) of a probability from k successes in n trials.

    low is the probability at which k or more successes have the chance (1 - level) / 2, high that of k or fewer.

    Returns:
        (low, high), floats; 0 and 1 at the ends k = 0 and k = n.
    """
    tail = (1 - level) / 2
    pmf = _counts(k, n)
    low = 0.0 if k == 0 else _root(lambda p: pmf(p)[k:].sum() - tail)
    high = 1.0 if k == n else _root(lambda p: tail - pmf(p)[: k + 1].sum())
    return low, high


def binomial_test(k, n, p=0.5):
    r"""Two-sided exact test: the chance, under p, of a count no more likely than k.

    Returns:
        A float in (0, 1]; small says that p is hard to believe.
    """
    chances = _counts(k, n)(p)
    return min(1.0, chances[chances <= chances[k] * (1 + 1e-7)].sum().item())  # equal up to rounding counts


def _counts(k, n):
    """p -> chances of 0, 1, ... n successes, float64 (n + 1,)."""
    if not (n >= 1 and 0 <= k <= n):
        raise ValueError(f"k of n: got {k} of {n}, expected 0 <= k <= n and n >= 1")
    i = torch.arange(n + 1, dtype=torch.float64)
    choices = math.lgamma(n + 1) - torch.lgamma(i + 1) - torch.lgamma(n - i + 1)
    return lambda p: (choices + i * math.log(p) + (n - i) * math.log1p(-p)).exp()


def _root(rising):
    """Where a rising function of a probability crosses 0, by halving to 1e-15."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
