"""Open JupyterLab on the course: `make lab`."""

import os
import subprocess
import sys
from pathlib import Path

from . import start

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (
    Path(__file__).parent / "labsettings"
)  # JupyterLab's defaults for the course; a user's own choice wins


def with_settings(environment):
    """An environment in which JupyterLab has the course's defaults: it neither asks about news nor looks for updates."""
    known = environment.get("JUPYTER_CONFIG_PATH")
    return environment | {
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(SETTINGS), *([known] if known else [])])
    }


def trust(folder=ROOT):
    """Sign the shipped notebooks for this user: JupyterLab shows no widget in a notebook that nobody signed."""
    notebooks = [*(folder / "lectures").glob("*.ipynb"), *(folder / "assignments").glob("*/*.ipynb")]
    if notebooks:
        subprocess.run(
            [sys.executable, "-m", "jupyter", "trust", *map(str, notebooks)],
            check=True,
            stdout=subprocess.DEVNULL,
        )


def first_page(folder=ROOT):
    """What JupyterLab opens: the landing page, or lecture 00 where the folder cannot be written to; relative, or None."""
    try:
        return start.write(folder).relative_to(folder)
    except OSError:
        lecture = folder / "lectures" / "00_start.ipynb"
        return lecture.relative_to(folder) if lecture.exists() else None


def main(arguments):
    trust()
    os.chdir(ROOT)
    lab = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={ROOT}", *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lab.append(
            "--allow-root"
        )  # containers and fresh lab images run as root; Jupyter refuses without the flag
    first = first_page()
    if first and not any(argument.startswith("--LabApp.default_url") for argument in arguments):
        lab.append(f"--LabApp.default_url=/lab/tree/{first.as_posix()}")
    os.execve(sys.executable, lab, with_settings(dict(os.environ)))


if __name__ == "__main__":
    main(sys.argv[1:])
