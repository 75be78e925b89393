"""One definition judges functions, modules and steps; its messages help, and hidden cases stay hidden."""

import random
import sys

import pytest
import torch
from torch import nn

from course_lib.grading import codec, probes, reference
from course_lib.grading.barred import Barred, scan
from course_lib.grading.checks import (
    Assignment,
    Check,
    Group,
    Mistake,
    RemoteError,
    case,
    load_assignment,
    net,
    rng,
    sgd,
)
from course_lib.grading.compare import compare


def remote(function, name):
    """In the sandbox's stead: the request and the reply go through the codec."""
    return lambda request: codec.decode(
        codec.encode(probes.run({name: function}, codec.decode(codec.encode(request))))
    )


def judged(check, function):
    Assignment("toy", seed=7, checks=[check])
    return check.evaluate(remote(function, check.name))


def failed(verdict):
    return [row.name for row in verdict.rows if not row.ok]


def double(**options):
    """The smallest useful check."""
    groups = [
        Group("small", 2, lambda d: case(x=d.randn(2))),
        Group("large", 1, lambda d: case(x=1000 + d.randn(d.int(3, 5)))),
    ]
    mistakes = [Mistake("squared", torch.square, "You square.")]
    return Check("double(x)", oracle=lambda x: 2 * x, groups=groups, mistakes=mistakes, **options)


SHAPE, VALUES = "expected shape (2,), got (1, 2)", "2 of 2 entries differ; the largest difference is at"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x: None, "expected a tensor of shape (2,), got None (is a `return` missing?)"),
        (lambda x: 2 * x[None], SHAPE),
        (lambda x: 3 * x, VALUES),
        (lambda x: 2 * x.numpy(), "got a NumPy array of shape (2,) and dtype float64; use torch.from_numpy"),
        (lambda x: (2 * x, x), "got ("),
        (lambda x: 2 * x / 0, "2 of 2 entries are NaN or infinite"),
        (lambda x: (2 * x).to_sparse(), "got a sparse tensor of shape (2,); use .to_dense()"),
        (lambda x: torch.empty(2, device="meta"), "on the meta device"),
        (lambda x: torch.fft.fft(x), "complex128"),
        (lambda x: torch.zeros(1).expand(1 << 34), "more than a check takes"),
        (lambda x: [2 * float(v) for v in x], "expected a tensor of shape (2,), got ["),
        (lambda x: "2x", "got '2x'"),
        (lambda x: nn.Linear(1, 1), "got a module (Linear)"),
        (lambda x: type("Odd", (), {})(), "got an Odd"),
        (lambda x: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda x: x @ x @ x, "RuntimeError: "),
        (lambda: 1, "TypeError: "),
        (lambda x: exit("gone"), "SystemExit: gone"),
    ],
)
def test_messages_say_what_came_and_what_was_expected(wrong, message):
    verdict = judged(double(), wrong)
    assert verdict.points == 0
    (detail,) = verdict.rows[0].details
    assert detail.startswith("double(x=[")  # the inputs of the visible case, in full
    assert message in detail


def test_the_same_error_and_the_same_hint_are_shown_once():
    def broken(x):
        raise ValueError(f"got size {x.numel()}, a long story")

    for page in (judged(double(), broken).as_text(), judged(double(), broken).as_html()):
        assert page.count("a long story") == 1
        assert page.count("the same error as above") == 1
    text = judged(double(), torch.square).as_text()
    assert text.count("You square.") == 1
    assert text.count("Hint: as above") == 1
    assert "above" not in judged(double(), lambda x: x / 0 if x.numel() == 2 else broken(x)).as_text()


def test_a_stub_is_told_once_and_a_case_not_implemented_in_its_row():
    def stub(x):
        raise NotImplementedError()

    def half(x):
        return 2 * x if x.abs().max() < 100 else stub(x)

    verdict = judged(double(conditions=1), stub)
    assert (verdict.message, verdict.points, len(verdict.rows)) == ("not written yet", 0, 3)
    assert not any(row.details for row in verdict.rows)
    verdict = judged(double(), half)
    assert (verdict.message, verdict.points) == ("", 2)
    assert "NotImplementedError" in verdict.rows[1].details[0]


def test_values_of_inputs_are_listed_only_where_all_are_small():
    def said(n):
        group = Group("any", 1, lambda d: case(x=d.randn(n), scale=d.randn(2)))
        check = Check("f(x, scale)", oracle=lambda x, scale: x.sum(), groups=[group])
        return judged(check, lambda x, scale: None).rows[0].details[0]

    assert said(2).startswith("f(x=[")
    assert ", scale=[" in said(2)
    assert said(10).startswith("f(x of shape (10,), scale of shape (2,)): ")


def test_missing_functions_and_dead_kernels_are_told():
    check = double()
    Assignment("toy", seed=7, checks=[check])
    assert check.evaluate(lambda request: probes.run({}, request)).message == "double is not defined"
    seven = check.evaluate(lambda request: probes.run({"double": 7}, request))
    assert seven.message == "double is int 7, not something to call"

    def dead(request):
        raise RemoteError("the kernel died")

    verdict = check.evaluate(dead)
    assert (verdict.points, verdict.max_points, verdict.message) == (0, 3, "the kernel died")


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        {},
        {"cases": []},
        {"cases": [{}] * 8, "operators": []},
        {"cases": [{"error": "x"}] * 8, "operators": []},
        {"cases": [{"error": ["a", "b", "c"]}] * 8, "operators": []},
        {"cases": [{"observed": [], "graph": [], "changed": [], "random": False}] * 8, "operators": []},
        {"cases": [{"observed": {}, "graph": [], "changed": [], "random": 0}] * 8, "operators": []},
        {"cases": [{"observed": {}, "graph": [], "changed": [], "random": False}] * 8, "operators": [1]},
    ],
)
def test_forged_replies_earn_nothing_and_do_not_raise(reply):
    check = double()
    Assignment("toy", seed=7, checks=[check])
    verdict = check.evaluate(lambda request: reply)
    assert verdict.points == 0
    assert verdict.message == "the answer was malformed"


def test_a_right_shape_of_reply_with_odd_values_earns_nothing():
    check = double(conditions=1)
    Assignment("toy", seed=7, checks=[check])
    for odd in (
        None,
        "x",
        {"d": []},
        codec.Opaque("x"),
        torch.zeros(2, dtype=torch.bool),
        float("nan"),
        10**18,
    ):
        answer = {"observed": {"result": odd}, "graph": ["x"], "changed": ["nobody"], "random": False}
        verdict = check.evaluate(lambda request: {"cases": [answer] * len(request["cases"]), "operators": []})  # noqa: B023
        assert verdict.points == 0
        assert verdict.as_html()


def test_partial_credit_is_by_group():
    verdict = judged(double(), lambda x: 2 * x if x.abs().max() < 100 else x)
    assert (verdict.points, failed(verdict)) == (2, ["large"])


def test_hints_follow_the_evidence():
    assert [row.hint for row in judged(double(), lambda x: x * x).rows] == ["You square."] * 2
    assert [row.hint for row in judged(double(), lambda x: x + 1).rows] == ["", ""]
    assert [row.hint for row in judged(double(), lambda x: 2 * x).rows] == ["", ""]


def test_an_error_is_hinted_at_by_the_mistake_that_raises_the_same():
    def forgot(x):
        return (2 * x).reshape(7)

    check = double()
    check.mistakes.append(Mistake("reshaped", forgot, "Do not reshape."))
    assert [row.hint for row in judged(check, forgot).rows] == ["Do not reshape."] * 2
    assert [row.hint for row in judged(check, lambda x: (2 * x).reshape(6)).rows] == ["", ""]
    assert [row.hint for row in judged(check, lambda x: 1 / 0).rows] == ["", ""]
    partly = judged(check, lambda x: forgot(x) if len(x) == 2 else 2 * x)
    assert [row.hint for row in partly.rows] == ["Do not reshape.", ""]


def test_any_of_a_list_is_right_where_the_answer_stays_hidden():
    group = Group(
        "colour",
        1,
        lambda d: case(name="sky").gives("blue"),
        visible=0,
        hidden=1,
        examples=[case(name="sky").among("blue", "green")],
    )
    mistakes = [Mistake("green", lambda name: "green", "Grass is green.")]
    check = Check("colour(name)", oracle=None, groups=[group], mistakes=mistakes)
    assert judged(check, lambda name: "blue").points == 1
    verdict = judged(check, lambda name: "green")
    assert (verdict.points, verdict.rows[0].hint) == (0, "Grass is green.")
    assert verdict.rows[0].details == ["a hidden case of this kind fails: wrong value"]
    said = judged(check, lambda name: "red").rows[0].details[0]
    assert "expected one of 'blue', 'green'; got 'red'" in said
    assert judged(check, lambda name: ["blue"]).points == 0
    assert "gives" not in repr(check.visible_sheet["cases"])
    assert [case_["mistakes"] for case_ in check.visible_sheet["cases"]] == [{}]


def test_one_agreement_by_chance_is_no_hint():
    check = double()
    check.groups = [
        Group("any", 1, lambda d: case(x=d.randn(2)), examples=[case(x=torch.full((2,), 3.0).double())])
    ]
    assert judged(check, lambda x: x + 6).rows[0].hint == ""  # 9, as 3 squared
    assert judged(check, lambda x: x**2).rows[0].hint == "You square."


# What must hold besides the value ------------------------------------------------------------------------------------


def in_place(x):
    y = 2 * x
    x += 1
    return y


def reseeds(x):
    torch.manual_seed(0)
    return 2 * x


def draws(x):
    torch.rand(1)
    return 2 * x


def python_random(x):
    random.seed(3)
    return 2 * x


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (in_place, "the input x was changed in place"),
        (reseeds, "the state of a global random generator was changed"),
        (draws, "the state of a global random generator was changed"),
        (python_random, "the state of a global random generator was changed"),
        (lambda x: (2 * x).float(), "expected dtype float64, got float32; x.new_zeros(...) keeps the dtype"),
        (lambda x: (2 * x.float()).double(), "right to single precision only"),
    ],
)
def test_a_breach_costs_its_own_row_where_there_is_one(function, word):
    torch.manual_seed(0)
    state = torch.get_rng_state(), random.getstate()
    with_row = judged(double(conditions=1), function)
    assert (with_row.points, len(failed(with_row))) == (3, 1)
    assert word in with_row.rows[-1].details[0]
    without = judged(double(), function)
    assert without.points == 0
    assert torch.equal(
        torch.get_rng_state(), state[0]
    )  # a check leaves the student's generators as they were
    assert random.getstate() == state[1]


def test_a_blank_answer_does_not_earn_the_conditions():
    assert judged(double(conditions=1), lambda x: x).points == 0


def test_numbers_are_told_from_tensors_floats_and_booleans():
    check = Check(
        "half(n)",
        oracle=lambda n: n // 2,
        groups=[Group("any", 1, lambda d: case(n=d.int(4, 9)))],
        conditions=1,
    )
    assert judged(check, lambda n: n // 2).points == 2
    for almost in (
        lambda n: float(n // 2),
        lambda n: torch.tensor(n // 2),
        lambda n: (torch.tensor([n]) // 2).numpy()[0],
    ):
        verdict = judged(check, almost)
        assert (verdict.points, verdict.rows[-1].details[0][:15]) == (1, "expected an int")
    said = judged(check, lambda n: float(n // 2)).rows[-1].details[0]
    assert said in {f"expected an int, got {n}.0 (a float)" for n in (2, 3, 4)}
    assert judged(check, lambda n: n / 2 == 2).points == 0


def test_gradients_flow_or_are_told_to_be_cut():
    group = Group("gradient", 1, lambda d: case(x=d.randn(3), y=d.randn(3)), gradients=True)
    check = Check("product(x, y)", oracle=torch.mul, groups=[group])
    assert judged(check, lambda x, y: x * y).points == 1
    verdict = judged(check, lambda x, y: (x * y).detach())
    assert "cut off from the autograd graph" in verdict.rows[0].details[0]
    assert "gradient of y" in judged(check, lambda x, y: x * y.detach()).rows[0].details[0]
    assert judged(check, lambda x, y: x * y + 0 * y.sum()).points == 1


# Nothing about hidden cases -------------------------------------------------------------------------------------------


def test_hidden_values_never_reach_the_student():
    """Right on the visible cases, wrong on the hidden ones, in ways that could tell."""
    check = double()
    Assignment("toy", seed=7, checks=[check])
    hidden = [c["ask"]["args"][0] for c in check.sheet["cases"] if not c["visible"]]
    shown = [c["ask"]["args"][0] for c in check.sheet["cases"] if c["visible"]]

    def wrong(how):
        return lambda x: 2 * x if any(torch.equal(x, s) for s in shown) else how(x)

    class Telltale(Exception):
        pass

    def spill(x):
        raise Telltale(str(x.tolist()))

    def spill_in_the_name(x):
        raise type(f"Leak{x[0].item()}", (Exception,), {})

    def spill_in_a_value_error(x):
        raise ValueError(x.tolist())

    for how in (
        lambda x: 3 * x,
        lambda x: x[None],
        spill,
        spill_in_the_name,
        spill_in_a_value_error,
        torch.Tensor.tolist,
    ):
        verdict = judged(check, wrong(how))
        text = verdict.as_text() + verdict.as_html()
        assert verdict.points == 0
        assert "a hidden case of this kind fails" in text
        for x in hidden:
            assert not any(f"{abs(v):.4f}" in text or f"{abs(2 * v):.4f}" in text for v in x.tolist())
        assert "Telltale" not in text
        assert "Leak" not in text


def test_visible_cases_come_first_so_that_no_hidden_input_is_known_when_they_run():
    check = double()
    Assignment("toy", seed=7, checks=[check])
    visible = [c["visible"] for c in check.sheet["cases"]]
    assert visible == sorted(visible, reverse=True)
    assert False in visible


def test_seeds_fix_the_cases_and_groups_do_not_move_each_other():
    def sheet(seed, groups):
        check = double()
        check.groups = groups(check.groups)
        Assignment("toy", seed=seed, checks=[check])
        return check.sheet

    def inputs(sheet, group, visible):
        return [
            c["ask"]["args"][0] for c in sheet["cases"] if c["group"] == group and c["visible"] == visible
        ]

    one, again, other = sheet(1, list), sheet(1, list), sheet(2, list)
    alone = sheet(1, lambda groups: groups[1:])
    assert compare(inputs(one, 1, False), inputs(again, 1, False))[0] is None
    assert compare(inputs(one, 1, False), inputs(alone, 0, False))[0] is None
    assert compare(inputs(one, 1, False), inputs(other, 1, False))[0] is not None
    assert (
        compare(inputs(one, 1, True), inputs(other, 1, True))[0] is None
    )  # the notebook does not change with the seed


# Steps ------------------------------------------------------------------------------------------------------------------


def step(discriminator, generator, opt_d, real, z, detach=True):
    """One update of D on real and generated samples."""
    fake = generator(z)
    opt_d.zero_grad()
    logits = discriminator(real), discriminator(fake.detach() if detach else fake)
    loss = (nn.functional.softplus(-logits[0]) + nn.functional.softplus(logits[1])).mean()
    loss.backward()
    opt_d.step()
    return {"loss": loss.detach()}


def step_case(d):
    return case(
        discriminator=net(d, ["Linear", 2, 3], ["Tanh"], ["Linear", 3, 1]),
        generator=net(d, ["Linear", 2, 2]),
        opt_d=sgd("discriminator", lr=d.float(0.05, 0.2)),
        real=d.randn(4, 2),
        z=d.randn(4, 2),
    )


STEP = "d_step(discriminator, generator, opt_d, real, z)"


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (lambda *a: step(*a), []),
        (lambda *a: step(*a, detach=False), ["gradients of the generator"]),
        (lambda d, g, o, x, z: step(d, g, torch.optim.SGD(d.parameters(), lr=1.0), x, z), ["parameters"]),
        (lambda d, g, o, x, z: (step(d, g, o, x, z), step(d, g, o, x, z))[0], ["parameters", "gradients"]),
        (lambda d, g, o, x, z: (step(d, g, o, x, z), g.requires_grad_(False))[0], ["left as they were"]),
        (lambda d, g, o, x, z: (step(d, g, o, x, z), d.eval())[0], ["left as they were"]),
        (lambda d, g, o, x, z: (step(d, g, o, x, z), d.zero_grad())[0], ["gradients"]),
    ],
)
def test_steps_are_judged_by_parameters_and_gradients(change, lost):
    states = ("state of generator", "state of discriminator")
    groups = [
        Group("loss", 1, step_case, compare=["result"]),
        Group("parameters", 1, step_case, compare=["parameters of discriminator", "parameters of generator"]),
        Group("gradients", 1, step_case, compare=["gradients of discriminator"]),
        Group("gradients of the generator", 1, step_case, compare=["gradients of generator"]),
        Group("left as they were", 1, step_case, compare=states),
    ]
    check = Check(STEP, oracle=lambda *inputs: step(*inputs), groups=groups)
    assert failed(judged(check, change)) == lost


def test_gradients_left_over_and_a_second_backward_are_seen():
    def make(d):
        return case(
            discriminator=net(d, ["Linear", 2, 3], ["Tanh"], ["Linear", 3, 1], stale=True),
            generator=net(d, ["Linear", 2, 2]),
            opt_d=sgd("discriminator"),
            real=d.randn(4, 2),
            z=d.randn(4, 2),
        )

    def not_zeroed(d, g, o, x, z):
        before = [p.grad.clone() for p in d.parameters()]
        step(d, g, torch.optim.SGD(d.parameters(), 0.0), x, z)
        for p, grad in zip(d.parameters(), before):
            p.grad += grad
        o.step()

    def twice(d, g, o, x, z):
        step(d, g, o, x, z)
        g(z).sum().backward()
        g(z).sum().backward()
        g.zero_grad()

    groups = [
        Group("parameters", 1, make, compare=["parameters of discriminator"]),
        Group("once", 1, make, compare=["second backward into generator"]),
    ]
    check = Check(STEP, oracle=lambda *inputs: step(*inputs), groups=groups)
    assert failed(judged(check, step)) == []
    assert failed(judged(check, not_zeroed)) == ["parameters"]
    assert failed(judged(check, twice)) == ["once"]


def test_results_must_hang_on_the_graph_where_the_oracles_do_and_nowhere_else():
    def make(d):
        return case(generator=net(d, ["Linear", 2, 2]), z=d.randn(3, 2))

    loss = Check(
        "loss(generator, z)", oracle=lambda g, z: g(z).mean(), groups=[Group("any", 1, make)], conditions=1
    )
    assert judged(loss, lambda g, z: g(z).mean()).points == 2
    assert "cut off" in judged(loss, lambda g, z: g(z).mean().detach()).rows[-1].details[0]
    latent = Check(
        "latent(generator, z)",
        oracle=lambda g, z: g(z).detach(),
        groups=[Group("any", 1, make)],
        conditions=1,
    )
    assert "detach it" in judged(latent, lambda g, z: g(z)).rows[-1].details[0]


def test_generators_of_randomness_are_inputs():
    check = Check(
        "noise(n, generator)",
        oracle=lambda n, generator: torch.randn(n, generator=generator),
        groups=[Group("any", 1, lambda d: case(n=d.int(2, 5), generator=rng(d.int(0, 99))))],
        conditions=1,
    )
    assert judged(check, lambda n, g: torch.randn(n, generator=g)).points == 2
    assert judged(check, lambda n, g: torch.randn(n)).points == 0


# Modules and objects ----------------------------------------------------------------------------------------------------


class Block(nn.Module):
    """The oracle's layout."""

    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, c, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(c),
            nn.LeakyReLU(0.2),
            nn.Conv2d(c, 1, 3, 1, 1),
        )

    def forward(self, x):
        return self.body(x)


class Reversed(nn.Module):
    """The same net, made in another order, with functions for the rest."""

    def __init__(self, c, slope=0.2, kernel=4, bias=False, extra=None):
        super().__init__()
        self.last = nn.Conv2d(c, 1, 3, padding=1)
        self.first = nn.Conv2d(1, c, kernel, 2, (kernel - 1) // 2, bias=bias)
        self.extra, self.slope = extra, slope

    def forward(self, x):
        h = nn.functional.instance_norm(self.first(x)) if not self.extra else self.extra(self.first(x))
        return self.last(nn.functional.leaky_relu(h, self.slope))


@pytest.mark.parametrize(
    ("build", "lost"),
    [
        (Block, []),
        (Reversed, []),
        (lambda c: Reversed(c, bias=True), ["parameters"]),
        (lambda c: Reversed(c, slope=0.0), ["trace"]),
        (lambda c: Reversed(c, kernel=6), ["parameters", "trace", "footprint"]),
        (lambda c: Reversed(2 * c), ["parameters", "maps"]),
        (lambda c: Block(c).requires_grad_(False), ["parameters"]),
        (lambda c: None, ["parameters", "shape", "maps", "trace", "footprint"]),
    ],
)
def test_modules_are_judged_order_free(build, lost):
    def make(d):
        return case(c=d.int(2, 4)).module(d.randn(2, 1, 16, 20), footprint=True)

    names = {"parameters": "number of parameters", "shape": "shape", "maps": "maps", "trace": "trace"}
    names["footprint"] = "footprint"
    check = Check(
        "Net(c)", oracle=Block, groups=[Group(n, 1, make, compare=[key]) for n, key in names.items()]
    )
    assert failed(judged(check, build)) == lost


def test_the_footprint_is_the_receptive_field():
    check = Check(
        "Net(c)",
        oracle=Block,
        groups=[Group("f", 1, lambda d: case(c=2).module(d.randn(1, 1, 16, 16), footprint=True))],
    )
    Assignment("toy", seed=1, checks=[check])
    assert check.sheet["cases"][0]["expected"]["footprint"] == [8, 8]  # 4 + (3 - 1) * 2
    assert check.sheet["cases"][0]["expected"]["maps"] == [[1, 1, 8, 8], [1, 2, 8, 8]]


class Logit(nn.Sequential):
    """Image -> one logit an image, through maps large enough to be thinned out before."""

    def __init__(self, c, end=nn.Flatten):
        super().__init__(nn.Conv2d(1, c, 3, 2), nn.ReLU(), nn.Conv2d(c, 1, 3), end(0))


def test_a_network_that_ends_in_logits_has_a_footprint_and_no_activation_hides_at_the_end():
    class AndRelu(nn.Sequential):
        def __init__(self, dim):
            super().__init__(nn.Flatten(dim), nn.ReLU())

    check = Check(
        "Net(c)",
        oracle=Logit,
        groups=[
            Group(
                "f", 1, lambda d: case(c=2).module(d.randn(2, 1, 7, 7), footprint=True), compare=["footprint"]
            ),
            Group("t", 1, lambda d: case(c=2).module(1 + d.rand(2, 1, 7, 7)), compare=["trace"]),
            Group(
                "n",
                1,
                lambda d: case(c=2).module(-1 - d.rand(2, 1, 7, 7)),
                compare=["trace, weights negative"],
            ),
        ],
    )
    assert judged(check, Logit).points == 3
    assert check.sheet["cases"][0]["expected"]["footprint"] == [7, 7]
    assert failed(judged(check, lambda c: Logit(c, AndRelu))) == ["n"]


def test_objects_are_judged_by_their_methods():
    class Counter:
        def __init__(self, start):
            self.n = start

        def add(self, x):
            self.n += x
            return self.n

    class Forgetful(Counter):
        def add(self, x):
            return self.n + x

    check = Check(
        "Counter(start)",
        oracle=Counter,
        groups=[
            Group("adds", 1, lambda d: case(start=d.int(1, 9)).calls("add", 2).calls("add", torch.ones(2)))
        ],
    )
    assert judged(check, Counter).points == 1
    assert judged(check, Forgetful).points == 0


# Definitions -------------------------------------------------------------------------------------------------------------


def test_definitions_with_errors_say_so():
    with pytest.raises(ValueError, match="'secret' shows no case"):
        Check("f(x)", oracle=abs, groups=[Group("secret", 1, lambda d: case(x=1), visible=0)])
    typo = Check("f(x)", oracle=abs, groups=[Group("g", 1, lambda d: case(y=1))])
    with pytest.raises(ValueError, match=r"unknown {'y'} or lacks {'x'}"):
        typo.worked_out(hidden_too=True)
    broken = Check("f(x)", oracle=lambda x: 1 / 0, groups=[Group("g", 1, lambda d: case(x=1))])
    with pytest.raises(ValueError, match="the oracle fails on a case of 'g'"):
        broken.worked_out(hidden_too=True)


def test_assignments_load_or_say_why_not(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"solutions/<name>/checks.py"):
        load_assignment(tmp_path / "checks.py")
    (tmp_path / "checks.py").write_text("assignment = 3")
    with pytest.raises(ValueError, match="defines no `assignment"):
        load_assignment(tmp_path / "checks.py")


def test_values_worked_by_hand_outrank_the_oracle():
    groups = [Group("g", 1, examples=[case(x=torch.ones(2)).gives(torch.full((2,), 5.0))])]
    assert judged(Check("f(x)", oracle=torch.square, groups=groups), lambda x: 5 * x).points == 1
    assert judged(Check("f(x)", oracle=None, groups=groups), torch.square).points == 0


# Shortcuts -----------------------------------------------------------------------------------------------------------------

CONV = Barred(
    operators=frozenset({"aten.convolution", "autograd"}),
    names=frozenset({"conv2d", "Conv2d"}),
    modules=frozenset({"course_lib.convolution"}),
)


def test_barred_operators_are_flagged_and_cost_nothing():
    check = Check(
        "blur(x)",
        oracle=lambda x: nn.functional.avg_pool2d(x, 2, 1),
        groups=[Group("any", 1, lambda d: case(x=d.randn(1, 1, 4, 4)))],
        barred=CONV,
    )
    honest = judged(check, lambda x: x.unfold(2, 2, 1).unfold(3, 2, 1).mean((-1, -2)))
    assert (honest.points, honest.flags) == (1, [])
    weight = torch.full((1, 1, 2, 2), 0.25, dtype=torch.float64)
    caught = judged(check, lambda x: nn.functional.conv2d(x, weight))
    assert (caught.points, caught.flags) == (1, ["blur calls aten.convolution (barred)"])

    def by_autograd(x):
        x = x.detach().requires_grad_()
        torch.autograd.grad(x.sum(), x)
        return nn.functional.avg_pool2d(x.detach(), 2, 1)

    assert judged(check, by_autograd).flags == ["blur calls autograd (barred)"]
    with torch.inference_mode():
        hidden = judged(check, lambda x: nn.functional.conv2d(x, weight.clone()))
    assert hidden.points == 1


def test_sources_are_scanned_with_line_numbers():
    source = (
        "%matplotlib inline\nimport torch.nn.functional as F\ny = F.conv2d(x, w)\nfrom torch.nn import Conv2d as C\n"
        "from course_lib import convolution\nimport course_lib.convolution as a\ngetattr(F, 'conv2d')\n"
        "def conv2d(x): return x\nconv2d(1)\nself.conv2d(x)\n# F.conv2d\n"
    )
    assert scan(source, [CONV]) == [
        "line 3: F.conv2d",
        "line 4: from torch.nn import Conv2d",
        "line 5: from course_lib import convolution",
        "line 6: import course_lib.convolution",
        "line 7: getattr(..., 'conv2d')",
    ]
    assert scan("def free(x):\n    return F.conv2d(x)\nF.conv2d(x)", [CONV], {"free": Barred()}) == [
        "line 3: F.conv2d"
    ]
    assert scan("def f(:", [CONV]) == ["line 1: the source does not parse, so it was not scanned"]
    assert scan("x = 1\n\0", [CONV])[0].endswith("so it was not scanned")


# In the notebook -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def handed_out(tmp_path, monkeypatch):
    check = double(conditions=1)
    reference.export(Assignment("toy", seed=7, checks=[check]), tmp_path / reference.NAME)
    monkeypatch.chdir(tmp_path)
    return check


def test_check_shows_the_table_and_returns_the_points(handed_out, capsys):
    def double(x):
        print("a warning, say: nbgrader reads stderr as failure", file=sys.stderr)
        return 2 * x

    assert reference.check(double) == 4.0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "a warning, say" in shown.out
    assert "double: 4 of 4 points" in shown.out
    assert reference.NOTE in shown.out


BY_IMPORT = "from torch.nn.functional import conv2d as c\n"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("def double(x): return 2 * x", ""),
        ("# F.conv2d\ndef double(x): return 2 * x", ""),
        ("def double(x):\n    F.conv2d\n    return 2 * x", "as your instructor will see: F.conv2d. When"),
        (f"{BY_IMPORT}def double(x): return 2 * x", "will see: from torch.nn.functional import conv2d. When"),
        (
            "def double(x): return 2 * x\ndouble.__module__ = 'course_lib.convolution'",
            ": course_lib.convolution.d",
        ),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_check_tells_the_student_of_barred_names_and_takes_nothing(
    tmp_path, monkeypatch, capsys, cell, told, kept
):
    reference.export(Assignment("toy", 7, [double(conditions=1, barred=CONV)]), tmp_path / reference.NAME)
    monkeypatch.chdir(tmp_path)
    if kept:
        (tmp_path / "cell.py").write_text(cell)
    namespace = {"__name__": "notebook", "F": nn.functional}
    exec(compile(cell, str(tmp_path / "cell.py"), "exec"), namespace)
    assert reference.check(namespace["double"]) == 4.0
    shown = capsys.readouterr().out
    assert ("Barred in this section" in shown) == bool(told and (kept or "__module__" in cell))
    assert not kept or told in shown


def test_check_says_what_it_cannot_do(handed_out, monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="check takes one of double; got a function other"):
        reference.check(other)
    with pytest.raises(ValueError, match="got None"):
        reference.check(None)
    monkeypatch.chdir("/")
    with pytest.raises(FileNotFoundError, match=r"reference\.safetensors is not in /"):
        reference.check(other)


def other(x):
    return x


def test_the_reference_file_holds_no_hidden_case(handed_out):
    hidden = [c for c in handed_out.sheet["cases"] if not c["visible"]]
    sheet = reference.load(reference.NAME)["double"]
    assert all(c["visible"] for c in sheet["cases"])
    assert len(sheet["cases"]) == len(handed_out.sheet["cases"]) - len(hidden)
    kept = open(reference.NAME, "rb").read()  # noqa: SIM115
    assert not any(c["ask"]["args"][0].numpy().tobytes() in kept for c in hidden)


def test_nbgrader_reads_the_number_as_partial_credit():
    """What a check cell leaves behind means the same to autograde and to Validate."""
    utils = pytest.importorskip("nbgrader.utils")
    from nbformat.v4 import new_code_cell, new_output
    from nbgrader.validator import Validator

    def cell(points):
        table = new_output("display_data", {"text/html": "<table></table>", "text/plain": "table"})
        number = new_output("execute_result", {"text/plain": repr(points)})
        meta = {
            "grade": True,
            "solution": False,
            "points": 4,
            "grade_id": "check_f",
            "locked": True,
            "task": False,
        }
        return new_code_cell("check(f)", outputs=[table, number], metadata={"nbgrader": meta})

    for points in (0.0, 2.5, 4.0):
        assert utils.determine_grade(cell(points)) == (points, 4.0)
    notebook = type("Notebook", (), {"cells": [cell(4.0), cell(2.5)]})
    assert Validator()._get_failed_cells(notebook) == notebook.cells[1:]


def test_tables_escape_what_students_write():
    verdict = judged(double(), lambda x: "<script>alert(1)</script>")
    assert "<script>" not in verdict.as_html()
    assert "&lt;script&gt;" in verdict.as_html()
    assert "✗&nbsp;fail" in verdict.as_html()  # not by colour alone
    assert "color" not in verdict.as_html()
