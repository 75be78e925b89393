"""course_lib.segmentation: worked by hand, scikit-learn and scipy as the oracles, sets that separate definitions."""

import pytest
import torch
from scipy import stats
from sklearn import metrics
from torch.nn.functional import avg_pool2d
from torch.testing import assert_close

from course_lib import data
from course_lib.checkpoint import checkpoint_card
from course_lib.segmentation import (
    STUDY_COLUMNS,
    Segmenter,
    binomial_interval,
    binomial_test,
    bootstrap_interval,
    bootstrap_scores,
    class_scores,
    confusion_matrix,
    nearest_class,
    pool_studies,
    read_studies,
    scores_of,
    segment,
    segmentation_scores,
    street_segmenter,
    study_result,
)

# truth 0 0 0 1 / said 0 0 1 1: n = [[2, 1], [0, 1]]
TARGET, PRED = torch.tensor([[[0, 0], [0, 1]]]), torch.tensor([[[0, 0], [1, 1]]])


def labels(*shape, classes, seed):
    return torch.randint(classes, shape, generator=torch.Generator().manual_seed(seed))


def test_scores_by_hand():
    assert confusion_matrix(PRED, TARGET, 2).tolist() == [[2, 1], [0, 1]]
    assert segmentation_scores(PRED, TARGET, 2) == pytest.approx(
        (3 / 4, (2 / 3 + 1) / 2, (2 / 3 + 1 / 2) / 2)
    )


def test_one_matrix_over_the_set_is_not_a_mean_over_images():
    """A class that is one pixel of the first image and two of the second: 1 of 3 right, not 1 and 0 averaged."""
    target = torch.tensor([[[0, 0, 0, 1]], [[0, 0, 1, 1]]])
    pred = torch.tensor([[[0, 0, 0, 1]], [[0, 0, 0, 0]]])
    pixels, classes, iou = segmentation_scores(pred, target, 2)
    assert (pixels, classes) == pytest.approx((6 / 8, (1 + 1 / 3) / 2))
    assert iou == pytest.approx((5 / 7 + 1 / 3) / 2)


def test_absent_classes():
    target, pred = torch.tensor([[0, 0, 1, 1]]), torch.tensor([[0, 2, 1, 1]])
    accuracy, iou = class_scores(confusion_matrix(pred, target, 4))
    nan = float("nan")
    assert_close(accuracy, torch.tensor([0.5, 1, nan, nan]).double(), equal_nan=True)
    assert_close(iou, torch.tensor([0.5, 1, 0, nan]).double(), equal_nan=True)  # 2 was only said, 3 nowhere
    assert segmentation_scores(pred, target, 4) == pytest.approx((0.75, 0.75, 0.5))


@pytest.mark.parametrize("seed", range(4))
def test_against_scikit_learn(seed):
    target, pred = labels(3, 5, 7, classes=6, seed=seed), labels(3, 5, 7, classes=6, seed=seed + 100)
    pred = torch.where(labels(3, 5, 7, classes=2, seed=seed + 200) > 0, target, pred)
    if seed % 2:
        target, pred = target.clamp(1, 4), pred.clamp(1, 5)  # 0 nowhere, 5 at most said
    ours, (t, p) = confusion_matrix(pred, target, 6), (target.flatten(), pred.flatten())
    assert ours.tolist() == metrics.confusion_matrix(t, p, labels=range(6)).tolist()
    pixels, classes, iou = segmentation_scores(pred.byte(), target.byte(), 6)
    assert pixels == pytest.approx(metrics.accuracy_score(t, p))
    assert classes == pytest.approx(metrics.recall_score(t, p, average="macro", labels=t.unique()))
    assert iou == pytest.approx(metrics.jaccard_score(t, p, average="macro"))  # over classes of either


def test_matrices_add_up_and_a_perfect_segmenter_scores_one():
    target, pred = labels(4, 3, 3, classes=3, seed=1), labels(4, 3, 3, classes=3, seed=2)
    parts = [confusion_matrix(pred[i], target[i], 3) for i in range(4)]
    assert torch.equal(sum(parts), confusion_matrix(pred, target, 3))
    assert segmentation_scores(target, target, 9) == (1, 1, 1)


def test_many_classes_in_uint8_do_not_wrap_around():
    target, pred = labels(2, 9, 9, classes=18, seed=7), labels(2, 9, 9, classes=18, seed=8)
    narrow = segmentation_scores(pred.byte(), target.byte(), 18)
    assert narrow == segmentation_scores(pred, target, 18)
    assert narrow[0] == pytest.approx((pred == target).double().mean().item())


@pytest.mark.parametrize(
    ("pred", "what"),
    [
        (torch.zeros(1, 2, 2), "float32"),
        (torch.zeros(1, 2, dtype=torch.long), r"expected integers \(1, 2, 2\)"),
        (torch.full((1, 2, 2), 2), "got labels 2 to 2, expected 0 to 1"),
        (torch.full((1, 2, 2), -1), "got labels -1 to -1"),
    ],
)
def test_labels_that_are_none_are_named(pred, what):
    with pytest.raises(ValueError, match=what):
        confusion_matrix(pred, TARGET, 2)


# --- the segmenter ------------------------------------------------------------------------------------
def test_segmenter_gives_logits_of_any_size_and_is_repeated_by_its_generator():
    first, second = (Segmenter(5, 4, 2, 8, rng=torch.Generator().manual_seed(2)).eval() for _ in range(2))
    x = torch.randn(2, 3, 8, 12, generator=torch.Generator().manual_seed(3))
    logits = first(x)
    assert logits.shape == (2, 5, 8, 12)
    assert torch.equal(logits, second(x))
    with torch.no_grad():
        for p in first.net.ups[-1].parameters():
            p.mul_(1000)
    assert first(x).abs().max() > 1, "something holds the logits between -1 and 1"


def test_segment_takes_the_largest_logit_in_parts():
    """A network whose logits are the colour channels: the class is the strongest colour."""
    images = torch.randint(
        0, 256, (5, 3, 4, 6), generator=torch.Generator().manual_seed(4), dtype=torch.uint8
    )
    said = segment(torch.nn.Identity(), images, batch_size=2)
    assert said.dtype == torch.uint8
    assert torch.equal(said, images.argmax(1).to(torch.uint8))


def test_nearest_class_undoes_painting_and_survives_noise():
    scenes = labels(3, 1, 8, 6, classes=len(data.STREET_CLASSES), seed=9).to(torch.uint8)
    painted = data.paint_labels(scenes, data.STREET_PALETTE)
    assert torch.equal(nearest_class(painted, data.STREET_PALETTE), scenes[:, 0])
    noise = torch.randint(-12, 13, painted.shape, generator=torch.Generator().manual_seed(5))
    noisy = (painted + noise).clamp(0, 255).to(torch.uint8)
    assert torch.equal(nearest_class(noisy, data.STREET_PALETTE), scenes[:, 0])


def test_the_shipped_segmenters_are_what_their_cards_say():
    """On 40 of the 200 held-out scenes: near the card's accuracy, far above every pixel's most frequent class."""
    images, truth = data.streets("photo", "day", "test")
    images, truth = images[:40], truth[:40]
    for half in (False, True):
        if half:
            images, truth = avg_pool2d(images.float(), 2).round().to(torch.uint8), truth[..., ::2, ::2]
        segmenter = street_segmenter(half)
        assert not segmenter.training
        assert not any(p.requires_grad for p in segmenter.parameters())
        card = checkpoint_card("segmenter_streets_half" if half else "segmenter_streets")["metrics"]
        pixels, classes, iou = segmentation_scores(segment(segmenter, images), truth[:, 0], 9)
        assert pixels == pytest.approx(card["pixel_accuracy"], abs=0.015)
        assert classes == pytest.approx(card["class_accuracy"], abs=0.03)
        assert iou == pytest.approx(card["mean_iou"], abs=0.03)


# --- intervals ----------------------------------------------------------------------------------------
def test_bootstrap_by_hand():
    """Means 1, 2, 3, 5 in some order: quartiles by interpolation at 0.75 and 2.25."""
    values = torch.tensor([1.0, 3.0, 5.0])
    indices = torch.tensor([[2, 2, 2], [0, 0, 0], [1, 0, 1], [0, 1, 2]])  # means 5, 1, 7/3, 3
    assert bootstrap_interval(values, indices, 0.5) == pytest.approx((1 + 0.75 * 4 / 3, 3 + 0.25 * 2))


def test_bootstrap_is_scipys():
    values = torch.randn(30, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    indices = labels(999, 30, classes=30, seed=1)
    draws = values[indices].mean(1).numpy()
    for level in (0.8, 0.95):
        expected = [
            float(q) for q in stats.mstats.mquantiles(draws, [(1 - level) / 2, (1 + level) / 2], 1, 1)
        ]
        assert bootstrap_interval(values, indices, level) == pytest.approx(expected)


def test_bootstrap_covers_as_often_as_it_says():
    rng = torch.Generator().manual_seed(3)
    covered = 0
    for _ in range(300):
        low, high = bootstrap_interval(
            torch.randn(40, generator=rng), torch.randint(40, (400, 40), generator=rng), 0.9
        )
        covered += low < 0 < high
    assert 0.84 < covered / 300 < 0.94  # three standard errors, and a little less than 0.9, as is known of it


def test_bootstrap_of_scores_draws_images():
    target, pred = labels(5, 4, 4, classes=3, seed=5), labels(5, 4, 4, classes=3, seed=6)
    parts = torch.stack([confusion_matrix(p, t, 3) for p, t in zip(pred, target)])
    same = torch.arange(5).expand(7, 5)  # every draw is the set itself
    intervals = bootstrap_scores(parts, same)
    assert intervals.shape == (3, 2)
    assert_close(intervals[:, 0], torch.tensor(segmentation_scores(pred, target, 3)).double())
    assert_close(intervals[:, 0], intervals[:, 1])
    one = torch.tensor([[4] * 5, [2] * 5])
    each = torch.tensor([scores_of(parts[4]), scores_of(parts[2])]).double()
    assert_close(bootstrap_scores(parts, one, 0.999999), each.sort(0).values.T, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("indices", "level", "what"),
    [
        (torch.zeros(9, 2, dtype=torch.long), 0.95, r"indices: got torch.int64 \(9, 2\)"),
        (torch.zeros(9, 3), 0.95, "indices: got torch.float32"),
        (torch.zeros(9, 3, dtype=torch.long), 95, "level: got 95"),
    ],
)
def test_indices_that_do_not_fit_are_named(indices, level, what):
    with pytest.raises(ValueError, match=what):
        bootstrap_interval(torch.zeros(3), indices, level)


# --- a study ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("k", "n"), [(0, 7), (7, 7), (1, 1), (3, 10), (5, 10), (18, 250), (2000, 4000)])
@pytest.mark.parametrize("level", [0.95, 0.5])
def test_exact_binomial_is_scipys(k, n, level):
    for p in (0.5, 0.1):
        expected = stats.binomtest(k, n, p)
        assert binomial_test(k, n, p) == pytest.approx(expected.pvalue, rel=1e-6)
    interval = expected.proportion_ci(level, "exact")
    assert binomial_interval(k, n, level) == pytest.approx((interval.low, interval.high), rel=1e-8)


def test_a_study_by_hand():
    result = study_result(torch.tensor([True, False, False, False]))
    assert (result.trials, result.fooled, result.share) == (4, 1, 0.25)
    assert result.p_chance == pytest.approx(10 / 16)  # 0, 1, 3 or 4 of 4 heads
    assert study_result([True]).p_chance == 1
    # ten of ten seen through: (1 - p)^10 = 0.025 at the upper end
    assert study_result(torch.zeros(10, dtype=torch.bool))[3:5] == pytest.approx((0, 1 - 0.025**0.1))


def test_k_of_n_is_checked():
    with pytest.raises(ValueError, match="got 5 of 4"):
        binomial_interval(5, 4)
    with pytest.raises(ValueError, match="got 0 of 0"):
        study_result(torch.zeros(0, dtype=torch.bool))


# --- a class's files ----------------------------------------------------------------------------------
HEADER = ",".join(STUDY_COLUMNS)


def csv_file(folder, name, *rows, header=HEADER):
    (folder / name).write_text("\n".join([header, *rows]) + "\n")
    return folder / name


def test_pooling_by_hand(tmp_path):
    """Anna is fooled in 1 of 2, Ben in 2 of 2; another method and another exposure are kept apart."""
    anna = csv_file(tmp_path, "anna.csv", "a,L1,1,1,7,left,right,900", "a,L1,1,2,3,right,right,800")
    ben = csv_file(
        tmp_path,
        "ben.csv",
        "b,L1,1,1,4,left,right,900",
        "b,L1,1,2,5,right,left,700",
        "b,cGAN,1,1,5,right,left,700",
        "b,L1,0,1,5,right,right,700",
    )
    answers, problems = read_studies([anna, ben])
    assert problems == []
    assert answers[0] == ("a", "L1", 1.0, 1, True)
    pooled = pool_studies(answers)
    assert list(pooled) == [("L1", 0.0), ("L1", 1.0), ("cGAN", 1.0)]
    result, shares = pooled["L1", 1.0]
    assert result == study_result([True, False, True, True])
    assert shares.tolist() == [0.5, 1.0]
    assert pooled["L1", 0.0][0][:3] == (1, 0, 0.0)


GOOD = "c,L1,1,1,7,left,right,900"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("c,L1,1,2,7,left,centre,900", "line 3: answer: got 'centre', expected left or right"),
        ("c,L1,1,2,7,,left,900", "line 3: real: got ''"),
        (",L1,1,2,7,left,left,900", "line 3: observer: got nothing"),
        ("c, ,1,2,7,left,left,900", "line 3: method: got nothing"),
        ("c,L1,1,two,7,left,left,900", "line 3: trial and exposure: got 'two' and '1'"),
        ("c,L1,nan,2,7,left,left,900", "line 3: trial and exposure: got 2 and nan"),
        ("c,L1,1,0,7,left,left,900", "line 3: trial and exposure: got 0"),
        ("c,L1,1,2,7,left", "line 3: got another number of cells"),
        ("c,L1,1,2,7,left,left,900,x", "line 3: got another number of cells"),
        (GOOD, "line 3: trial 1 of observer c again, after class.csv, line 2"),
    ],
)
def test_a_bad_row_is_named_and_left_out(tmp_path, row, says):
    answers, problems = read_studies([csv_file(tmp_path, "class.csv", GOOD, row)])
    assert len(answers) == len(problems) == 1
    assert problems[0].startswith(f"class.csv, {says}")


def test_a_bad_file_is_named_and_the_others_are_read(tmp_path):
    good = csv_file(tmp_path, "good.csv", GOOD)
    headless = csv_file(tmp_path, "headless.csv", GOOD, header=HEADER.replace("real,", ""))
    (tmp_path / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "spread.csv").write_bytes(
        b"\xef\xbb\xbf" + good.read_bytes().replace(b"c,", b"d,")
    )  # with a mark
    files = [good, headless, tmp_path / "photo.csv", tmp_path / "empty.csv", tmp_path / "none.csv"]
    answers, problems = read_studies([*files, tmp_path / "spread.csv", good])
    assert [a.observer for a in answers] == ["c", "d"]
    starts = ("headless.csv: no column real", "photo.csv: cannot", "empty.csv: no column", "none.csv: cannot")
    assert all(problem.startswith(start) for problem, start in zip(problems, starts))
    assert problems[4].startswith("good.csv, line 2: trial 1 of observer c again")
    assert len(problems) == 5
