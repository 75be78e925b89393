"""Two variants of a step take turns on the same inputs: the estimator of every speed ratio of a training step.

Processor time is counted (with one thread: the time on a quiet machine; with two, the sum of both). The ratio is
the median over the rounds of baseline / ours, each pair measured one after the other: what else runs on the
machine slows both of a pair, and one lucky or unlucky round moves nothing. The first WARM rounds do not count.
"""

import time
from statistics import median

WARM = 2


def take_turns(variants, rounds):
    """Time {"baseline": step, "ours": step} on rounds, an iterable of the steps' arguments.

    Returns:
        (row, results): row holds both medians in ms and the ratio; results is name -> what the steps returned.
    """
    seconds, results = {k: [] for k in variants}, {k: [] for k in variants}
    for arguments in rounds:
        for key, step in variants.items():
            started = time.process_time()
            results[key].append(step(*arguments))
            seconds[key].append(time.process_time() - started)
    seconds = {k: v[WARM:] for k, v in seconds.items()}
    row = {k: 1e3 * median(v) for k, v in seconds.items()}
    row["ratio"] = median(b / a for b, a in zip(seconds["baseline"], seconds["ours"]))
    return row | {"unit": "ms of processor time"}, results
