"""Sweeps: many small runs over settings and seeds, a result file that grows run by run, and days to finish it in.

A sweep is a script beside this one that ends with

    if __name__ == "__main__":
        Sweep("mixtures", __file__).main(run, settings, seeds=range(20))

where `run(seed=..., **setting)` returns a dict of numbers. Results go to lectures/results/NAME.json after every run;
runs that stand there are not repeated, so the script may be stopped at any time and started again on any day.
`--minutes 20` ends by itself, `--status` only tells, `--fresh` begins anew (needed when what `run` does has changed).
"""

import argparse
import json
import time
from pathlib import Path

from running import ROOT, hardware, write_json


class Sweep:
    """The result file of one sweep.

    Args:
        name: of lectures/results/NAME.json.
        script: the path of the script, for the record.
        folder: where result files lie.
    """

    def __init__(self, name, script, folder=ROOT / "lectures" / "results"):
        self.path = Path(folder) / f"{name}.json"
        self.content = {"script": Path(script).name, "runs": []}
        if self.path.exists():
            self.content = json.loads(self.path.read_text())

    def done(self):
        """The runs that stand in the file, as a set of keys."""
        return {_key(r["setting"], r["seed"]) for r in self.content["runs"]}

    def missing(self, settings, seeds):
        """What is left to do: seed by seed, so that an unfinished table has all settings."""
        done = self.done()
        return [(s, seed) for seed in seeds for s in settings if _key(s, seed) not in done]

    def work(self, run, settings, seeds, minutes=float("inf"), tell=print):
        """Do what is missing until it is done or the time is over; every result is written at once.

        Returns:
            The number of runs still missing.
        """
        todo, started = self.missing(settings, seeds), time.monotonic()
        for i, (setting, seed) in enumerate(todo):
            if time.monotonic() - started > 60 * minutes:
                return len(todo) - i
            before = time.monotonic()
            result = run(seed=seed, **setting)
            seconds = round(time.monotonic() - before, 1)
            self.content["runs"].append(
                {
                    "setting": setting,
                    "seed": seed,
                    "seconds": seconds,
                    "result": result,
                    "hardware": hardware(),
                }
            )
            write_json(self.path, self.content)
            tell(f"{i + 1}/{len(todo)}: {setting}, seed {seed}: {result} in {seconds} s")
        return 0

    def main(self, run, settings, seeds):
        parser = argparse.ArgumentParser(
            description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        parser.add_argument("--minutes", type=float, default=float("inf"))
        parser.add_argument("--status", action="store_true")
        parser.add_argument("--fresh", action="store_true")
        options = parser.parse_args()
        if options.fresh:
            self.content["runs"] = []
        left = (
            len(self.missing(settings, seeds))
            if options.status
            else self.work(run, settings, seeds, options.minutes)
        )
        print(f"{self.path}: {len(self.content['runs'])} runs, {left} missing")


def _key(setting, seed):
    return json.dumps([setting, seed], sort_keys=True)
