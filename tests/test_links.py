"""Relative links of everything that people read resolve; the landing page knows what is there and what was done."""

import re
import shutil

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.authoring import lab, start

LINK = re.compile(
    r"!?\[(?:[^\][]|\[[^\]]*\])*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|<(?:a|img)\b[^>]*?(?:href|src)=[\"']([^\"']+)"
)


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL))


def links(text):
    """Targets of Markdown and HTML links, code left out."""
    return [a or b for a, b in LINK.findall(without_code(text))]


def anchors(text):
    """The anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+\s+(.+?)\s*$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(text, folder):
    """The links of a text in a folder that lead nowhere: a file that is missing, a heading that is not on the page."""
    found = []
    for link in links(text):
        if re.match(r"(https?|mailto|data|attachment):", link):
            continue
        path, _, anchor = link.partition("#")
        if path and not (folder / path).exists():
            found.append(link)
        elif anchor:
            page = (folder / path).read_text() if path.endswith(".md") else "" if path else text
            if page and anchor not in anchors(page):
                found.append(link)
    return found


def test_links_are_found_and_followed(tmp_path):
    (tmp_path / "there.md").write_text("# One thing: or two\n")
    text = '# Here\n[a](there.md) ![b [c]](gone.png "title") <a href="gone.html"> `[d](code.md)` [e](https://x.y/z)\n'
    text += "[f](there.md#one-thing-or-two) [g](there.md#three) [h](#here) [i](#nowhere)\n```\n[j](fenced.md)\n```\n"
    assert broken(text, tmp_path) == ["gone.png", "gone.html", "there.md#three", "#nowhere"]


def test_links_of_pages_and_notebooks_resolve(root):
    pages = [*root.glob("*.md"), *root.glob("course_lib/**/*.md"), *root.glob("LICENSES/*.md")]
    assert len(pages) >= 3
    for path in pages:
        assert broken(path.read_text(), path.parent) == [], path
    for path in [
        *root.glob("lectures/*.ipynb"),
        *root.glob("assignments/*/*.ipynb"),
        *root.glob("solutions/*/*.ipynb"),
    ]:
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert broken(text, path.parent) == [], path.name


def test_the_readme_leads_to_the_handbook_and_every_lecture(root):
    found = links((root / "README.md").read_text())
    assert "HANDBOOK.md" in found
    lectures = {f"lectures/{path.name}" for path in root.glob("lectures/[0-9]*.ipynb")}
    assert len(lectures) > 15
    assert {link for link in found if link.startswith("lectures/") and link.endswith(".ipynb")} <= lectures


# the landing page ------------------------------------------------------------------------------------------------------


def test_the_landing_page_has_every_lecture_and_assignment_once_with_its_time(root):
    page = start.of_the_repository(root)
    nbformat.validate(page)
    text = "\n".join(cell.source for cell in page.cells)
    assert broken(text, root) == []
    table = page.cells[1].source
    for path in [*root.glob("lectures/[0-9]*.ipynb"), *root.glob("assignments/*/*.ipynb")]:
        assert table.count(f"/{path.name})") == 1, path.name
    assert re.search(r"01 · Convolution\S* \| 75 \|", table)
    for row in table.splitlines()[2:]:
        assert re.fullmatch(r"\| \[.+\]\(\S+\) \| \d+ \| .*\|", row), row
    for name in ("a1", "a6"):
        assert re.search(rf"\[{name}_\w+\]\(\S+\) · \w+ hours, \d+ points", table)


def test_an_assignment_stands_after_the_last_lecture_it_builds_on(tmp_path):
    def made(name):
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=[new_markdown_cell(f"# {name}\n\n*About 20 minutes.*")]), path)
        return path

    lectures = [made(name) for name in ("02_b", "03_c", "03c_clinic", "04_d", "19_e")]
    rows = start.page(lectures, [made("a1_x"), made("a6_y")]).cells[1].source.splitlines()[2:]
    assert ["a1_x" in row for row in rows] == [False, False, True, False, False]
    assert ["a6_y" in row for row in rows] == [False, False, False, False, True]
    rows = start.page(lectures[:2], [made("a1_x")]).cells[1].source.splitlines()[2:]
    assert "a1_x" in rows[-1], "without the clinic it comes after lecture 03"


def check_cell(name, points, said=None):
    outputs = [new_output("display_data", {"text/html": "<table>", "text/plain": said})] if said else []
    marks = {
        "grade": True,
        "solution": False,
        "grade_id": f"check_{name}",
        "points": points,
        "locked": True,
        "task": False,
    }
    return new_code_cell(f"check({name})", metadata={"nbgrader": marks}, outputs=outputs)


def test_progress_reads_what_was_saved_and_takes_the_better_copy(tmp_path):
    def save(folder, *cells):
        folder.mkdir(parents=True)
        question = new_markdown_cell(
            "Because.", metadata={"nbgrader": {"grade": True, "solution": True, "points": 2}}
        )
        nbformat.write(new_notebook(cells=[*cells, question]), folder / f"{folder.name}.ipynb")

    assert "No assignment" in start.progress(tmp_path).data
    half = check_cell("f", 4, "f: 2.5 of 4 points\n  FAIL ..."), check_cell("g", 2)
    save(tmp_path / "assignments" / "a1_x", *half)
    assert start.points(tmp_path / "assignments" / "a1_x" / "a1_x.ipynb") == (2.5, 6, 1, 2)
    assert "| a1_x | 1 of 2 | 2.5 of 6 |" in start.progress(tmp_path).data
    save(tmp_path / "a1_x", check_cell("f", 4, "f: 4 of 4 points"), check_cell("g", 2, "g: 0 of 2 points"))
    assert "| a1_x | 2 of 2 | 4 of 6 |" in start.progress(tmp_path).data


def test_make_lab_opens_the_landing_page_or_lecture_00(root, tmp_path, monkeypatch):
    for part in ("lectures", "assignments"):
        (tmp_path / part).mkdir()
    shutil.copy(root / "lectures" / "00_start.ipynb", tmp_path / "lectures")
    assert lab.first_page(tmp_path).as_posix() == "START.ipynb"
    assert "lectures/00_start.ipynb" in (tmp_path / "START.ipynb").read_text()
    assert not list(tmp_path.glob(".START*"))

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(start, "write", refuse)
    assert lab.first_page(tmp_path).as_posix() == "lectures/00_start.ipynb"
    (tmp_path / "lectures" / "00_start.ipynb").unlink()
    assert lab.first_page(tmp_path) is None


def test_the_command_that_make_lab_runs(monkeypatch):
    ran, environments = [], []
    monkeypatch.setattr(lab, "trust", lambda: None)
    monkeypatch.setattr(lab, "first_page", lambda: start.Path("START.ipynb"))
    monkeypatch.setattr(lab.os, "chdir", lambda _: None)
    monkeypatch.setattr(
        lab.os, "execve", lambda _, *asked: (ran.append(asked[0]), environments.append(asked[1]))
    )
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    lab.main([])
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    lab.main(["--LabApp.default_url=/lab"])
    assert "--LabApp.default_url=/lab/tree/START.ipynb" in ran[0]
    assert [word for word in ran[1] if "default_url" in word] == ["--LabApp.default_url=/lab"]
    paths = [environment["JUPYTER_CONFIG_PATH"].split(lab.os.pathsep) for environment in environments]
    assert paths == [[str(lab.SETTINGS)], [str(lab.SETTINGS), "/theirs"]]
