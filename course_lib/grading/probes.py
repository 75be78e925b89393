"""What runs beside the student's code: call it on given inputs, write down what came back. No verdict is made here.

`run(namespace, request)` answers one request with one reply, both plain data that `codec` can carry.

request: {"function": name, "cases": [case, ...], "watch": [indices of cases]}
case:    {"probe": "call" | "backward" | "module", "names": [...], "args": [...], "kwargs": {...}, ...}
reply:   {"missing": text} or {"cases": [answer, ...], "operators": [...]}
answer:  {"observed": {name: value}, "graph": [...], "changed": [...], "random": bool} or {"error": [type, message]}

An input that is more than data is a recipe, built anew for every case (`checks.net`, `checks.sgd`, `checks.rng`,
`checks.pool`): a dict with the key "$". What a net's parameters and `.grad` are afterwards is observed too, and what a pool
was shown; that is how a training step is judged.
"""

import random
import sys

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .codec import Opaque, plain_tensor

MAX_TEXT = 300


def run(namespace, request):
    """Answer a request about `namespace[request["function"]]`; one case that fails does not fail the others."""
    name = request["function"]
    function = namespace.get(name)
    if not callable(function):
        what = (
            "is not defined" if name not in namespace else f"is {describe(function)}, not something to call"
        )
        return {"missing": f"{name} {what}"}
    cases = request["cases"]
    return {
        "cases": [_answer(function, case) for case in cases],
        "operators": sorted(set().union(*(_operators(function, cases[i]) for i in request.get("watch", ())))),
    }


def _answer(function, case):
    state = torch.get_rng_state(), random.getstate()
    try:
        inputs = _Inputs(case)
        torch.rand(1)  # a function that reseeds with the seed already in use is seen, too
        before = _random_state()
        answer = PROBES[case["probe"]](function, case, inputs)
        answer["changed"] = inputs.changed()
        answer["random"] = case["probe"] != "module" and _random_state() != before
        return answer
    except (
        Exception,
        SystemExit,
    ) as error:  # the student's code may raise anything; an interrupt goes through
        return {"error": [type(error).__name__, _text_of(error)]}
    finally:
        torch.set_rng_state(state[0])
        random.setstate(state[1])


def _text_of(error):
    try:
        return str(error)[:MAX_TEXT]
    except Exception:
        return ""


def _random_state():
    numpy = sys.modules.get("numpy")
    return (
        torch.get_rng_state().numpy().tobytes(),
        random.getstate(),
        numpy.random.get_state()[1].tobytes() if numpy else b"",
    )


class _Inputs:
    """The inputs of one case, built: recipes made into objects, tensors copied so that changes to them are seen."""

    def __init__(self, case):
        self.made = {}
        self.leaves = {}
        self.wants_grad = case["probe"] == "backward"
        n = len(case["args"])
        self.args = [self._build(value, name) for value, name in zip(case["args"], case["names"][:n])]
        self.kwargs = {name: self._build(value, name) for name, value in case["kwargs"].items()}
        self.given = dict(zip(case["names"], [*case["args"], *case["kwargs"].values()]))
        self.values = dict(zip(case["names"], [*self.args, *self.kwargs.values()]))

    def _build(self, value, name):
        if isinstance(value, torch.Tensor):
            copy = value.clone()
            if self.wants_grad and copy.is_floating_point():
                self.leaves[name] = copy.requires_grad_()
                copy = copy.clone()  # not a leaf, so that a change in place is reported as one
            return copy
        if isinstance(value, dict) and "$" in value:
            self.made[name] = RECIPES[value["$"]](value, self.made)
            return self.made[name]
        if isinstance(value, (list, tuple)):
            return type(value)(self._build(item, f"{name}[{i}]") for i, item in enumerate(value))
        return value

    def nets(self, kind=nn.Module):
        return {name: made for name, made in self.made.items() if isinstance(made, kind)}

    def changed(self):
        return [name for name, given in self.given.items() if not _same(given, self.values[name])]


def _same(given, now):
    if isinstance(given, torch.Tensor):
        return given.shape == now.shape and torch.equal(
            torch.nan_to_num(given), torch.nan_to_num(now.detach())
        )
    if isinstance(given, (list, tuple)):
        return len(given) == len(now) and all(_same(a, b) for a, b in zip(given, now))
    return isinstance(given, dict) or given == now


# Recipes -------------------------------------------------------------------------------------------------------------


def _make_net(recipe, made):
    """nn.Sequential of the layers named in the recipe, in float64, with the recipe's weights.

    `net.passes` counts how often `backward` leaves a gradient at each parameter.
    """
    net = nn.Sequential(*(getattr(nn, layer[0])(*layer[1:]) for layer in recipe["layers"])).double()
    with torch.no_grad():
        for parameter, weight in zip(net.parameters(), recipe["weights"], strict=True):
            parameter.copy_(weight)
    for parameter, gradient in zip(net.parameters(), recipe.get("gradients", ())):
        parameter.grad = gradient.clone()
    net.passes = [0] * len(recipe["weights"])
    for i, parameter in enumerate(net.parameters()):
        parameter.register_post_accumulate_grad_hook(lambda _, i=i: _count(net.passes, i))
    return net


def _count(passes, i):
    passes[i] += 1


def _make_sgd(recipe, made):
    names = [recipe["of"]] if isinstance(recipe["of"], str) else recipe["of"]
    return torch.optim.SGD([p for name in names for p in made[name].parameters()], lr=recipe["lr"])


def _make_rng(recipe, made):
    return torch.Generator().manual_seed(recipe["seed"])


class _Pool:
    """Stands for an image pool without its draws: the first images it is shown are exchanged for the recipe's older ones."""

    def __init__(self, recipe, made):
        self.older, self.shown = recipe["older"], []

    def query(self, images):
        self.shown.append(plain_tensor(images).clone())
        older = self.older[: len(images)]
        return torch.cat([older, images.detach()[len(older) :]])


RECIPES = {"net": _make_net, "sgd": _make_sgd, "rng": _make_rng, "pool": _Pool}


# Probes --------------------------------------------------------------------------------------------------------------


def _call(function, case, inputs):
    """Call the function (then the methods in case["then"], in turn) and observe the result and the nets it was given."""
    result = function(*inputs.args, **inputs.kwargs)
    if case.get("then"):
        result = [_then(getattr(result, method), args, inputs, case) for method, args in case["then"]]
    observed = _observe(result, case)
    for name, net in inputs.nets().items():
        parameters = list(net.parameters())
        observed[f"parameters of {name}"] = [plain_tensor(p) for p in parameters]
        observed[f"gradients of {name}"] = [_grad_or_zeros(p) for p in parameters]
        observed[f"state of {name}"] = {
            "training": net.training,
            "requires_grad": [p.requires_grad for p in parameters],
        }
        observed[f"second backward into {name}"] = max(net.passes, default=0) > 1
    for name, pool in inputs.nets(_Pool).items():
        observed[f"shown to {name}"] = pool.shown
    return {"observed": observed, "graph": [t.requires_grad for t in _tensors(result)]}


def _then(method, args, inputs, case):
    """One method of what was constructed. Where the case is `spoiled`, its inputs ask for gradients, and they and what came
    back are overwritten before the next call: what the object keeps must be its own."""
    args = [inputs._build(a, method.__name__) for a in args]
    if not case.get("spoiled"):
        return method(*args)
    result = method(*(t.requires_grad_() for t in args))
    kept = result.clone() if isinstance(result, torch.Tensor) else result
    with torch.no_grad():
        for tensor in _tensors([*args, result]):
            tensor.fill_(torch.nan)
    return kept


def _backward(function, case, inputs):
    """Call, then send a fixed cotangent back through the first floating-point tensor of the result (case["send"]: through
    that entry of the dict)."""
    result = function(*inputs.args, **inputs.kwargs)
    observed = _observe(result, case)
    sent = result.get(case["send"]) if "send" in case and isinstance(result, dict) else result
    y = next((t for t in _tensors(sent) if t.is_floating_point()), None)
    if y is not None and y.requires_grad:
        y.backward(torch.cos(torch.arange(y.numel(), dtype=y.dtype)).reshape(y.shape))
    for name, leaf in inputs.leaves.items():
        observed[f"gradient of {name}"] = _grad_or_zeros(leaf)
    for name, net in inputs.nets().items():
        observed[f"gradients of {name}"] = [_grad_or_zeros(p) for p in net.parameters()]
    return {"observed": observed, "graph": [] if y is None else [y.requires_grad]}


def _module(cls, case, inputs):
    """Build the module and observe what does not depend on names or on the order in which its parts were made.

    Every parameter is set to 1 / (entries per first index), so the output depends on the architecture alone; then to the
    same number below zero. The footprint is the box of input pixels that the middle output pixel (or the one logit)
    depends on, normalisation replaced by the identity.
    """
    module = cls(*inputs.args, **inputs.kwargs)
    if not isinstance(module, nn.Module):
        raise TypeError(f"expected an nn.Module, got {describe(module)}")
    module = module.double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(1 / max(1, parameter[0].numel() if parameter.ndim else 1))
    xs = [x.clone() for x in case["inputs"]]
    with torch.no_grad(), _Watch() as watch:
        output = module(*xs)
    observed = {
        "number of parameters": sum(p.numel() for p in module.parameters() if p.requires_grad),
        "shape": list(output.shape) if isinstance(output, torch.Tensor) else None,
        "maps": sorted(watch.maps),
        "trace": _sampled(output),
    }
    if case.get("footprint"):
        observed["footprint"] = _footprint(module, xs)
    with torch.no_grad():  # what a ReLU would cut off at the end is never seen with positive weights alone
        for parameter in module.parameters():
            parameter.neg_()
        observed["trace, weights negative"] = _sampled(module(*(x.clone() for x in case["inputs"])))
    return {"observed": observed, "graph": []}


def _sampled(output):
    """An output as it is; of large maps every fifth row and seventh column, which keeps files of known mistakes small."""
    if isinstance(output, torch.Tensor) and output.ndim == 4 and output[0, 0].numel() > 100:
        output = output[:, :, ::5, ::7]
    return reduce(output)


class _WithoutNormalisation(TorchFunctionMode):
    """Normalisation mixes positions: for the footprint it is the identity."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in ("batch_norm", "instance_norm", "group_norm", "layer_norm"):
            return args[0]
        return function(*args, **(kwargs or {}))


def _footprint(module, xs):
    x = torch.ones_like(xs[0]).requires_grad_()
    with _WithoutNormalisation():
        y = module(x, *xs[1:])
    middle = y[0, :, y.shape[2] // 2, y.shape[3] // 2] if y.ndim == 4 else y[0]
    middle.sum().backward()
    rows, columns = x.grad[0].abs().sum(0).nonzero().unbind(1)
    return [int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1]


PROBES = {"call": _call, "backward": _backward, "module": _module}


def _observe(result, case):
    """The result under one name, or each part of a tuple under its own where the definition names the parts."""
    names = case.get("returns") or ["result"]
    if len(names) == 1:
        return {names[0]: reduce(result)}
    if isinstance(result, (tuple, list)) and len(result) == len(names):
        return dict(zip(names, map(reduce, result)))
    return {"result": reduce(result)}


def _grad_or_zeros(tensor):
    return plain_tensor(torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)


def _tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [t for item in value for t in _tensors(item)] if isinstance(value, (list, tuple)) else []


# What a result is, in data or in words -----------------------------------------------------------------------------------


def reduce(value, depth=0):
    """The value as data that `codec` carries; what cannot travel becomes an `Opaque` that says what it was."""
    if value is None or type(value) in (bool, float, str):
        return value[:10_000] if type(value) is str else value
    if type(value) is int:
        return value if abs(value) < 2**63 else Opaque("an integer of more than 64 bits")
    try:
        if isinstance(value, torch.Tensor):
            return plain_tensor(value)
        if depth < 8 and isinstance(value, (list, tuple, dict)) and len(value) <= 1000:
            if isinstance(value, list):
                return [reduce(item, depth + 1) for item in value]
            if isinstance(value, tuple):
                return tuple(reduce(item, depth + 1) for item in value)
            if all(type(key) is str for key in value):
                return {key: reduce(item, depth + 1) for key, item in value.items()}
    except Exception:
        return Opaque(f"something of the class {type(value).__name__} that cannot be read")
    return Opaque(describe(value), _number(value))


def _number(value):
    numpy = sys.modules.get("numpy")
    return value.item() if numpy and isinstance(value, (numpy.integer, numpy.floating)) else None


def describe(value):
    """A value of an unexpected kind, in words."""
    numpy = sys.modules.get("numpy")
    kind = type(value).__name__[:60]
    if value is None:
        return "None"
    if numpy and isinstance(value, numpy.ndarray):
        return f"a NumPy array of shape {value.shape} and dtype {value.dtype}; use torch.from_numpy"
    if isinstance(value, type):
        return f"the class {value.__name__[:60]}"
    if isinstance(value, nn.Module):
        return f"a module ({kind})"
    if isinstance(value, (bool, int, float)):
        return f"{kind} {value!r}"[:80]
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


# Which operators ran: for the instructor's report ----------------------------------------------------------------------


class _Watch(TorchDispatchMode):
    """Notes the names of the operators torch dispatches, and the shapes of the maps that convolutions put out."""

    def __init__(self):
        super().__init__()
        self.seen, self.maps = set(), []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        self.seen.add(function)
        if function.overloadpacket in CONVOLUTIONS:
            self.maps.append(list(result.shape))
        return result

    def names(self):
        return {str(function).removesuffix(f".{function._overloadname}") for function in self.seen}


CONVOLUTIONS = (torch.ops.aten.convolution, torch.ops.aten.conv2d, torch.ops.aten.conv_transpose2d)


class _WatchFunctions(TorchFunctionMode):
    """Notes calls of autograd, which is not an operator."""

    autograd = False

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in ("backward", "grad"):
            self.autograd = True
        return function(*args, **(kwargs or {}))


def _operators(function, case):
    """Names of the operators behind a second, unjudged call. A thread or a disabled mode can hide from this."""
    state = torch.get_rng_state(), random.getstate()
    watch, functions = _Watch(), _WatchFunctions()
    try:
        inputs = _Inputs(case)
        with functions, watch:
            function(*inputs.args, **inputs.kwargs)
    except Exception:  # judged already, on the first call
        pass
    finally:
        torch.set_rng_state(state[0])
        random.setstate(state[1])
    return watch.names() | ({"autograd"} if functions.autograd else set())
