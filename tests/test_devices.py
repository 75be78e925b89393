"""course_lib.devices: the budget's rules, Adam's settings, precision that is asked for."""

import pytest
import torch
from torch import nn

from course_lib import devices

SIZES = ({"steps": 10, "width": 4}, {"steps": 100}, {"width": 64})


@pytest.mark.parametrize(
    ("name", "expected"), [("quick", (10, 4)), ("class", (100, 4)), ("paper", (100, 64))]
)
def test_a_larger_budget_takes_over_what_it_does_not_name(name, expected, monkeypatch):
    monkeypatch.delenv("COURSE_BUDGET", raising=False)
    b = devices.budget(*SIZES, name=name)
    assert (b.steps, b.width, b.name) == (*expected, name)
    monkeypatch.setenv("COURSE_BUDGET", name)
    assert devices.budget(*SIZES).steps == expected[0]


@pytest.mark.parametrize(("gpu", "name"), [(True, "class"), (False, "quick")])
def test_the_machine_decides_when_nobody_else_does(gpu, name, monkeypatch):
    monkeypatch.delenv("COURSE_BUDGET", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    b = devices.budget(*SIZES)
    assert b.name == name
    assert b.device == torch.device("cuda" if gpu else "cpu")


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="'huge', expected one of quick, class, paper"):
        devices.budget(*SIZES, name="huge")
    with pytest.raises(ValueError, match="stepz not among quick's steps, width"):
        devices.budget({"steps": 1, "width": 1}, {"stepz": 2}, name="class")


def test_adam_has_the_gans_betas_and_its_update():
    net = nn.Linear(1, 1, bias=False)
    nn.init.constant_(net.weight, 2.0)
    optimizer = devices.adam(net, 0.1)
    assert optimizer.defaults["betas"] == (0.5, 0.999)
    net.weight.grad = torch.tensor([[3.0]])
    optimizer.step()
    assert net.weight.item() == pytest.approx(1.9)  # the first step has the length lr, whatever the gradient


@pytest.mark.parametrize(("amx", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_autocast_only_where_the_processor_has_bfloat16(amx, dtype, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": amx})
    assert devices.bf16_pays("cpu") == amx
    with devices.autocast("cpu"):
        assert nn.Linear(2, 2)(torch.zeros(1, 2)).dtype == dtype
    with devices.autocast("cpu", bf16=not amx):
        assert nn.Linear(2, 2)(torch.zeros(1, 2)).dtype != dtype
