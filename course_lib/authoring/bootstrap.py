"""Set up the environment that `make` runs in, then print the Python to use.

Runs before anything is installed, with any Python 3: standard library only, and no newer syntax, so that an old Python
gets a sentence and not a SyntaxError.

    python3 course_lib/authoring/bootstrap.py lab|test
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OLDEST = (3, 11)
SYSTEM_PACKAGES = {"bwrap": "bubblewrap", "chromium": "chromium"}  # program: Debian package


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(text):
    say("\n" + text + "\n")
    sys.exit(1)


def output(command):
    """What a command prints, or None where it fails or is missing."""
    try:
        return subprocess.check_output(command, stderr=subprocess.DEVNULL).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def active_environment():
    """The Python of an active environment that already holds course_lib; never conda's base."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = os.environ.get(variable)
        if not prefix or (variable == "CONDA_PREFIX" and os.environ.get("CONDA_DEFAULT_ENV") == "base"):
            continue
        for python in (os.path.join(prefix, "bin", "python"), os.path.join(prefix, "python.exe")):
            # -P and a neutral folder: the copy of course_lib that lies in this folder must not count
            held = output(
                [
                    python,
                    "-c",
                    "import os; os.chdir(os.sep); import sys; sys.path[:] = "
                    "[p for p in sys.path if p]; import course_lib; print(course_lib.__file__)",
                ]
            )
            if held:
                return python
    return None


def new_enough_python():
    """A Python of at least 3.11: the one asked for (PYTHON=...), or the newest tested one on the PATH."""
    asked = os.environ.get("COURSE_PYTHON")
    names = [asked] if asked else ["python3", "python", "python3.13", "python3.12", "python3.11"]
    seen = []
    for name in names:
        path = shutil.which(name)
        version = path and output([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        if not version:
            continue
        if tuple(int(part) for part in version.split(".")) >= OLDEST:
            return path
        seen.append("%s is %s" % (name, version))
    stop(
        "The course needs Python 3.11 or newer; %s.\nInstall one (Debian, Ubuntu: apt install python3.11 "
        "python3.11-venv; macOS: brew install python@3.12),\nthen `make lab PYTHON=python3.12`; or use conda: "
        "`conda env create -f environment.yml && conda activate course`."
        % ("; ".join(seen) or "found none" + (" at %s" % asked if asked else ""))
    )


def install(python, extra):
    """pip install the project with its extra; a stamp makes the next call free."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    environment = os.path.dirname(os.path.dirname(python))
    stamp = os.path.join(environment, ".course-" + extra)
    for known in [
        stamp,
        os.path.join(environment, ".course-test"),
    ]:  # what tests need includes what students need
        if os.path.exists(known) and open(known).read() == digest.hexdigest():
            return
    say("Installing the course into %s: some minutes the first time, most of it for torch." % environment)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = ["-c", os.path.join(ROOT, "constraints.txt")]
    steps = [pip + constraints + ["-e", "%s[%s]" % (ROOT, extra)]]
    if os.environ.get("TORCH") == "cpu":  # on Linux the default build of torch brings CUDA's 5 GB along
        steps = [
            pip + ["uv"],
            [python, "-m", "uv", "pip", "install", "--python", python, "--torch-backend", "cpu"]
            + constraints
            + ["torch", "torchvision"],
        ] + steps
    for step in steps:
        if subprocess.call(step, cwd=ROOT):
            stop(
                "Installing failed (the lines above say where). The first run needs the network, or a folder of wheels:\n"
                "  with network:    python -m pip download -d wheels -c constraints.txt '.[%s]' setuptools\n"
                "  then without:    PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels make %s\n"
                "Behind a proxy set HTTPS_PROXY. If the disk is full: TORCH=cpu takes 1 GB where CUDA's build takes 5."
                % (extra, extra)
            )
    with open(stamp, "w") as file:
        file.write(digest.hexdigest())


def own_environment(extra):
    folder = os.path.join(ROOT, ".venv")
    python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    if not os.path.exists(python) or output([python, "-m", "pip", "--version"]) is None:
        base = new_enough_python()
        if subprocess.call([base, "-m", "venv", "--clear", folder]):
            stop(
                "`%s -m venv .venv` failed. On Debian and Ubuntu the module is a package of its own:\n"
                "  apt install python3-venv" % base
            )
    install(python, extra)
    return python


def system_packages():
    """bubblewrap (the grader's sandbox) and Chromium (the browser tests): installed where we may, else named."""
    if platform.system() != "Linux":
        say("Not Linux: the tests of the sandbox and of the browser will be skipped.")
        return
    missing = [package for program, package in SYSTEM_PACKAGES.items() if not shutil.which(program)]
    if not missing:
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = shutil.which("apt-get") and (not sudo or output(sudo + ["true"]) is not None)
    if may:
        say("Installing " + " ".join(missing) + " with apt-get.")
        log = subprocess.DEVNULL
        subprocess.call(sudo + ["apt-get", "update", "-qq"], stdout=log)
        subprocess.call(
            sudo
            + [
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
            ]
            + missing,
            stdout=log,
        )
    missing = [package for program, package in SYSTEM_PACKAGES.items() if not shutil.which(program)]
    if missing:
        stop(
            "`make test` needs "
            + " and ".join(missing)
            + ", and may not install them here.\nAsk an administrator for:\n"
            "  apt-get install " + " ".join(missing) + "     (Fedora: dnf, Arch: pacman, the same names)\n"
            "`make check` runs the tests that need neither."
        )


def main(extra):
    if sys.version_info < (3, 4):
        stop(
            "This is Python %d.%d; the course needs 3.11 or newer: `make %s PYTHON=python3.12`."
            % (sys.version_info[0], sys.version_info[1], extra)
        )
    python = active_environment() or own_environment(extra)
    missing = (
        output(
            [
                python,
                "-c",
                "import jupyterlab, nbgrader" + (", pytest, nbval, playwright" if extra == "test" else ""),
            ]
        )
        is None
    )
    if missing:  # an active environment made with fewer extras
        install(python, extra)
    if extra == "test" and os.environ.get("COURSE_SYSTEM", "1") == "1":
        system_packages()
    print(python)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "lab")
