"""Is this what was expected? On plain data, in the grader's own process; the answer is a sentence a student can use."""

from dataclasses import dataclass

import torch

from .codec import Opaque

ANY_OF = "$any of"  # the key of an expected value that is one of a list (`Case.among`)
KINDS = {"net": "a small network", "sgd": "SGD", "rng": "a torch.Generator", "pool": "an image pool"}
SINGLE = torch.empty(0, dtype=torch.float32)
# relative and absolute tolerance that a dtype can hold; the definition's own holds where it is looser
PRECISION = {torch.float32: (1e-4, 1e-5), torch.float16: (1e-2, 1e-2), torch.bfloat16: (3e-2, 3e-2)}


@dataclass(frozen=True)
class Difference:
    """What is wrong: `kind` in general words (all that is ever told of a hidden case), `text` with the values."""

    kind: str
    text: str


def compare(expected, got, rtol=1e-8, atol=1e-10):
    """Compare two values made of numbers, strings, tensors, lists, tuples and dicts.

    Returns:
        (difference, form): a `Difference` or None, and a list of sentences on what differs besides the value (dtype, a
        NumPy scalar for an int): the value counts as right, the form does not.
    """
    if isinstance(expected, torch.Tensor):
        return _tensor(expected, got, rtol, atol)
    if isinstance(expected, (list, tuple)):
        return _sequence(expected, got, rtol, atol)
    if isinstance(expected, dict) and ANY_OF in expected:
        return _any_of(expected[ANY_OF], got, rtol, atol)
    if isinstance(expected, dict):
        return _mapping(expected, got, rtol, atol)
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        return _number(expected, got, rtol, atol)
    if type(got) is type(expected) and got == expected:
        return None, []
    return Difference("wrong value", f"expected {say(expected)}, got {say(got)}"), []


def agree(expected, got, rtol, atol):
    """Whether two values agree, in form or not: `compare` without words, for asking about many known mistakes."""
    if not (isinstance(expected, torch.Tensor) and isinstance(got, torch.Tensor)):
        return compare(expected, got, rtol, atol)[0] is None
    if expected.shape != got.shape:
        return False
    rtol, atol = loosest((rtol, atol), [SINGLE])
    return torch.allclose(got.double(), expected.double(), rtol, atol, equal_nan=True)


def loosest(tolerance, values):
    """The tolerance that the coarsest dtype among the tensors allows: float32 on the way costs digits, not the answer."""
    bounds = [PRECISION[v.dtype] for v in values if isinstance(v, torch.Tensor) and v.dtype in PRECISION]
    return tuple(max(pair) for pair in zip(tolerance, *bounds))


def say(value):
    """A value in a few words: numbers as they are, tensors by shape and dtype, small ones by their entries."""
    if isinstance(value, torch.Tensor):
        name = str(value.dtype).removeprefix("torch.")
        if value.ndim == 0:
            return f"{_short(value.item())} (a 0-dimensional tensor)"
        if value.numel() <= 9:
            return f"{_entries(value.tolist())} (shape {tuple(value.shape)}, {name})"
        return f"a tensor of shape {tuple(value.shape)}, {name}"
    if isinstance(value, Opaque):
        return value.text
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, (list, tuple)):
        inner = ", ".join(say(item) for item in value[:8]) + (", ..." if len(value) > 8 else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        if "$" in value:
            return KINDS[value["$"]]
        return f"a dict with the keys {', '.join(map(repr, list(value)[:8]))}"
    return repr(value)[:80]


def _short(number):
    return f"{number:.6g}" if isinstance(number, float) else str(number)


def _entries(value):
    return "[" + ", ".join(map(_entries, value)) + "]" if isinstance(value, list) else _short(value)


def _wrong_type(wanted, got):
    text = f"expected {wanted}, got {say(got)}"
    return Difference("wrong type", text + (" (is a `return` missing?)" if got is None else "")), []


def _tensor(expected, got, rtol, atol):
    form = []
    if isinstance(got, (int, float)) and not isinstance(got, bool) and expected.ndim == 0:
        form.append(f"expected a 0-dimensional tensor, got the Python number {_short(got)}")
        got = torch.tensor(got, dtype=expected.dtype)
    if not isinstance(got, torch.Tensor):
        return _wrong_type(f"a tensor of shape {tuple(expected.shape)}", got)
    if got.shape != expected.shape:
        return Difference(
            "wrong shape", f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}"
        ), []
    if got.dtype != expected.dtype:
        names = [str(t.dtype).removeprefix("torch.") for t in (expected, got)]
        way_out = "; x.new_zeros(...) keeps the dtype of x" if names == ["float64", "float32"] else ""
        form.append(f"expected dtype {names[0]}, got {names[1]}{way_out}")
    rtol, atol = loosest((rtol, atol), (expected, got))
    exact = not expected.dtype.is_floating_point
    expected, got = expected.double(), got.double()
    bad = ~got.isfinite() & ~((expected == got) | (expected.isnan() & got.isnan()))
    if bad.any():
        words = "entry is" if bad.sum() == 1 else "entries are"
        return Difference(
            "NaN or infinite values", f"{int(bad.sum())} of {bad.numel()} {words} NaN or infinite"
        ), form
    off = _off(expected, got, 0, 0) if exact else _off(expected, got, rtol, atol)
    if not off.any():
        return None, form
    if not exact and not _off(expected, got, *loosest((rtol, atol), [SINGLE])).any():
        return None, [*form, "right to single precision only: something on the way was float32"]
    if expected.ndim == 0:
        return Difference(
            "wrong values", f"expected {_short(expected.item())}, got {_short(got.item())}"
        ), form
    distance = torch.where(off, (got - expected).abs().nan_to_num(torch.inf), 0)
    where = torch.unravel_index(distance.argmax(), distance.shape)
    text = f"{int(off.sum())} of {off.numel()} entries differ; the largest difference is at {[int(i) for i in where]}"
    text += f": expected {_short(expected[where].item())}, got {_short(got[where].item())}"
    return Difference("wrong values", text), form


def _off(expected, got, rtol, atol):
    return ~torch.isclose(got, expected, rtol, atol, equal_nan=True)


def _number(expected, got, rtol, atol):
    form, wanted = [], "an int" if isinstance(expected, int) else "a float"
    value = got
    if isinstance(got, Opaque):
        value = got.value
    elif isinstance(got, torch.Tensor):
        value = got.item() if got.ndim == 0 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _wrong_type(wanted, got)
    tensor, other = torch.tensor(float(expected)).double(), torch.tensor(float(value)).double()
    right = (
        value == expected
        if isinstance(expected, int)
        else torch.isclose(other, tensor, rtol, atol, equal_nan=True)
    )
    if not right:
        return Difference("wrong value", f"expected {_short(expected)}, got {_short(value)}"), []
    if type(got) is not type(expected):
        form.append(f"expected {wanted}, got {f'{got!r} (a float)' if isinstance(got, float) else say(got)}")
    return None, form


def _sequence(expected, got, rtol, atol):
    if not isinstance(got, (list, tuple)):
        return _wrong_type(f"{len(expected)} values", got)
    if len(got) != len(expected):
        return Difference("wrong length", f"expected {len(expected)} values, got {len(got)}"), []
    return _each({f"number {i + 1}": (e, g) for i, (e, g) in enumerate(zip(expected, got))}, rtol, atol)


def _mapping(expected, got, rtol, atol):
    if not isinstance(got, dict):
        return _wrong_type(f"a dict with the keys {', '.join(map(repr, expected))}", got)
    missing = [key for key in expected if key not in got]
    if missing:
        return Difference("missing keys", f"the dict lacks {', '.join(map(repr, missing))}"), []
    return _each({repr(key): (value, got[key]) for key, value in expected.items()}, rtol, atol)


def _any_of(options, got, rtol, atol):
    if any(compare(option, got, rtol, atol) == (None, []) for option in options):
        return None, []
    return Difference("wrong value", f"expected one of {', '.join(map(say, options))}; got {say(got)}"), []


def _each(pairs, rtol, atol):
    forms = []
    for name, (expected, got) in pairs.items():
        difference, form = compare(expected, got, rtol, atol)
        if difference:
            return Difference(difference.kind, f"{name}: {difference.text}"), []
        forms += [f"{name}: {line}" for line in form]
    return None, forms
