"""course_lib.unpaired: domains that share nothing in training, batches drawn apart, scores, shipped networks that load."""

from itertools import chain

import pytest
import torch

from course_lib import checkpoint, data, unpaired
from course_lib.resnet import ResnetGenerator
from course_lib.unpaired import CYCLES, CycleTranslator, UnpairedBatches, l1_distance, retrieval, translate


@pytest.mark.parametrize("name", CYCLES)
def test_domains(name):
    (x, y), (test_x, test_y) = CYCLES[name].domains("train"), CYCLES[name].domains("test")
    assert x.dtype == y.dtype == torch.uint8
    assert x.shape[1:] == y.shape[1:] == test_x.shape[1:]
    assert min(len(x), len(y)) > 300
    assert test_x.shape == test_y.shape
    assert len(test_x) > 100


def test_no_scene_is_shown_by_day_and_by_night():
    day, night = CYCLES["streets"].domains("train")
    all_day, all_night = (data.streets("photo", time, "train")[0] for time in ("day", "night"))
    assert torch.equal(day, all_day[0::2])
    assert torch.equal(night, all_night[1::2])


def counting(n, start):
    return (torch.arange(start, start + n, dtype=torch.uint8))[:, None, None, None].repeat(1, 3, 4, 4)


def test_batches_of_both_domains_come_apart():
    x, y = counting(6, 0), counting(9, 100)
    batches, rng = UnpairedBatches(x, y, 3, {"pad": 1}), torch.Generator().manual_seed(0)
    drawn = [batches.next(rng) for _ in range(6)]
    values = [[data.to_uint8(b[k])[:, 0, 0, 0].tolist() for b in drawn] for k in (0, 1)]
    assert sorted(chain(*values[0][:2])) == list(range(6))  # every picture once an epoch, each domain its own
    assert sorted(chain(*values[1][:3])) == list(range(100, 109))
    assert values[0][:2] != values[0][2:4]
    gaps = {b - a for one, other in zip(*values) for a, b in zip(one, other)}
    assert len(gaps) > 4  # nothing ties the order of one to the other
    assert drawn[0][0].dtype == torch.float32


def test_batches_go_on_where_they_stopped():
    def make():
        return UnpairedBatches(counting(6, 0), counting(9, 100), 2), torch.Generator().manual_seed(3)

    whole, rng = make()
    expected = [whole.next(rng) for _ in range(7)][4:]
    first, rng = make()
    for _ in range(4):
        first.next(rng)
    second, _ = make()
    second.load_state_dict(first.state_dict())
    for batch in expected:
        assert all(torch.equal(a, b) for a, b in zip(batch, second.next(rng)))


def test_processes_share_a_batch():
    def batches(share):
        return UnpairedBatches(counting(8, 0), counting(8, 100), 4, {"pad": 1}, share=share)

    whole = batches((0, 1)).next(torch.Generator().manual_seed(1))
    parts = [batches((rank, 2)).next(torch.Generator().manual_seed(1)) for rank in (0, 1)]
    for k in (0, 1):
        assert torch.equal(torch.cat([part[k] for part in parts]), whole[k])
    with pytest.raises(ValueError, match="multiple of 3 processes"):
        batches((0, 3))


def test_translate_keeps_what_the_identity_gives():
    images = torch.randint(256, (5, 3, 8, 8), dtype=torch.uint8)
    identity = torch.nn.Conv2d(3, 3, 1, bias=False)
    with torch.no_grad():
        identity.weight.copy_(torch.eye(3)[:, :, None, None])
    assert torch.equal(translate(identity, images, batch_size=2), images)
    with pytest.raises(ValueError, match="expected uint8"):
        translate(identity, images.float())


def test_retrieval_by_hand():
    partners = counting(4, 0) * 60
    assert retrieval(partners, partners) == 1.0
    assert retrieval(partners.roll(1, 0), partners) == 0.0
    assert retrieval(partners[[0, 1, 0, 0]], partners) == 0.5
    assert retrieval((partners + 20).clamp(max=255), partners) == 1.0  # nearer to its own than to the next
    one = torch.zeros(2, 3, 8, 8, dtype=torch.uint8)
    one[1, :, 1, 1] = 255
    moved = one.clone()
    moved[1] = one[1].roll((1, 1), (1, 2))
    assert retrieval(moved, one) == 1.0  # a shift within one cell of 4 x 4 pixels costs nothing


def test_l1_distance():
    assert l1_distance(counting(2, 0), counting(2, 51)) == pytest.approx(0.2)


def test_translator_loads_what_was_trained(tmp_path, monkeypatch):
    nets = {way: ResnetGenerator(base_channels=2, num_blocks=1) for way in ("xy", "yx")}
    for way, net in nets.items():
        facts = {"architecture": {"base_channels": 2, "num_blocks": 1}}
        checkpoint.save_checkpoint(f"cyclegan_emoji_{way}", net, facts, tmp_path)
    monkeypatch.setattr(unpaired, "checkpoint_card", lambda name: checkpoint.checkpoint_card(name, tmp_path))
    monkeypatch.setattr(unpaired, "shipped", lambda name, net: checkpoint.shipped(name, net, tmp_path))
    translator = CycleTranslator("emoji")
    images = torch.randint(256, (3, 3, 16, 16), dtype=torch.uint8)
    for way, to in (("xy", translator.to_y), ("yx", translator.to_x)):
        assert (to(images).int() - translate(nets[way].half().float(), images).int()).abs().max() <= 1
    assert not translator.g_xy.training
    with pytest.raises(ValueError, match="expected one of emoji, streets"):
        CycleTranslator("horses")
