"""`make bench`, or one part of it: `make bench PART=data`. Every figure is a ratio measured side by side in one run."""

import importlib
import json
import platform
import sys
import time
from pathlib import Path

import torch

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"


def processor():
    """The processor's name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main(parts):
    parts = parts or sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    report = {
        "processor": processor(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d"),
        "parts": {},
    }
    print(f"{report['processor']}, {report['threads']} thread(s), torch {report['torch']}\n")
    print(f"{'what':58s} {'ours':>10s} {'baseline':>10s} {'ratio':>7s}  unit")
    for part in parts:
        rows = importlib.import_module(f"tests.benchmarks.bench_{part}").run()
        report["parts"][part] = rows
        for row in rows:
            print(
                f"{row['name']:58s} {row['ours']:10.4g} {row['baseline']:10.4g} {row['ratio']:7.2f}  {row['unit']}"
            )
    BUILD.mkdir(exist_ok=True)
    path = BUILD / "bench.json"
    path.write_text(json.dumps(report, indent=1))
    print(f"\nwritten to {path.relative_to(HERE.parents[1])}")


if __name__ == "__main__":
    main(sys.argv[1:])
