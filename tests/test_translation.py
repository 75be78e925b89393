"""course_lib.translation: the tasks' shapes, batches of pairs that stay pairs, shipped networks that load."""

import pytest
import torch
from torch.testing import assert_close

from course_lib import data, translation
from course_lib.checkpoint import save_checkpoint
from course_lib.translation import TASKS, PairBatches, Task, Translator, automatic_edges
from course_lib.unet import UNetGenerator


@pytest.mark.parametrize("name", TASKS)
def test_pairs_fit_the_networks(name):
    task = TASKS[name]
    x, y = task.pairs("test")
    assert len(x) == len(y) > 100
    assert x.dtype == y.dtype == torch.uint8
    x = task.encode(task.simulate(x[:3], torch.Generator().manual_seed(0)))
    assert x.shape == (3, task.in_channels, *y.shape[2:])
    assert y.shape[1] == task.out_channels
    assert x.abs().max() <= 1


def test_edges_where_a_colour_changes():
    image = torch.zeros(1, 3, 4, 5, dtype=torch.uint8)
    image[:, 1, :, 3:] = 41  # one channel is enough; a step of 41 is above the threshold of 40
    edges = automatic_edges(image)
    assert edges.shape == (1, 1, 4, 5)
    assert torch.equal(edges[0, 0] == 0, torch.tensor([[False, False, True, False, False]]).expand(4, 5))
    assert automatic_edges(image.clamp(max=40)).min() == 255
    assert torch.equal(automatic_edges(image.mT), edges.mT)


def toy(n=12):
    """Pairs that can be told apart: y is x and its negative; column 0 is dark, so that a mirror image shows."""
    x = torch.arange(1, n + 1, dtype=torch.uint8)[:, None, None, None].repeat(1, 1, 4, 4) * 10
    x[..., 0] = 0
    return x, torch.cat([x, 255 - x], 1)


def test_batches_stay_pairs():
    x, y = toy()
    batches = PairBatches(Task("toy", None, 1, 2), x, y, 4, {"pad": 1})
    rng = torch.Generator().manual_seed(0)
    a, b = batches.next(rng)
    assert_close(b[:, :1], a)
    assert_close(b[:, 1:], -a)
    seen = torch.cat([a, *(batches.next(rng)[0] for _ in range(2))]).amax((1, 2, 3))
    assert_close(seen.sort().values, data.to_float(x).amax((1, 2, 3)))  # all twelve once


def test_processes_share_a_batch():
    x, y = toy()
    whole = PairBatches(Task("toy", None, 1, 2), x, y, 6, {"pad": 1}).next(torch.Generator().manual_seed(5))
    parts = [
        PairBatches(Task("toy", None, 1, 2), x, y, 6, {"pad": 1}, share=(rank, 3)).next(
            torch.Generator().manual_seed(5)
        )
        for rank in range(3)
    ]
    for side in (0, 1):
        assert torch.equal(torch.cat([part[side] for part in parts]), whole[side])
    with pytest.raises(ValueError, match="batch_size: got 4, expected a multiple of 3"):
        PairBatches(TASKS["flat_to_3d"], x, y, 4, share=(0, 3))


def test_a_shipped_network_translates_bytes(tmp_path, monkeypatch):
    """A generator whose last convolution is silent paints tanh(bias); loading goes through the card."""
    architecture = {"in_channels": 18, "out_channels": 3, "base_channels": 2, "num_downs": 2}
    generator = UNetGenerator(**architecture)
    with torch.no_grad():
        generator.ups[-1][1].weight.zero_()
        generator.ups[-1][1].bias.copy_(torch.tensor([0.0, 10.0, -10.0]))
    save_checkpoint("pix2pix_labels_to_3d", generator, {"architecture": architecture}, tmp_path)
    for name in ("checkpoint_card", "shipped"):
        original = getattr(translation, name)
        monkeypatch.setattr(translation, name, lambda *a, f=original: f(*a, folder=tmp_path))
    translate = Translator("labels_to_3d")
    labels = data.emoji_labels("test")[:5]
    y = translate(labels, batch_size=2)
    assert y.dtype == torch.uint8
    assert y.shape == (5, 3, 64, 64)
    assert y.float().mean((0, 2, 3)).tolist() == pytest.approx([128, 255, 0], abs=0.6)
    assert not any(m.training for m in translate.generator.modules())
    with pytest.raises(ValueError, match=r"x: got torch\.float32"):
        translate(labels.float())


@pytest.mark.parametrize("name", TASKS)
def test_shipped_networks_are_nearer_to_the_truth_than_the_mean_image(name):
    x, y = TASKS[name].pairs("test")
    some = torch.arange(0, len(x), len(x) // 24)
    mean = y.float().mean(
        0, keepdim=True
    )  # of the test images themselves: harder to beat than the training images'
    y_fake = Translator(name)(TASKS[name].simulate(x[some], torch.Generator().manual_seed(0))).float()
    y = y[some].float()
    assert (y_fake - y).abs().mean() < (mean - y).abs().mean()


def test_unknown_task():
    with pytest.raises(ValueError, match="task: got 'edges2cats', expected one of labels_to_3d"):
        Translator("edges2cats")
