"""course_lib.checkpoint: what is saved comes back, and what does not fit says so and changes nothing."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib import checkpoint


def network(width=3):
    return nn.Sequential(nn.Conv2d(1, width, 3), nn.BatchNorm2d(width))


@pytest.fixture
def saved(tmp_path):
    net = network()
    net[1].num_batches_tracked.fill_(70_000)  # an integer that float16 could not hold
    checkpoint.save_checkpoint("net", net, {"seed": 4, "script": "train.py"}, tmp_path)
    return net, tmp_path


def test_round_trip_in_half_precision(saved):
    net, folder = saved
    other = network().double()
    card = checkpoint.load_checkpoint("net", other, folder)
    assert card == checkpoint.checkpoint_card("net", folder)
    assert card["seed"] == 4
    assert card["parameters"] == 30 + 6
    for key, value in net.state_dict().items():
        loaded = other.state_dict()[key]
        if value.is_floating_point():
            assert loaded.dtype == torch.float64
            assert_close(loaded, value.half().double(), rtol=0, atol=0)
        else:
            assert loaded == 70_000
    assert checkpoint.checkpoints(folder) == ["net"]
    assert sorted(p.name for p in folder.iterdir()) == ["net.json", "net.safetensors"]


def test_a_shipped_network_is_built_from_its_card_and_only_answers(tmp_path):
    net = network(5)
    checkpoint.save_checkpoint("wide", net, {"architecture": {"width": 5}}, tmp_path)
    state = torch.get_rng_state()
    torch.manual_seed(1)
    found = checkpoint.shipped("wide", network, tmp_path)
    torch.set_rng_state(state)
    assert_close(found[0].weight, net[0].weight.half().float(), rtol=0, atol=0)
    assert not any(module.training for module in found.modules())
    assert not any(parameter.requires_grad for parameter in found.parameters())
    with pytest.raises(checkpoint.CheckpointError, match="wider: no such checkpoint; there are: wide"):
        checkpoint.shipped("wider", network, tmp_path)


def test_another_network_is_refused_and_left_alone(saved):
    _, folder = saved
    other = network(4)
    before = {k: v.clone() for k, v in other.state_dict().items()}
    with pytest.raises(
        checkpoint.CheckpointError, match=r"0\.weight: \(3, 1, 3, 3\) in the checkpoint, \(4, 1, 3, 3\)"
    ):
        checkpoint.load_checkpoint("net", other, folder)
    assert_close(dict(other.state_dict()), before, rtol=0, atol=0)
    with pytest.raises(checkpoint.CheckpointError, match=r"1\.\w+: missing from the module; .* and 1 more"):
        checkpoint.load_checkpoint("net", nn.Sequential(nn.Conv2d(1, 3, 3)), folder)


def test_a_missing_name_lists_what_there_is(saved):
    with pytest.raises(checkpoint.CheckpointError, match="nett: no such checkpoint; there are: net"):
        checkpoint.load_checkpoint("nett", network(), saved[1])


def test_a_truncated_file_says_how_to_restore_it(saved):
    file = saved[1] / "net.safetensors"
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(checkpoint.CheckpointError, match=r"git checkout .* or rebuild it with `train\.py`"):
        checkpoint.load_checkpoint("net", network(), saved[1])


@pytest.mark.parametrize("value", [1e5, float("nan")])
def test_values_that_float16_cannot_hold_are_refused(tmp_path, value):
    net = network()
    net[0].weight.data[0] = value
    with pytest.raises(checkpoint.CheckpointError, match=r"0\.weight has values"):
        checkpoint.save_checkpoint("net", net, {}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_too_large_a_network_is_refused(tmp_path):
    with pytest.raises(checkpoint.CheckpointError, match="4,000,000"):
        checkpoint.save_checkpoint("net", nn.Linear(2000, 1001), {}, tmp_path)


@pytest.mark.parametrize("channels", [1, 3])
def test_snapshots_come_back_nearly_unchanged(tmp_path, channels):
    ramp = torch.linspace(0, 255, 16).round().to(torch.uint8).expand(2, channels, 16, 16)
    history = {"loss": [float(k) for k in range(1000)]}
    checkpoint.save_snapshots("net", [(0, ramp), (5, 255 - ramp)], history, tmp_path)
    images, facts = checkpoint.load_snapshots("net", tmp_path)
    assert images.shape == (2, 2, channels, 16, 16)
    assert (images[0].int() - ramp.int()).abs().max() < 16
    assert (images[1].int() - (255 - ramp).int()).abs().max() < 16
    assert facts["steps"] == [0, 5]
    assert facts["history_every"] == 3
    assert facts["history"]["loss"][:2] == [1.0, 4.0]
    with pytest.raises(checkpoint.CheckpointError, match="other"):
        checkpoint.load_snapshots("other", tmp_path)


@pytest.mark.parametrize("name", checkpoint.checkpoints())
def test_every_shipped_checkpoint_is_small_and_says_where_it_comes_from(name):
    card = checkpoint.checkpoint_card(name)
    assert card["name"] == name
    assert (
        checkpoint.FOLDER / f"{name}.safetensors"
    ).stat().st_size <= checkpoint.MAX_BYTES + 20_000  # its header
    assert {"script", "seed", "data", "architecture"} <= set(card)
