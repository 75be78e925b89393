"""What all right answers share where the answer itself is free: facts about random draws, worked out by the judge.

A case that asks for facts (`Case.states`) gets them as observations beside "result", in words, so that they are compared and
recognised like any other. They are worked out from the values that came back, never beside the student's code.
"""

from collections import Counter

SIGMAS = 4.5  # a right answer leaves a band of so many standard deviations once in 150,000 bands


def with_facts(ask, answer):
    """The answer of `probes.run` with the facts that the case asks for; none where the result is not of that kind at all."""
    if "facts" not in ask or "observed" not in answer:
        return answer
    try:
        facts = FACTS[ask["facts"]](ask, answer)
    except Exception:  # the result comes from the student's process: anything may be in it
        facts = {}
    return answer | {"observed": {**answer["observed"], **facts}}


def pool(ask, answer):
    """An ImagePool(size, ...) queried with batches of images, all pixels of an image being its number.

    The draws are the student's own. Which image left the pool is seen from what came back, and so is the rest: whether each
    image is stored once and leaves once, how often an older one comes back, and whether all stored ones are equally likely.
    """
    size, results = ask["args"][0], answer["observed"]["result"]
    batches = [args[0] for _, args in ask["then"]]
    if any(out.shape != batch.shape for batch, out in zip(batches, results, strict=True)):
        return {"what comes back": "batches of another shape"}
    shown = [image for batch in batches for image in batch.flatten(1).tolist()]
    known = {tuple(image): i for i, image in enumerate(shown)}
    got = [known.get(tuple(image)) for out in results for image in out.flatten(1).tolist()]
    facts = {
        "what comes back": "images that were shown" if None not in got else "images that nobody has shown",
        "on the autograd graph": any(answer["graph"]),
    }
    filling = got[:size] == list(range(size))
    facts["while the pool fills"] = "each image comes back itself" if filling else "another comes back"
    stored, ranks, passed, twice = [], [], set(), set()
    for new, out in enumerate(got):
        if len(stored) < size:
            stored.append(new)
        elif out == new:
            passed.add(new)
        elif out in stored:  # in order of arrival: rank 0 is the oldest
            ranks.append(stored.index(out))
            stored[ranks[-1] :] = [*stored[ranks[-1] + 1 :], new]
        elif out is not None:
            twice.add("it had gone straight through" if out in passed else "it had left")
    older = [out != new for new, out in enumerate(got)][size:]
    together, first = [], 0  # of each later batch of some size: did all of its images share one fate?
    for batch in batches:
        fate = older[max(0, first - size) : first - size + len(batch)]
        together += [len(set(fate)) == 1] if first >= size and len(batch) >= 5 else []
        first += len(batch)
    facts["each image"] = (
        f"one comes back though {min(twice)}" if twice else "is stored at most once, and leaves once"
    )
    facts["an older image comes back"] = often = _how_often(sum(older), len(older))
    if together and all(together) and often not in ("always", "never"):
        facts["an older image comes back"] = "for whole batches at a time"
    facts["which one"] = "cannot be told" if twice else _which(ranks, size)
    if any(out is not None and out > new for new, out in enumerate(got)):
        facts = dict.fromkeys(facts, "cannot be told") | {"what comes back": "images in another order"}
    return facts


def _how_often(count, n):
    if count in (0, n):
        return "always" if count and n else "never"
    if abs(count / n - 0.5) < SIGMAS * (0.25 / n) ** 0.5:
        return "half of the time"
    return "too seldom" if count < n / 2 else "too often"


def _which(ranks, size):
    shares = [Counter(ranks)[k] / max(1, len(ranks)) for k in range(size)]
    band = SIGMAS * ((1 / size) * (1 - 1 / size) / max(1, len(ranks))) ** 0.5
    if all(abs(share - 1 / size) < band for share in shares):
        return "all stored ones equally often"
    ends = {"oldest": shares[0], "newest": shares[-1]}
    words = [f"always the {name}" for name, share in ends.items() if share > 0.95]
    words += [f"never the {name}" for name, share in ends.items() if share < 0.05]
    return words[0] if ranks and words else "some more often than others"


FACTS = {"pool": pool}
