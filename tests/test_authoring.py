"""The tools that build notebooks and set up the machine, tried on tiny good and broken inputs."""

import importlib
import os
import re
import subprocess
import sys
import tomllib

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from course_lib.authoring import bootstrap, build

HEADER = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

"""


def write(folder, body):
    path = folder / "00_tiny.py"
    path.write_text(HEADER + body)
    return path


@pytest.mark.slow
def test_build_runs_keeps_ids_and_drops_stale_output(tmp_path):
    path = write(tmp_path, "# %% [markdown]\n# # Tiny\n\n# %%\n1 + 1\n")
    first = nbformat.read(build.build(path), as_version=4)
    assert build.is_current(path)
    assert first.cells[1].outputs[0].data["text/plain"] == "2"

    write(tmp_path, "# %% [markdown]\n# # Tiny\n\n# %% tags=['experiment']\nx = 1 + 1\n")
    assert not build.is_current(path)
    second = nbformat.read(build.build(path), as_version=4)
    assert [cell.id for cell in second.cells] == [cell.id for cell in first.cells]
    assert second.cells[1].outputs == []
    assert second.cells[1].metadata.tags == ["experiment"]


@pytest.mark.slow
def test_a_failing_cell_leaves_the_old_notebook(tmp_path):
    path = write(tmp_path, "# %%\n1 + 1\n")
    before = build.build(path).read_bytes()
    write(tmp_path, "# %%\n1 / 0\n")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        build.build(path)
    assert path.with_suffix(".ipynb").read_bytes() == before
    assert not build.is_current(path)


def test_an_unexecuted_or_hand_edited_notebook_is_not_current(tmp_path):
    path = write(tmp_path, "# %%\n1 + 1\n")
    built = path.with_suffix(".ipynb")
    assert not build.is_current(path)
    nbformat.write(build.read_text(path), built)
    assert not build.is_current(path), "not executed"
    notebook = nbformat.read(built, as_version=4)
    notebook.cells[0].execution_count = 1
    nbformat.write(notebook, built)
    assert build.is_current(path)
    notebook.cells[0].source = "1 + 2"
    nbformat.write(notebook, built)
    assert not build.is_current(path), "edited by hand"


def test_nbgrader_metadata_survives_the_text(tmp_path):
    cell = '# %% nbgrader={"grade": true, "grade_id": "check_x", "locked": true, "points": 4}\ncheck(x)\n'
    notebook = build.read_text(write(tmp_path, cell))
    assert notebook.cells[0].metadata.nbgrader.points == 4
    assert notebook.cells[0].metadata.nbgrader.locked is True


def fake_python(folder, version):
    """A program that claims to be a Python of some version."""
    path = folder / "python-old"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_told_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PYTHON", fake_python(tmp_path, "3.9"))
    with pytest.raises(SystemExit):
        bootstrap.new_enough_python()
    said = capsys.readouterr().err
    assert "Python 3.11 or newer" in said
    assert "3.9" in said
    assert "environment.yml" in said


def test_without_network_the_install_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda *a, **k: 1)
    monkeypatch.setattr(
        bootstrap.hashlib,
        "sha256",
        lambda: type("D", (), {"update": lambda *a: None, "hexdigest": lambda s: "x"})(),
    )
    with pytest.raises(SystemExit):
        bootstrap.install(str(tmp_path / "bin" / "python"), "lab")
    said = capsys.readouterr().err
    assert "needs the network" in said
    assert "PIP_FIND_LINKS" in said


def test_an_environment_made_for_tests_serves_the_lab_without_installing(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, **k: calls.append(command) or 0)
    python = str(tmp_path / "bin" / "python")
    bootstrap.install(python, "test")
    assert len(calls) == 1
    bootstrap.install(python, "test")
    bootstrap.install(python, "lab")
    assert len(calls) == 1, "the stamp was not believed"
    (tmp_path / ".course-test").write_text("of another pyproject.toml")
    bootstrap.install(python, "lab")
    assert len(calls) == 2


def test_without_apt_rights_the_missing_packages_are_named(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        bootstrap.system_packages()
    said = capsys.readouterr().err
    assert "apt-get install bubblewrap chromium" in said
    assert "make check" in said


def test_the_active_environment_is_used_only_if_it_holds_the_course(monkeypatch, tmp_path):
    for variable in ("CONDA_PREFIX", "CONDA_DEFAULT_ENV"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert bootstrap.active_environment() == os.path.join(sys.prefix, "bin", "python")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    assert bootstrap.active_environment() is None
    monkeypatch.delenv("VIRTUAL_ENV")
    monkeypatch.setenv("CONDA_PREFIX", sys.prefix)
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    assert bootstrap.active_environment() is None, "never conda's base"


def test_conda_names_the_same_packages(root):
    """environment.yml leaves every version to pyproject.toml; constraints.txt pins each direct requirement once."""
    text = (root / "environment.yml").read_text()
    entries = re.findall(r"^\s+- (.+)$", text, re.MULTILINE)
    assert "-e .[test]" in entries
    assert "-c constraints.txt" in entries
    assert [entry for entry in entries if "torch" in entry] == []
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [
        p for extra in project["optional-dependencies"].values() for p in extra
    ]
    names = {re.match(r"[A-Za-z0-9-]+", line).group().lower().replace("_", "-") for line in wanted} - {
        "course-lib"
    }
    pinned = [
        line.split("==")[0].lower().replace("_", "-")
        for line in (root / "constraints.txt").read_text().splitlines()
        if "==" in line
    ]
    assert names <= set(pinned)
    assert len(pinned) == len(set(pinned))


def test_torch_and_torchvision_are_a_pair(root):
    pins = dict(
        re.findall(r"^(torch|torchvision)==([0-9.]+)$", (root / "constraints.txt").read_text(), re.MULTILINE)
    )
    assert int(pins["torchvision"].split(".")[1]) == int(pins["torch"].split(".")[1]) + 15


@pytest.mark.parametrize(
    "module", ["course_lib", "course_lib.convolution", "course_lib.components", "course_lib.data"]
)
def test_import_is_cheap(module):
    """Nothing heavy on the way: what must not be imported, stated as names (times are for the benchmark)."""
    heavy = ("matplotlib", "ipywidgets", "nbgrader", "IPython", "sklearn", "jupyterlab")
    code = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command",
    [
        *(f"authoring.{name}" for name in ("build", "release", "scripts", "site", "student")),
        "grading.reference",
    ],
)
def test_help_is_given_and_nothing_done(command, tmp_path, monkeypatch, capsys):
    module = importlib.import_module(f"course_lib.{command}")
    monkeypatch.chdir(tmp_path)
    for work in {"build", "generate", "refresh", "book", "slides", "pack", "export"} & vars(module).keys():
        monkeypatch.setattr(module, work, None)
    with pytest.raises(SystemExit) as left:
        module.main(["--help"])
    assert left.value.code == 0
    assert f"usage: python -m course_lib.{command} [-h]" in capsys.readouterr().out


def test_the_makefile_has_what_the_readme_promises(root):
    makefile = (root / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    readme = (root / "README.md").read_text()
    promised = set(re.findall(r"`make ([a-z]+)", readme))
    assert {"lab", "test"} <= promised
    assert promised <= targets
    assert "make test" in (root / ".ci/run").read_text()
