"""course_lib.training: an exact resume, an interrupt that loses nothing, a stop at NaN that says where."""

import os
import signal
import threading

import pytest
import torch
from torch import nn
from torch.nn.functional import logsigmoid, mse_loss
from torch.testing import assert_close

from course_lib.averaging import weight_average
from course_lib.training import Batches, NotFiniteError, Trainer

IMAGES = torch.arange(7 * 3 * 2 * 2, dtype=torch.uint8).reshape(7, 3, 2, 2)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


# --- batches ------------------------------------------------------------------------------------------
def test_batches_show_every_picture_once_an_epoch_in_another_order():
    batches = Batches(IMAGES, torch.arange(7), batch_size=3)
    random = rng()
    epochs = []
    for _ in range(3):
        pairs = [batches.next(random) for _ in range(2)]
        labels = torch.cat([y for _, y in pairs])
        assert_close(
            torch.cat([x for x, _ in pairs]), IMAGES[labels] / 127.5 - 1
        )  # pictures keep their labels
        assert len(set(labels.tolist())) == 6
        epochs.append(labels.tolist())
    assert epochs[0] != epochs[1]


def test_batches_convert_pixels_and_leave_the_rest():
    floats = torch.linspace(-1, 1, 7)
    x, y = Batches(IMAGES, floats, batch_size=7).next(rng())
    assert x.dtype == torch.float32
    assert x.min() >= -1
    assert_close(y.sort().values, floats)
    alone = Batches(torch.tensor([[0], [255]], dtype=torch.uint8), batch_size=2).next(rng())
    assert_close(alone.sort(0).values, torch.tensor([[-1.0], [1.0]]))


@pytest.mark.parametrize("size", [0, 8])
def test_batches_refuse_impossible_sizes(size):
    with pytest.raises(ValueError, match=f"got {size}, expected 1 to 7"):
        Batches(IMAGES, batch_size=size)


def test_batches_refuse_unequal_lengths():
    with pytest.raises(ValueError, match=r"\[7, 6\]"):
        Batches(IMAGES, torch.zeros(6), batch_size=2)


# --- a small training with everything that could break a resume ---------------------------------------
def make(state_file=None, after=None, **options):
    """Dropout, BatchNorm, Adam, a schedule, a weight average, shuffled batches, noise: all with state."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = nn.Sequential(
            nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 12)
        )
    opt = torch.optim.Adam(net.parameters(), 1e-2, fused=True)
    schedule = torch.optim.lr_scheduler.StepLR(opt, 4)
    average = weight_average(net, 0.9)
    calls = []

    def step(batch, rng):
        noise = torch.randn(batch.shape, generator=rng)
        loss = mse_loss(net(batch + noise), batch.flatten(1))
        opt.zero_grad()
        loss.backward()
        opt.step()
        schedule.step()
        average.update_parameters(net)
        calls.append(1)
        if after:
            after(len(calls), net)
        return {"loss": loss.detach(), "one": 1.0}

    parts = {"net": net, "opt": opt, "schedule": schedule, "average": average}
    return Trainer(step, Batches(IMAGES, batch_size=3), parts, seed=5, state_file=state_file, **options)


def run(trainer, steps, **options):
    trainer.run(steps, progress=False, **options)
    return trainer


def assert_same(a, b):
    first, second = a.state_dict(), b.state_dict()
    assert_close(first, second, rtol=0, atol=0)
    assert a.history == b.history


def test_resumed_from_a_file_is_undisturbed_bit_for_bit(tmp_path):
    undisturbed = run(make(), 11)
    file = tmp_path / "runs" / "state.pt"
    run(make(file), 4)
    torch.rand(3)  # what the caller draws in between is none of its business
    resumed = make(file)
    assert resumed.steps_done == 4
    assert_same(run(resumed, 11), undisturbed)
    assert [p.name for p in file.parent.iterdir()] == ["state.pt"]  # nothing half-written is left


def test_continued_in_one_process_is_undisturbed():
    trainer = make()
    for steps in (1, 6, 6, 11):
        run(trainer, steps)
    assert_same(trainer, run(make(), 11))
    assert len(trainer.history["loss"]) == 11


def test_snapshots_change_nothing_and_are_taken_in_eval_mode():
    modes = []

    def sample():
        modes.append(watched.parts["net"].training)
        torch.rand(5)
        return torch.zeros(2, 1, 2, 2)

    watched = make(sample=sample)
    run(watched, 5, sample_every=2)
    assert [step for step, _ in watched.snapshots] == [0, 2, 4]
    assert_close(watched.snapshots[0][1], torch.full((2, 1, 2, 2), 128, dtype=torch.uint8))
    assert modes == [False] * 3
    assert watched.parts["net"].training
    assert_same(watched, run(make(), 5))


def test_the_callers_random_numbers_are_left_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    run(make(), 3)
    assert_close(torch.rand(2), expected, rtol=0, atol=0)


def test_another_seed_is_another_training():
    assert make().rng.initial_seed() == 5
    a, b = make(), make()
    b.rng.manual_seed(6)
    assert run(a, 2).history != run(b, 2).history


# --- interruption -------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def interrupts_are_heard():
    """A shell starts background jobs with SIGINT ignored; these tests want Python's own handler."""
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, inherited)


def test_an_interrupt_ends_after_the_step_and_going_on_is_undisturbed(tmp_path):
    handler = signal.getsignal(signal.SIGINT)

    def press(call, net):
        if call == 3:
            os.kill(os.getpid(), signal.SIGINT)

    trainer = run(make(tmp_path / "s.pt", after=press), 8)
    assert trainer.steps_done == 3
    assert len(trainer.history["loss"]) == 3
    assert signal.getsignal(signal.SIGINT) is handler
    assert_same(run(make(tmp_path / "s.pt"), 8), run(make(), 8))


def test_a_second_interrupt_ends_at_once_and_keeps_what_was_learned():
    def press_twice(call, net):
        if call == 3:
            for _ in range(2):
                signal.raise_signal(signal.SIGINT)
                for _ in range(1000):  # Python runs the handler between two instructions
                    pass

    trainer = run(make(after=press_twice), 8)
    assert trainer.steps_done == 2
    assert len(trainer.history["loss"]) == 2


def test_runs_outside_the_main_thread():
    trainer = make()
    thread = threading.Thread(target=run, args=(trainer, 3))
    thread.start()
    thread.join()
    assert_same(trainer, run(make(), 3))


# --- not finite ---------------------------------------------------------------------------------------
def test_nan_in_a_layer_names_step_and_layer_and_goes_back(tmp_path):
    def blow_up(call, net):
        if trainer.steps_done == 4:  # during the fifth step, so the sixth meets it
            net[4].weight.data[0, 0] = float("nan")

    trainer = make(after=blow_up)
    with pytest.raises(
        NotFiniteError, match=r"(?s)step 6: loss = nan.*net\.4 \(Linear\).*smaller learning rate"
    ):
        run(trainer, 50)
    assert all(torch.isfinite(p).all() for p in trainer.parts["net"].parameters())
    assert trainer.steps_done == len(trainer.history["loss"]) == 0
    assert_same(run(trainer, 3), run(make(), 3))


def game_of_logs(log_d):
    """A loss in probabilities: -log(sigmoid(w x)) is infinite where the sigmoid underflows."""
    net = nn.Linear(1, 1, bias=False)
    nn.init.constant_(net.weight, -200.0)
    opt = torch.optim.SGD(net.parameters(), 0.1)

    def step(batch, rng):
        loss = -log_d(net(batch)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        return {"loss": loss}

    return Trainer(step, Batches(torch.ones(2, 1), batch_size=2), {"d": net, "opt_d": opt})


def test_an_infinite_loss_from_finite_layers_blames_the_gradient():
    with pytest.raises(NotFiniteError, match=r"step 1: loss = inf.*gradient of d\.weight"):
        run(game_of_logs(lambda logits: logits.sigmoid().log()), 3)
    run(game_of_logs(logsigmoid), 3)  # the same loss on logits is fine


def test_weights_that_broke_in_the_last_step_are_found():
    def blow_up(call, net):
        if call == 4:
            net[1].bias.data[0] = float("inf")

    with pytest.raises(NotFiniteError, match="net's weights"):
        run(make(after=blow_up), 4)


# --- files --------------------------------------------------------------------------------------------
def test_a_state_of_other_networks_is_refused_with_the_files_name(tmp_path):
    run(make(tmp_path / "s.pt"), 1)
    other = nn.Linear(2, 2)
    with pytest.raises(ValueError, match=r"s\.pt.*expected \['other'\]"):
        Trainer(
            lambda b, r: {}, Batches(IMAGES, batch_size=2), {"other": other}, state_file=tmp_path / "s.pt"
        )


@pytest.mark.parametrize("content", [b"", b"not a state", b"PK\x03\x04"])
def test_a_broken_state_is_refused_with_its_name(tmp_path, content):
    (tmp_path / "s.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"s\.pt"):
        make(tmp_path / "s.pt")


def test_a_state_cannot_run_code(tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    torch.save({"parts": Trap()}, tmp_path / "s.pt")
    with pytest.raises(ValueError, match=r"s\.pt"):
        make(tmp_path / "s.pt")
    assert not (tmp_path / "sprung").exists()
