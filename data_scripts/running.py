"""What the training scripts and sweeps share: where the machine's facts come from, and writing in one go."""

import json
import os
import platform
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "runs"  # local states of runs in progress, never in git
sys.path.insert(0, str(ROOT))  # scripts run from a bare checkout too


def hardware():
    """One line: processor or GPU, threads, torch."""
    name = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
    return f"{name}, {torch.get_num_threads()} thread(s), torch {torch.__version__}"


def in_lines(content):
    """JSON that a person can look through and git can compare: the list "runs" has a line for each run, all else is indented."""
    entries = []
    for key, value in content.items():
        if key == "runs" and value:
            text = "[\n" + ",\n".join(f"  {json.dumps(run, ensure_ascii=False)}" for run in value) + "\n ]"
        else:
            text = json.dumps(value, indent=1, ensure_ascii=False).replace("\n", "\n ")
        entries.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(entries) + "\n}\n"


def write_json(path, content):
    """Write a dict, atomically: a reader sees the old file or the new one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_text(in_lines(content))
    os.replace(temporary, path)
