"""data_scripts/train_pix2pix.py: goes on where it stopped, trains folders, and gives the same under torchrun."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.testing import assert_close

from course_lib.pix2pix import pix2pix_discriminator_loss, pix2pix_generator_loss

SMALL = {
    "generator": {"base_channels": 2, "num_downs": 3},
    "discriminator": {"base_channels": 2, "n_layers": 1},
    "batch_size": 4,
    "lr_g": 1e-3,
    "lr_d": 1e-3,
    "lambda_l1": 10.0,
    "decay": 0.5,
    "steps": 6,
    "augmentation": {"pad": 1},
}


@pytest.fixture(scope="module")
def script(root):
    sys.path.insert(0, str(root / "data_scripts"))
    try:
        import train_pix2pix
    finally:
        sys.path.remove(str(root / "data_scripts"))
    return train_pix2pix


@pytest.fixture
def folder(tmp_path):
    """Eight pairs side by side, the right one the left one's negative."""
    rng = np.random.default_rng(0)
    (tmp_path / "toys" / "train").mkdir(parents=True)
    for i in range(8):
        left = rng.integers(0, 256, (4, 4, 3), np.uint8).repeat(9, 0).repeat(9, 1)
        Image.fromarray(np.concatenate([left, 255 - left], 1)).save(tmp_path / "toys" / "train" / f"{i}.png")
    return tmp_path / "toys"


def toy_trainer(script, state_file=None, **changed):
    rng = torch.Generator().manual_seed(1)
    x = torch.randint(256, (8, 3, 16, 16), generator=rng, dtype=torch.uint8)
    return script.build(script.TASKS["flat_to_3d"], SMALL | changed, x, 255 - x, 0, state_file, watched=x[:2])


def weights(trainer):
    return {
        f"{part}.{key}": value
        for part in ("generator", "discriminator", "average")
        for key, value in trainer.parts[part].state_dict().items()
    }


def test_goes_on_where_it_stopped(script, tmp_path):
    whole = toy_trainer(script)
    whole.run(6, progress=False)
    first = toy_trainer(script, tmp_path / "state.pt")
    first.run(3, progress=False)
    second = toy_trainer(script, tmp_path / "state.pt")
    assert second.steps_done == 3
    second.run(6, progress=False)
    for (name, a), b in zip(weights(whole).items(), weights(second).values()):
        assert torch.equal(a, b), name
    assert whole.history == second.history


def test_the_rate_falls_over_the_second_half(script):
    trainer = toy_trainer(script)
    rates = []
    for step in range(1, 7):
        rates.append(trainer.parts["opt_g"].param_groups[0]["lr"])
        trainer.run(step, progress=False)
    assert rates == pytest.approx([1e-3, 1e-3, 1e-3, 0.75e-3, 0.5e-3, 0.25e-3])


def test_the_game_begins_after_the_steps_of_l1_alone(script, tmp_path):
    trainer = toy_trainer(script, tmp_path / "state.pt", alone=3)
    before = {k: v.clone() for k, v in weights(trainer).items()}
    trainer.run(3, progress=False)
    moved = {k.split(".")[0] for k, v in weights(trainer).items() if not torch.equal(v, before[k])}
    assert moved == {"generator", "average"}
    assert trainer.history["adversarial"] == [0.0] * 3
    assert "d_loss" not in trainer.history

    again = toy_trainer(script, tmp_path / "state.pt", alone=3)  # the state knows where in the recipe it is
    rates = []
    for step in range(4, 7):
        rates.append([again.parts[name].param_groups[0]["lr"] for name in ("opt_g", "opt_d")])
        again.run(step, progress=False)
    assert len(again.history["d_loss"]) == 3
    assert min(again.history["adversarial"][3:]) > 0
    assert rates == [pytest.approx([r, r]) for r in (0.75e-3, 0.5e-3, 0.25e-3)]


def test_d_sees_everything_through_static_of_the_given_deviation(script):
    static = script.Static(0.5)
    x = torch.zeros(2, 3, 50, 50)
    torch.manual_seed(0)
    first, second = static(x), static(x)
    assert first.std().item() == pytest.approx(0.5, rel=0.03)
    assert (first * second).mean().item() == pytest.approx(0, abs=0.01)  # drawn anew
    clear, drowned = toy_trainer(script), toy_trainer(script, static=100.0)
    assert list(weights(clear)) == list(weights(drowned))
    for trainer in (clear, drowned):
        trainer.run(6, progress=False)
    assert clear.history["d_loss"][0] != drowned.history["d_loss"][0]
    assert clear.history["l1"][0] == drowned.history["l1"][0]  # what G paints is not touched


def test_what_is_shipped_is_the_average_with_statistics_of_its_own(script):
    trainer = toy_trainer(script)
    trainer.run(3, progress=False)
    generator = script.finished(trainer)
    assert not generator.training
    for p, q in zip(generator.parameters(), trainer.parts["average"].module.parameters()):
        assert torch.equal(p, q)
    means = [m.running_mean for m in generator.modules() if isinstance(m, nn.BatchNorm2d)]
    assert all(m.abs().max() > 0 for m in means)


def test_measures(script):
    y = torch.zeros(40, 3, 32, 32, dtype=torch.uint8)
    y[:, 0, :, :16] = 255
    y[::2] = y[::2].flip(-1)
    same, grey = script.measure(y, y), script.measure(torch.full_like(y, 51), y)
    assert same == {"l1": 0.0, "frechet_distance": 0.0, "saturation": 0.5}
    assert grey["l1"] == pytest.approx((0.8 + 5 * 0.2) / 6, abs=1e-4)
    assert grey["saturation"] == 0
    assert grey["frechet_distance"] > 1


def run_script(root, *arguments, processes=None):
    script = str(root / "data_scripts" / "train_pix2pix.py")
    launcher = [sys.executable]
    if processes:
        launcher += ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [*launcher, script, *map(str, arguments), "--no-progress"],
        capture_output=True,
        text=True,
        timeout=1200,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


ARGUMENTS = ("--size", 32, "--base-channels", 2, "--steps", 3, "--batch-size", 2)


def test_a_folder_stopped_goes_on_and_shows_how_far_it_is(script, folder, tmp_path, monkeypatch, capsys):
    """The step raises as Ctrl-C does; the second call with the same arguments takes only the steps that were left."""
    out, taken = tmp_path / "out", []
    arguments = [folder, "--size", 32, "--base-channels", 2, "--steps", 24, "--out", out, "--no-progress"]
    step = script.pix2pix_step

    def stopped_at(k):
        def counted(*arguments, **options):
            if len(taken) == k:
                raise KeyboardInterrupt
            taken.append(k)
            return step(*arguments, **options)

        return counted

    monkeypatch.setattr(script, "pix2pix_step", stopped_at(5))
    script.main([str(a) for a in arguments])
    assert "stopped after 5 of 24 steps" in capsys.readouterr().out
    assert Image.open(out / "pix2pix_toys_0_so_far.png").size == (4 * 32, 3 * 32)
    assert not (out / "pix2pix_toys_0.png").exists()

    monkeypatch.setattr(script, "pix2pix_step", stopped_at(None))
    script.main([str(a) for a in arguments])
    assert (taken.count(5), taken.count(None)) == (5, 19)
    assert "pix2pix_toys_0.png shows" in capsys.readouterr().out
    assert Image.open(out / "pix2pix_toys_0.png").size == (8 * 32, 3 * 32)
    assert json.loads((out / "pix2pix_toys_0.json").read_text())["steps"] == 24


@pytest.mark.slow
def test_two_processes_with_instance_norm_are_one(root, folder, tmp_path):
    """The whole script, once alone and once under torchrun, on batches of two pictures."""
    results = []
    for processes in (None, 2):
        out = tmp_path / f"out{processes}"
        run_script(root, folder, *ARGUMENTS, "--instance-norm", "--out", out, processes=processes)
        results.append(torch.load(out / "pix2pix_toys_0.pt", weights_only=True)["parts"])
        assert (out / "pix2pix_toys_0.png").exists()
        card = json.loads((out / "pix2pix_toys_0.json").read_text())
        assert (card["steps"], card["processes"], card["norm"]) == (3, processes or 1, "InstanceNorm")
    alone, together = results
    for part in ("generator", "discriminator", "average"):
        weights = {k: v for k, v in alone[part].items() if k.endswith("weight")}
        assert (
            len(weights) > 3
        )  # a bias before InstanceNorm does nothing: its gradient is rounding, which Adam magnifies
        for key, value in weights.items():
            assert_close(together[part][key], value, rtol=1e-4, atol=2e-6, msg=lambda m, k=key: f"{k}: {m}")


@pytest.mark.slow
def test_two_processes_with_batch_norm_have_statistics_of_their_own(script, root, folder, tmp_path):
    """Against one process that sends the two halves of every batch through the networks one after the other."""
    run_script(root, folder, *ARGUMENTS, "--out", tmp_path / "out", processes=2)
    together = torch.load(tmp_path / "out" / "pix2pix_toys_0.pt", weights_only=True)["parts"]

    x, y = script.data.load_pairs(folder, "train", 35)
    s = script.paper_settings(32, 8) | {"batch_size": 2, "steps": 3}
    s["generator"]["base_channels"] = s["discriminator"]["base_channels"] = 2
    trainer = script.build(script.Task("toys", None, 3, 3), s, x, y)
    names = ("generator", "discriminator", "opt_g", "opt_d", "fall_g", "fall_d")
    g, d, opt_g, opt_d, *fall = (trainer.parts[name] for name in names)
    for _ in range(3):
        halves = list(zip(*(t.chunk(2) for t in trainer.batches.next(trainer.rng))))
        fakes = [g(a) for a, _ in halves]
        opt_d.zero_grad()
        (sum(pix2pix_discriminator_loss(d, a, b, f) for (a, b), f in zip(halves, fakes)) / 2).backward()
        opt_d.step()
        opt_g.zero_grad()
        (sum(pix2pix_generator_loss(d, a, b, f)[0] for (a, b), f in zip(halves, fakes)) / 2).backward()
        opt_g.step()
        for schedule in fall:
            schedule.step()
    for part, network in (("generator", g), ("discriminator", d)):
        for key, value in network.named_parameters():
            assert_close(
                together[part][key], value.detach(), rtol=1e-4, atol=2e-6, msg=lambda m, k=key: f"{k}: {m}"
            )


def test_neither_a_task_nor_a_folder(script, capsys):
    with pytest.raises(SystemExit):
        script.main(["edges2cats"])
    assert "edges2cats is neither a task (labels_to_3d" in capsys.readouterr().err
