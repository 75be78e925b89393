"""Facts about random draws are told from what came back; pools, optimisers of several networks and entries of a dict as inputs."""

import pytest
import torch

from course_lib.grading import facts, probes
from course_lib.grading.checks import Assignment, Check, Group, case, net, pool, sgd

ASK = {"facts": "pool", "args": [2, None]}


def batch(*numbers):
    return torch.tensor(numbers, dtype=torch.float64).view(-1, 1, 1, 1)


def told(batches, results, graph=()):
    ask = ASK | {"then": [["query", [b]] for b in batches]}
    return facts.with_facts(ask, {"observed": {"result": results}, "graph": list(graph)})["observed"]


def test_a_pool_told_by_hand():
    # 1 and 2 fill it; 3 drives 1 out; 4 goes straight through; 5 drives 3 out
    found = told([batch(1, 2), batch(3, 4, 5)], [batch(1, 2), batch(1, 4, 3)], [False, False])
    assert found["each image"] == "is stored at most once, and leaves once"
    assert found["while the pool fills"] == "each image comes back itself"
    assert found["an older image comes back"] == "half of the time"  # 2 of 3: too few to say otherwise
    assert found["on the autograd graph"] is False


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ((1, 4, 1), "one comes back though it had left"),
        ((3, 1, 3), "one comes back though it had gone straight through"),
    ],
)
def test_a_pool_that_gives_something_back_twice(last, words):
    assert told([batch(1, 2), batch(3, 4, 5)], [batch(1, 2), batch(*last)])["each image"] == words


def test_results_of_any_kind_are_survived():
    assert told([batch(1)], [batch(1, 2)])["what comes back"] == "batches of another shape"
    assert told([batch(1)], [batch(float("nan"))])["what comes back"] == "images that nobody has shown"
    for nonsense in ("text", None, [None], [batch(1), batch(2)], 3):
        assert "each image" not in told([batch(1)], nonsense)


def test_the_stand_in_for_a_pool():
    older = batch(8, 9)
    made = probes.RECIPES["pool"]({"older": older}, {})
    images = batch(1, 2, 3).requires_grad_()
    found = made.query(images)
    assert found.flatten().tolist() == [8, 9, 3]
    assert not found.requires_grad
    assert made.query(batch(5)).flatten().tolist() == [8]
    assert [shown.flatten().tolist() for shown in made.shown] == [[1, 2, 3], [5]]


def right(a, b, opt, past, x):
    past.query(x)
    loss = {"other": (2 * x).sum(), "total": (a(x) + b(x)).sum()}
    opt.zero_grad()
    loss["total"].backward()
    opt.step()
    return {key: value.detach() for key, value in loss.items()}


def inputs(d):
    names = {"a": net(d, ["Linear", 2, 1]), "b": net(d, ["Linear", 2, 1])}
    return case(**names, opt=sgd(["a", "b"]), past=pool(d.randn(1, 2)), x=d.randn(3, 2))


def points(function):
    check = Check(
        "right(a, b, opt, past, x)",
        oracle=right,
        groups=[
            Group("both learn", 1, inputs, compare=["parameters of a", "parameters of b"]),
            Group("the pool", 1, inputs, compare=["shown to past"]),
            Group("one entry", 1, inputs, compare=["entry total"]),
        ],
    )
    Assignment("toy", seed=3, checks=[check])
    verdict = check.evaluate(lambda request: probes.run({"right": function}, request))
    return [row.earned for row in verdict.rows]


def test_an_optimiser_of_two_networks_a_pool_and_entries():
    assert points(right) == [1, 1, 1]
    assert points(lambda a, b, opt, past, x: right(a, a, opt, past, x)) == [0, 1, 0]
    assert points(lambda a, b, opt, past, x: (past.query(x), right(a, b, opt, past, x))[1]) == [1, 0, 1]
    assert points(lambda *args: right(*args) | {"other": None}) == [1, 1, 1]
    assert points(lambda *args: {"other": right(*args)["other"]}) == [1, 1, 0]


def test_the_entry_to_send_back_is_named():
    check = Check(
        "two(a, x)",
        oracle=lambda a, x: {"first": (0 * a(x)).sum(), "total": a(x).sum()},
        groups=[
            Group(
                "gradients",
                1,
                lambda d: case(a=net(d, ["Linear", 2, 1]), x=d.randn(3, 2)),
                gradients="total",
                compare=["entry total", "gradients of a"],
            )
        ],
    )
    Assignment("toy", seed=3, checks=[check])

    def verdict(two):
        return check.evaluate(lambda request: probes.run({"two": two}, request)).points

    assert verdict(lambda a, x: {"total": a(x).sum(), "first": None}) == 1
    assert verdict(lambda a, x: {"first": a(x).sum(), "total": a(x).sum().detach()}) == 0
