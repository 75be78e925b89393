"""The verdict: a check worked out (a sheet), a `remote` that calls the student's function, and a comparison of the two."""

import builtins
from collections import Counter
from dataclasses import dataclass, field

import torch

from .compare import agree, compare, loosest, say
from .facts import with_facts
from .verdict import Row, Verdict

CONDITIONS = "inputs, types and random generator left alone"

CUT_OFF = "the result is cut off from the autograd graph (.detach(), .item(), NumPy or no_grad)"


class RemoteError(Exception):
    """Nothing usable came back: the kernel died, time ran out, the answer was malformed."""


@dataclass
class Outcome:
    """One case: right or not, what to say, which known mistakes it agrees with and which it speaks against, and what was
    breached besides the value."""

    right: bool
    text: str = ""
    agrees: list = field(default_factory=list)
    against: list = field(default_factory=list)
    breaches: list = field(default_factory=list)


def judge(sheet, remote, watch=True):
    """One request, one verdict. `remote` takes a request of `probes.run` and returns its reply, or raises RemoteError."""
    cases = sheet["cases"]
    request = {"function": sheet["function"], "cases": [case["ask"] for case in cases]}
    if watch and sheet["barred"]:
        first = {case["group"]: i for i, case in reversed(list(enumerate(cases)))}
        request["watch"] = sorted(first.values())
    try:
        reply = _well_formed(remote(request), len(cases))
    except RemoteError as error:
        return _nothing(sheet, str(error))
    if "missing" in reply:
        return _nothing(sheet, reply["missing"])
    if all(answer.get("error") == ["NotImplementedError", ""] for answer in reply["cases"]):  # the stub
        return _nothing(sheet, "not written yet")
    answers = [with_facts(case["ask"], answer) for case, answer in zip(cases, reply["cases"])]
    outcomes = [_outcome(sheet, case, answer) for case, answer in zip(cases, answers)]
    if not sheet["conditions"]:
        for outcome in outcomes:
            if outcome.right and outcome.breaches:
                outcome.right, outcome.text = False, outcome.breaches[0][1]
    rows = [_row(sheet, i, cases, outcomes) for i in range(len(sheet["groups"]))]
    if sheet["conditions"]:
        rows.append(_conditions(sheet, rows, outcomes))
    seen = sorted(set(reply["operators"]) & set(sheet["barred"]))
    return Verdict(
        sheet["function"], rows, flags=[f"{sheet['function']} calls {name} (barred)" for name in seen]
    )


def _nothing(sheet, message):
    counts = Counter(case["group"] for case in sheet["cases"])
    rows = [Row(group["name"], 0.0, group["points"], 0, counts[i]) for i, group in enumerate(sheet["groups"])]
    if sheet["conditions"]:
        rows.append(Row(CONDITIONS, 0.0, sheet["conditions"], 0, len(sheet["cases"])))
    return Verdict(sheet["function"], rows, message=message)


def _well_formed(reply, n):
    """A reply comes from the student's process: anything may be in it."""

    def strings(value):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)

    def answer(value):
        if not isinstance(value, dict):
            return False
        if "error" in value:
            return strings(value["error"]) and len(value["error"]) == 2
        observed = isinstance(value.get("observed"), dict) and isinstance(value.get("graph"), list)
        return observed and strings(value.get("changed")) and isinstance(value.get("random"), bool)

    if isinstance(reply, dict) and isinstance(reply.get("missing"), str):
        return {"missing": reply["missing"][:200]}
    cases = reply.get("cases") if isinstance(reply, dict) else None
    if not (
        isinstance(cases, list)
        and len(cases) == n
        and all(map(answer, cases))
        and strings(reply.get("operators"))
    ):
        raise RemoteError("the answer was malformed")
    return reply


def _outcome(sheet, case, answer):
    visible, called = case["visible"], _called(sheet, case["ask"]) if case["visible"] else ""
    if "error" in answer:
        kind, message = answer["error"]
        kind = kind if visible or isinstance(getattr(builtins, kind, None), type) else "an exception"
        agrees = [int(m) for m, wrong in case["mistakes"].items() if wrong.get("error") == answer["error"]]
        return Outcome(False, f"{called}: {kind}: {message[:300]}" if visible else f"raised {kind}", agrees)
    observed, differences, forms = answer["observed"], [], []
    tolerance = loosest(sheet["tolerance"], observed.values())
    for key, expected in case["expected"].items():
        difference, form = _compare(sheet, key, expected, observed, tolerance)
        prefix = f"{key}: " if key in observed and key != "result" else ""
        if difference:
            differences.append(f"{prefix}{difference.text}" if visible else difference.kind)
        forms += [f"{prefix}{line}" if visible else "another type or dtype than asked" for line in form]
    breaches = [*forms, *_breaches(case, answer)]
    if not differences:
        return Outcome(
            True,
            against=[int(m) for m in case["mistakes"]],
            breaches=[(not visible, line) for line in breaches],
        )
    if case["ask"]["probe"] == "backward" and case["graph"] == [True] and answer["graph"] == [False]:
        differences = [CUT_OFF]
    text = f"{called}: {differences[0]}" if visible else differences[0]
    agrees = [int(m) for m, wrong in case["mistakes"].items() if _equal(wrong, observed, tolerance)]
    return Outcome(False, text, agrees, [m for m in range(len(sheet["hints"])) if m not in agrees])


def _compare(sheet, key, expected, observed, tolerance):
    if key not in observed and "result" in observed and len(sheet["returns"]) > 1:
        wanted, got = f"{len(sheet['returns'])} values ({', '.join(sheet['returns'])})", observed["result"]
        difference, _ = compare([None] * len(sheet["returns"]), got)
        return type(difference)(difference.kind, f"expected {wanted}, got {say(got)}"), []
    return compare(expected, observed.get(key), *tolerance)


def _equal(wrong, observed, tolerance):
    return all(key in observed and agree(w, observed[key], *tolerance) for key, w in wrong.items())


def _breaches(case, answer):
    """What must hold besides the value, in words that hold no values."""
    lines = [
        f"the input {name} was changed in place" for name in answer["changed"] if name in case["ask"]["names"]
    ]
    if answer["random"]:
        lines.append(
            "the state of a global random generator was changed (draw from the generator you are given)"
        )
    if case["ask"]["probe"] == "call" and len(answer["graph"]) == len(case["graph"]):
        nets = any(isinstance(v, dict) for v in [*case["ask"]["args"], *case["ask"]["kwargs"].values()])
        for wanted, got in zip(case["graph"], answer["graph"]):
            if wanted and got is False:
                lines.append(CUT_OFF)
            elif nets and not wanted and got is True:
                lines.append("the result still hangs on the autograd graph: detach it")
    return lines


def _called(sheet, ask):
    """The call as a student would write it: tensors in full where all are small, by their shapes where one is large."""
    inputs = [*ask["args"], *ask["kwargs"].values()]
    small = all(value.numel() <= 9 for value in inputs if isinstance(value, torch.Tensor))

    def brief(name, value):
        if isinstance(value, torch.Tensor):
            return (
                f"{name}={say(value).partition(' (')[0]}"
                if small
                else f"{name} of shape {tuple(value.shape)}"
            )
        return f"{name}={say(value)}"

    return f"{sheet['function']}({', '.join(map(brief, ask['names'], inputs))})"


def _row(sheet, index, cases, outcomes):
    group = sheet["groups"][index]
    pairs = [(case, outcome) for case, outcome in zip(cases, outcomes) if case["group"] == index]
    failed = [(case, outcome) for case, outcome in pairs if not outcome.right]
    shown = [outcome.text for case, outcome in failed if case["visible"]][:1]
    hidden = sorted({outcome.text for case, outcome in failed if not case["visible"]})
    if hidden and not shown:
        shown = [f"a hidden case of this kind fails: {', '.join(hidden)}"]
    best = _best_hint([outcome for _, outcome in pairs], outcomes)
    return Row(
        group["name"],
        0.0 if failed else group["points"],
        group["points"],
        len(pairs) - len(failed),
        len(pairs),
        "" if best is None else sheet["hints"][best],
        shown,
    )


def _best_hint(here, everywhere):
    """The mistake that more values here agree with than speak against; of several the one that explains most, and that
    fewest cases elsewhere speak against. An agreement in one case out of many is a coincidence."""
    agreed = Counter(m for outcome in here for m in outcome.agrees)
    refuted = Counter(m for outcome in here for m in outcome.against)
    refuted_anywhere = Counter(m for outcome in everywhere for m in outcome.against)
    likely = [m for m in agreed if agreed[m] > refuted[m]]
    return max(likely, key=lambda m: (agreed[m] - refuted[m], -refuted_anywhere[m], -m), default=None)


def _conditions(sheet, rows, outcomes):
    """Judged on the cases that are right, and only once a whole group is: a blank answer keeps its inputs, too."""
    right = [outcome for outcome in outcomes if outcome.right]
    clean = [outcome for outcome in right if not outcome.breaches]
    breaches = sorted({breach for outcome in right for breach in outcome.breaches})  # of visible cases first
    lines = list(dict.fromkeys(line for _, line in breaches))[:2]
    started = any(row.ok for row in rows)
    earned = sheet["conditions"] if started and len(clean) == len(right) else 0.0
    if not started:
        lines = ["judged once one row above is right"]
    return Row(CONDITIONS, earned, sheet["conditions"], len(clean), len(right), "", lines)
