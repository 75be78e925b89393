"""The bundle for students: everything they need, nothing that gives an answer away, and it stands on its own."""

import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from nbgrader.preprocessors import Execute
from traitlets.config import PyFileConfigLoader

from course_lib.authoring import student


@pytest.fixture(scope="module")
def unpacked(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(student.pack("a2", folder)) as bundle:
        bundle.extractall(folder)
    return folder / "course_a2"


def test_lectures_and_assignments_up_to_the_one_named(unpacked):
    lectures = sorted(f.name[:2] for f in (unpacked / "lectures").glob("*.ipynb"))
    assert lectures[0] == "00"
    assert lectures[-1] == "07"
    assert sorted(f.name for f in (unpacked / "assignments").iterdir()) == ["a1_convolution", "a2_gan"]
    readme = (unpacked / "README.md").read_text()
    assert (
        "| [07_evaluation](lectures/07_evaluation.ipynb) | then [a2_gan](assignments/a2_gan/a2_gan.ipynb) |"
        in readme
    )
    links = re.findall(r"\]\((\S+?)\)", readme)
    assert len(links) > 10
    assert [link for link in links if not (unpacked / link).exists()] == []


def answers(root):
    """The lines of every solution, of the instructors' texts: those long enough to be nobody else's."""
    for text in (root / "solutions").glob("*/a*.py"):
        for solution in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text.read_text(), re.S):
            lines = [line.strip() for line in solution.splitlines()]
            yield from (line for line in lines if len(line) > 45)


def test_no_solution_and_no_hidden_check(root, unpacked):
    names = [str(f.relative_to(unpacked)) for f in unpacked.rglob("*")]
    assert not [
        n for n in names if re.search(r"solutions|checks\.py$.*assign|(^|/)tests/|gradebook|submitted", n)
    ]
    assert not list((unpacked / "assignments").rglob("*.py"))
    known = set(answers(root))
    assert len(known) > 60
    library = "\n".join(f.read_text() for f in (unpacked / "course_lib").rglob("*.py"))
    for notebook in (unpacked / "assignments").rglob("*.ipynb"):
        cells = nbformat.read(notebook, as_version=4).cells
        lines = {line.strip() for cell in cells for line in cell.source.splitlines()}
        assert not lines & known, f"{notebook.name}: {lines & known}"
        assert "BEGIN SOLUTION" not in str(cells)
        assert "BEGIN HIDDEN" not in str(cells)
    for checks in (root / "solutions").glob("*/checks.py"):
        seeds = re.findall(r"seed=(\d{4,})", checks.read_text())
        assert not [seed for seed in seeds if seed in library]


@pytest.mark.parametrize("whose", ["students", "instructors"])
def test_validate_gives_a_cell_ten_minutes(root, unpacked, whose):
    """nbgrader's own half a minute is too little for training on a slow computer, or for a first `import torch`."""
    folder = {"students": unpacked, "instructors": root}[whose]
    settings = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    assert Execute(config=settings).timeout == 600


@pytest.mark.slow
def test_it_works_on_its_own(unpacked, tmp_path):
    """course_lib of the bundle, seen from an assignment's folder: a wrong answer is told so."""
    program = """
import course_lib, torch
from course_lib.grading import check
print(course_lib.__file__)
def lsgan_generator_loss(fake):
    return fake.square().mean()
check(lsgan_generator_loss)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=unpacked / "assignments" / "a2_gan",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(unpacked), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert str(unpacked) in done.stdout, done.stderr[-2000:]
    assert "lsgan_generator_loss: 0 of 2 points" in done.stdout
    assert "Hint" in done.stdout


def test_what_cannot_be_packed(root, tmp_path):
    with pytest.raises(ValueError, match="got 'a9', expected one of a1, a2"):
        student.contents("a9")
    (tmp_path / "assignments" / "a1_convolution").mkdir(parents=True)
    with pytest.raises(ValueError, match="no release of a2"):
        student.contents("a2_gan", tmp_path)
    shutil.copytree(root / "LICENSES", tmp_path / "LICENSES")
    with pytest.raises(FileNotFoundError):  # pyproject.toml is missing: no half a bundle stays
        student.pack("a1", tmp_path / "out", tmp_path)
    assert list((tmp_path / "out").iterdir()) == []
