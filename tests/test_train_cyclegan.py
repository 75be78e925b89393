"""data_scripts/train_cyclegan.py: goes on where it stopped, trains folders, and gives the same under torchrun."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close

SMALL = {
    "generator": {"base_channels": 2, "num_blocks": 1, "upsample": "resize"},
    "discriminator": {"base_channels": 2, "n_layers": 1},
    "batch_size": 2,
    "lr_g": 1e-3,
    "lr_d": 1e-3,
    "lambda_cycle": 10.0,
    "lambda_identity": 0.5,
    "pool": 3,
    "decay": 0.5,
    "steps": 6,
    "fall": (3, 3),
    "augmentation": {"pad": 1},
}
NETWORKS = ("g_xy", "g_yx", "d_x", "d_y", "average_xy", "average_yx")


@pytest.fixture(scope="module")
def script(root):
    sys.path.insert(0, str(root / "data_scripts"))
    try:
        import train_cyclegan
    finally:
        sys.path.remove(str(root / "data_scripts"))
    return train_cyclegan


def toy_trainer(script, state_file=None):
    rng = torch.Generator().manual_seed(1)
    x = torch.randint(256, (8, 3, 16, 16), generator=rng, dtype=torch.uint8)
    return script.build(SMALL, x, 255 - x[:5], 0, state_file, watched=(x[:2], x[2:4]))


def test_goes_on_where_it_stopped_pools_and_all(script, tmp_path):
    whole = toy_trainer(script)
    whole.run(6, progress=False)
    first = toy_trainer(script, tmp_path / "state.pt")
    first.run(4, progress=False)  # the pools of 3 are full by now and draw
    second = toy_trainer(script, tmp_path / "state.pt")
    assert second.steps_done == 4
    second.run(6, sample_every=2, progress=False)
    assert whole.history == second.history
    for name in NETWORKS:
        for (key, a), b in zip(
            whole.parts[name].state_dict().items(), second.parts[name].state_dict().values()
        ):
            assert torch.equal(a, b), f"{name}.{key}"
    assert [images.shape for _, images in second.snapshots] == [(4, 3, 16, 16)]


def test_a_second_stage_takes_over_the_networks(script, tmp_path):
    first = toy_trainer(script)
    first.run(2, progress=False)
    second = script.build(SMALL, *(d.tensors[0] for d in first.batches.domains), before=first)
    for name in NETWORKS:
        for a, b in zip(first.parts[name].state_dict().values(), second.parts[name].state_dict().values()):
            assert torch.equal(a, b)
    assert second.steps_done == 0
    assert not second.parts["opt_g"].state_dict()["state"]


def test_what_is_shipped_is_the_average(script):
    trainer = toy_trainer(script)
    trainer.run(3, progress=False)
    for way, generator in zip(("xy", "yx"), script.finished(trainer)):
        assert not generator.training
        shipped, last = generator.net[1].weight, trainer.parts[f"g_{way}"].net[1].weight
        assert 0 < (shipped - last).abs().max() < 0.01


def test_scores_of_trivial_answers(script):
    y = torch.randint(256, (6, 3, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    x = y // 2
    rows = script.trivial_answers(x, y, y)
    assert rows["the input itself"]["names its input"] == 1.0
    assert rows["the input itself"]["l1"] == pytest.approx(
        (y.float() - x.float()).abs().mean().item() / 255, abs=1e-4
    )
    assert rows["mean image"]["retrieval"] == pytest.approx(1 / 6, abs=1e-3)  # the same picture for all


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("trainA", "trainB", "testA", "testB"):
        (tmp_path / "toys" / name).mkdir(parents=True)
        for i in range(5 if name == "trainB" else 4):
            pixels = rng.integers(0, 256, (4, 4, 3), np.uint8).repeat(9, 0).repeat(9, 1)
            Image.fromarray(pixels // (1 + name.endswith("B"))).save(tmp_path / "toys" / name / f"{i}.png")
    return tmp_path / "toys"


def run_script(root, *arguments, processes=None):
    program = str(root / "data_scripts" / "train_cyclegan.py")
    launcher = [sys.executable]
    if processes:
        launcher += ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [*launcher, program, *map(str, arguments), "--no-progress"],
        capture_output=True,
        text=True,
        timeout=1200,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
def test_the_script_under_torchrun(root, folder, tmp_path):
    """The whole script, once alone and once with two processes, on one batch of two pictures."""
    results = []
    for processes in (None, 2):
        out = tmp_path / f"out{processes}"
        sizes = ("--size", 32, "--base-channels", 2, "--steps", 1, "--batch-size", 2)
        run_script(root, folder, *sizes, "--out", out, processes=processes)
        results.append(torch.load(out / "cyclegan_toys_0.pt", weights_only=True)["parts"])
        assert (out / "cyclegan_toys_0_xy.png").exists()
        assert (out / "cyclegan_toys_0.safetensors").stat().st_size > 10_000
        card = json.loads((out / "cyclegan_toys_0.json").read_text())
        assert (card["steps"], card["processes"]) == (1, processes or 1)
    alone, together = results
    for (
        part
    ) in NETWORKS:  # to the last digits below; here Adam makes a whole step of a gradient that is rounding
        keys = [key for key in alone[part] if key.endswith("weight")]
        far = [((alone[part][key] - together[part][key]).abs() > 2e-6).float().mean().item() for key in keys]
        assert len(keys) > 3
        assert max(far) < 0.01, dict(zip(keys, far))


# Four steps in float64 with SGD: no rounding to magnify, so that one process and two must agree to the last digits.
FOUR_STEPS = """
import sys
import torch
from replicated import processes, replicate, share
from course_lib.cyclegan import ImagePool, cyclegan_step
from course_lib.patchgan import PatchDiscriminator
from course_lib.resnet import InstanceNorm, ResnetGenerator

with processes():
    rank, world = share()
    rng = torch.Generator().manual_seed(0)
    gs = [ResnetGenerator(base_channels=2, num_blocks=1, rng=rng).double() for _ in range(2)]
    ds = [PatchDiscriminator(3, 2, 1, norm=InstanceNorm, rng=rng).double() for _ in range(2)]
    opt_g, opt_d = (torch.optim.SGD(torch.nn.ModuleList(nets).parameters(), 0.01) for nets in (gs, ds))
    networks, pools = replicate(*gs, *ds), [ImagePool(50), ImagePool(50)]
    for _ in range(4):
        x, y = (torch.rand(2, 3, 16, 16, generator=rng, dtype=torch.float64) * 2 - 1 for _ in range(2))
        cyclegan_step(*networks, opt_g, opt_d, x.chunk(world)[rank], y.chunk(world)[rank], *pools)
    if rank == 0:
        torch.save([net.state_dict() for net in (*gs, *ds)], sys.argv[1])
"""


@pytest.mark.slow
def test_two_processes_are_one(root, tmp_path):
    program = tmp_path / "four_steps.py"
    program.write_text(FOUR_STEPS)
    paths = os.pathsep.join([str(root), str(root / "data_scripts")])
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": paths}
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    for name, launcher in (("alone", []), ("together", torchrun)):
        command = [sys.executable, *launcher, str(program), str(tmp_path / name)]
        subprocess.run(command, env=environment, timeout=1200, check=True)
    for alone, together in zip(*(torch.load(tmp_path / name) for name in ("alone", "together"))):
        for key, value in alone.items():
            assert_close(together[key], value, rtol=1e-9, atol=1e-12, msg=lambda m, k=key: f"{k}: {m}")


def test_neither_a_task_nor_a_folder(script, capsys):
    with pytest.raises(SystemExit):
        script.main(["horses"])
    assert "horses is neither a task (emoji, streets) nor a folder" in capsys.readouterr().err


def test_only_seed_0_ships(script, tmp_path, monkeypatch):
    """Whole tasks of three steps: each seed is scored in one file, and a seed that does not ship touches no checkpoint."""
    rng = torch.Generator().manual_seed(2)
    x, y = (torch.randint(256, (6, 3, 64, 64), generator=rng, dtype=torch.uint8) for _ in range(2))
    toy = script.CYCLES["emoji"]._replace(domains=lambda split: (x, y))
    monkeypatch.setitem(script.CYCLES, "emoji", toy)
    monkeypatch.setitem(script.SETTINGS, "emoji", [SMALL | {"steps": 2}, SMALL | {"steps": 1}])
    monkeypatch.setattr(script, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(script, "RESULTS", tmp_path / "results")
    shipped = []
    monkeypatch.setattr(script, "save_checkpoint", lambda name, *_: shipped.append(name))
    monkeypatch.setattr(script, "save_snapshots", lambda name, *_: shipped.append(name))

    def runs():
        return json.loads((tmp_path / "results" / "19_full_size.json").read_text())["runs"]

    script.main(["emoji", "--seed", "1", "--no-progress"])
    assert shipped == []
    assert (tmp_path / "runs" / "cyclegan_emoji_1.safetensors").exists()
    script.main(["emoji", "--no-progress"])
    assert len(shipped) == 5  # two generators, two judges, the snapshots
    script.main(["emoji", "--seed", "1", "--no-progress"])  # nothing left to do: the same scores again
    assert [(run["seed"], run["steps"]) for run in runs()] == [(0, 3), (1, 3)]
    result = runs()[1]["result"]
    for way in ("x to y", "y to x"):
        assert set(result[way]) == {"style", "l1", "retrieval", "names its input"}
        assert result[f"the input itself, {way}"]["names its input"] == 1.0
        assert result[f"mean image, {way}"]["retrieval"] == pytest.approx(1 / 6, abs=1e-3)


def test_six_numbers_give_a_pile_the_others_mean_and_spread(script):
    rng = torch.Generator().manual_seed(3)
    x = torch.randint(100, 140, (5, 3, 9, 7), generator=rng, dtype=torch.uint8)
    y = torch.randint(20, 160, (4, 3, 9, 7), generator=rng, dtype=torch.uint8)
    made = script.six_numbers(x, x, y).float()
    for channel in range(3):
        assert made[:, channel].mean() == pytest.approx(y[:, channel].float().mean().item(), abs=1)
        assert made[:, channel].std() == pytest.approx(y[:, channel].float().std().item(), abs=1)
