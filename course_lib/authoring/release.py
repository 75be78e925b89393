"""Generate the student versions, `solutions/` -> `assignments/`, through nbgrader; never edit them by hand.

python -m course_lib.authoring.release              every assignment
python -m course_lib.authoring.release a1_convolution
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names():
    """The assignments that have an instructor version."""
    return sorted(folder.name for folder in (ROOT / "solutions").glob("a[0-9]*_*") if folder.is_dir())


def generate(name, into=ROOT / "assignments"):
    """Run `nbgrader generate_assignment` on one assignment, outside any gradebook.

    Args:
        name: a folder of `solutions/`.
        into: the folder that receives `name/`.

    Returns:
        The folder written.

    Raises:
        RuntimeError: nbgrader refused, with what it said.
    """
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "nbgrader", "generate_assignment", name, "--force", "--no-db"),
                f"--CourseDirectory.root={ROOT}",
                f"--CourseDirectory.release_directory={Path(into).resolve()}",
                f"--CourseDirectory.db_url=sqlite:///{scratch}/gradebook.db",
            ],
            cwd=ROOT,
            env={**os.environ, "NBGRADER_LOG": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"nbgrader could not release {name}:\n{done.stderr[-3000:]}")
    return Path(into) / name


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.authoring.release",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="ASSIGNMENT", help="only these")
    for name in parser.parse_args(arguments).names or names():
        folder = generate(name)
        print(f"{folder.relative_to(ROOT)}: {', '.join(sorted(file.name for file in folder.iterdir()))}")


if __name__ == "__main__":
    main()
