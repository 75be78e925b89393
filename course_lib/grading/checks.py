r"""How an assignment says what is right: one `Check` per graded function, read by the grader and by the student's notebook.

    relu = Check(
        "relu(x)",                                            # the stub's signature; grade id check_relu
        oracle=torch.relu,                                    # the truth, from someone else than course_lib
        groups=[
            Group("positive and negative numbers", 2, lambda d: case(x=d.randn(d.int(1, 5), 3))),
            Group("gradient", 1, lambda d: case(x=d.randn(4)), gradients=True),
            Group("zero", 1, examples=[case(x=torch.zeros(2)).gives(torch.zeros(2))]),
        ],
        mistakes=[Mistake("absolute value", torch.abs, "Negative entries should become 0, yours change sign.")],
        conditions=1,
    )
    assignment = Assignment("a0_example", seed=20, checks=[relu])

A group's points are earned when all of its cases are right: the worked `examples` and `visible` random cases, which the
student has in the notebook, and `hidden` random cases, which only the grader has. Every group shows at least one case.
`conditions` is a row of its own for what must hold besides the value: inputs unchanged, dtype and type kept, the global
random generators untouched, results in the autograd graph where the oracle's are. Without points for it, a breach fails
the case. A mistake is a wrong implementation; whoever's output equals its output, where that differs from the truth, is
shown its hint. Steps: give nets and optimisers as inputs (`net`, `sgd`, `rng`, `pool`). Modules: `case(...).module(x)`.
Random draws: what all right answers share, `case(...).states("pool")`.
"""

import ast
import hashlib
import importlib.util
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import torch

from . import barred as barred_
from . import probes
from .barred import Barred
from .compare import ANY_OF, agree
from .facts import with_facts
from .judge import RemoteError, judge
from .verdict import Row, Verdict

__all__ = [
    "Assignment",
    "Barred",
    "Case",
    "Check",
    "Draw",
    "Group",
    "Mistake",
    "RemoteError",
    "Row",
    "Verdict",
]
__all__ += ["case", "load_assignment", "net", "pool", "rng", "sgd"]


class Draw:
    """Random inputs from a seed of their own: `d.randn(2, 3)` (float64), `d.int(1, 4)` (both ends), `d.choice([1, 2])`."""

    def __init__(self, *key):
        seed = int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:7], "big")
        self.generator = torch.Generator().manual_seed(seed)

    def randn(self, *shape):
        return torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def rand(self, *shape):
        return torch.rand(*shape, generator=self.generator, dtype=torch.float64)

    def int(self, low, high):
        return int(torch.randint(low, high + 1, (), generator=self.generator))

    def ints(self, low, high, *shape):
        return torch.randint(low, high + 1, shape, generator=self.generator)

    def float(self, low, high):
        return low + (high - low) * float(self.rand(1))

    def choice(self, options):
        return options[self.int(0, len(options) - 1)]


@dataclass(frozen=True)
class Case:
    """The inputs of one call, by the names in the signature; `gives` states the result worked by hand."""

    inputs: dict
    expected: object = None
    then: tuple = ()
    built: tuple | None = None
    footprint: bool = False
    spoiled: bool = False
    facts: str = ""

    def gives(self, expected):
        return replace(self, expected=expected)

    def among(self, *options):
        """Any of these is right here: shows what an answer looks like where the right one must stay hidden."""
        return replace(self, expected={ANY_OF: list(options)})

    def calls(self, method, *args):
        """After constructing the object, call its method; the results are compared in order."""
        return replace(self, then=(*self.then, (method, args)))

    def calls_spoiled(self, method, *args):
        """As `calls`; the tensors given ask for gradients, and they and what comes back are overwritten before the next call."""
        return replace(self.calls(method, *args), spoiled=True)

    def states(self, facts):
        """What every right answer shares is worked out from the result and can be compared (`facts.FACTS`): for random draws."""
        return replace(self, facts=facts)

    def module(self, *inputs, footprint=False):
        """The inputs construct a module; it is judged by parameters, shapes, maps, and a trace of these tensors."""
        return replace(self, built=inputs, footprint=footprint)


def case(**inputs):
    return Case(inputs)


def net(d, *layers, stale=False):
    """An input that is a small float64 network: net(d, ["Linear", 2, 8], ["Tanh"], ["Linear", 8, 1]).

    With `stale`, its parameters hold gradients already, as if backward had been called before.
    """
    with torch.device("meta"):  # for the shapes alone
        built = torch.nn.Sequential(*(getattr(torch.nn, layer[0])(*layer[1:]) for layer in layers))
    weights = [0.5 * d.randn(*parameter.shape) for parameter in built.parameters()]
    recipe = {"$": "net", "layers": [list(layer) for layer in layers], "weights": weights}
    return recipe | ({"gradients": [d.randn(*weight.shape) for weight in weights]} if stale else {})


def sgd(of, lr=0.1):
    """An input that is an SGD optimiser of the network given under the name `of`, or of several, given by a list of names."""
    return {"$": "sgd", "of": of, "lr": lr}


def rng(seed):
    """An input that is a torch.Generator, seeded."""
    return {"$": "rng", "seed": seed}


def pool(older):
    """An input whose `query(images)` returns the images detached, the first of them exchanged for `older` (a tensor)."""
    return {"$": "pool", "older": older}


@dataclass(frozen=True)
class Group:
    """Cases of one kind and the points they earn together.

    Args:
        make: Draw -> Case, called once for every random case, or None.
        compare: names of what is observed that count here ("grad_x", "number of parameters", "footprint"); all when empty.
            "entry cycle" is one entry of a result that is a dict.
        gradients: also send a cotangent back and compare the gradients of all floating-point inputs and of the networks
            given. The name of an entry instead of True: of a result that is a dict that entry is sent back through.
    """

    name: str
    points: float
    make: object = None
    visible: int = 1
    hidden: int = 3
    examples: tuple = ()
    compare: tuple = ()
    gradients: bool | str = False

    def cases(self, key, seed, hidden_too):
        """(case, is visible) for all cases; each has its own seed, so groups can be added without changing the others."""
        yield from ((example, True) for example in self.examples)
        if self.make:
            yield from ((self.make(Draw("visible", key, self.name, i)), True) for i in range(self.visible))
            if hidden_too:
                yield from ((self.make(Draw(seed, key, self.name, i)), False) for i in range(self.hidden))


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation with the signature of the right one, and what to tell who made it."""

    name: str
    function: object
    hint: str


@dataclass
class Check:
    signature: str
    oracle: object
    groups: list
    mistakes: list = field(default_factory=list)
    conditions: float = 0
    barred: Barred = field(default_factory=Barred)
    rtol: float = 1e-8
    atol: float = 1e-10
    seed: object = None  # set by the assignment

    def __post_init__(self):
        stub = ast.parse(f"def {self.signature.split('->')[0].strip()}: ...").body[0]
        self.name = stub.name
        self.grade_id = f"check_{self.name}"
        required = len(stub.args.args) - len(stub.args.defaults)
        self.required = [argument.arg for argument in stub.args.args[:required]]
        self.optional = [argument.arg for argument in stub.args.args[required:]]
        returns = self.signature.partition("->")[2].strip(" ()")
        self.returns = [name.strip() for name in returns.split(",")] if "," in returns else ["result"]
        for group in self.groups:
            if not (group.examples or (group.make and group.visible)):
                raise ValueError(
                    f"{self.name}: the group {group.name!r} shows no case, a student could not prepare for it"
                )

    @property
    def points(self):
        return sum(group.points for group in self.groups) + self.conditions

    def evaluate(self, remote):
        """Ask `remote` for the student's outputs on all cases, visible ones first, and judge them."""
        return judge(self.sheet, remote)

    @cached_property
    def sheet(self):
        """The check worked out, as plain data: inputs, expected outputs, outputs of the mistakes."""
        return self.worked_out(hidden_too=True)

    @cached_property
    def visible_sheet(self):
        """What a student may have."""
        return self.worked_out(hidden_too=False)

    def worked_out(self, hidden_too):
        found = [
            (index, case_, visible)
            for index, group in enumerate(self.groups)
            for case_, visible in group.cases(self.name, self.seed, hidden_too)
        ]
        found.sort(
            key=lambda item: not item[2]
        )  # visible first: no hidden input is known when they are answered
        asked = [self._request(case_, self.groups[index]) for index, case_, _ in found]
        truth = self._run(self.oracle, asked) if self.oracle else [{}] * len(asked)
        wrong = [self._run(mistake.function, asked) for mistake in self.mistakes]
        cases = []
        for i, (index, case_, visible) in enumerate(found):
            expected = self._expected(case_, truth[i], self.groups[index])
            cases.append(
                {
                    "group": index,
                    "visible": visible,
                    "ask": asked[i],
                    "expected": expected,
                    "graph": truth[i].get("graph", []),
                    "mistakes": {
                        str(m): self._wrong(expected, answers[i])
                        for m, answers in enumerate(wrong)
                        if self._differs(expected, answers[i])
                    },
                }
            )
        return {
            "function": self.name,
            "returns": self.returns,
            "groups": [{"name": group.name, "points": float(group.points)} for group in self.groups],
            "conditions": float(self.conditions),
            "hints": [mistake.hint for mistake in self.mistakes],
            "tolerance": [self.rtol, self.atol],
            "barred": sorted(self.barred.operators),
            "barred names": sorted(self.barred.names),
            "barred modules": sorted(self.barred.modules),
            "cases": cases,
        }

    def _request(self, case_, group):
        unknown = set(case_.inputs) - set(self.required + self.optional)
        missing = set(self.required) - set(case_.inputs)
        if unknown or missing:
            raise ValueError(
                f"{self.signature}: a case of {group.name!r} has unknown {unknown} or lacks {missing}"
            )
        options = [name for name in self.optional if name in case_.inputs]
        request = {
            "probe": "module" if case_.built is not None else "backward" if group.gradients else "call",
            "names": self.required + options,
            "args": [case_.inputs[name] for name in self.required],
            "kwargs": {name: case_.inputs[name] for name in options},
            "returns": self.returns,
        }
        if isinstance(group.gradients, str):
            request["send"] = group.gradients
        if case_.then:
            request["then"] = [[method, list(args)] for method, args in case_.then]
        if case_.spoiled:
            request["spoiled"] = True
        if case_.facts:
            request["facts"] = case_.facts
        if case_.built is not None:
            request |= {"inputs": list(case_.built), "footprint": case_.footprint}
        return request

    def _run(self, function, asked):
        answers = probes.run({self.name: function}, {"function": self.name, "cases": asked})["cases"]
        return [with_facts(ask, answer) for ask, answer in zip(asked, answers)]

    def _expected(self, case_, answer, group):
        """What must be observed: worked by hand where the case says so, the oracle's otherwise."""
        if case_.expected is not None:
            return dict(zip(self.returns, case_.expected if len(self.returns) > 1 else [case_.expected]))
        if "observed" not in answer:
            raise ValueError(
                f"{self.name}: the oracle fails on a case of {group.name!r}: {answer.get('error')}"
            )
        observed = answer["observed"]
        entries = [key.removeprefix("entry ") for key in group.compare if key.startswith("entry ")]
        expected = {key: observed[key] for key in group.compare or observed if not key.startswith("entry ")}
        return expected | ({"result": {key: observed["result"][key] for key in entries}} if entries else {})

    @staticmethod
    def _wrong(expected, answer):
        """What a known mistake does on a case: the values it gives there, or the error it raises."""
        if "error" in answer:
            return {"error": answer["error"]}
        wrong = {key: answer["observed"].get(key) for key in expected}
        for key, value in expected.items():
            if isinstance(value, dict) and isinstance(wrong[key], dict) and value.keys() <= wrong[key].keys():
                wrong[key] = {entry: wrong[key][entry] for entry in value}
        return wrong

    def _differs(self, expected, answer):
        if "error" in answer:
            return True
        observed = answer["observed"]
        if not all(key in observed for key in expected):
            return False
        return not all(agree(expected[key], observed[key], self.rtol, self.atol) for key in expected)


@dataclass
class Assignment:
    """All checks of one assignment. `seed` fixes the hidden cases; it belongs to this file, which students do not get."""

    name: str
    seed: int
    checks: list

    def __post_init__(self):
        for check in self.checks:
            check.seed = self.seed
        self.checks = {check.grade_id: check for check in self.checks}

    def scan(self, source):
        """Lines of a student's source that name a barred shortcut, for the instructor to look at."""
        own = {check.name: check.barred for check in self.checks.values()}
        return barred_.scan(source, list(own.values()), own)


def load_assignment(path):
    """Run a checks.py (trusted: the instructor's own file) and return its `assignment`."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checks at {path}; an assignment's checks are solutions/<name>/checks.py")
    spec = importlib.util.spec_from_file_location(f"checks_of_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assignment = getattr(module, "assignment", None)
    if not isinstance(assignment, Assignment):
        raise ValueError(f"{path} defines no `assignment = Assignment(...)`")
    return assignment
