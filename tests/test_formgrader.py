"""One assignment there and back in real browsers: an instructor's formgrader, a student's assignment list and Validate.

A course folder with one tiny assignment, made in the pattern of the real ones; two JupyterLabs, which share nothing but
nbgrader's exchange. Screenshots are kept in build/screenshots/formgrader_*.png.
"""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.authoring import lab, student
from course_lib.grading import reference
from course_lib.grading.checks import load_assignment
from tests import classroom
from tests.jupyter import PATIENCE, SECOND, jupyterlab, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sandbox]

TINY = "a9_tiny"
CHECKS = """
import torch
from course_lib.grading.checks import Assignment, Check, Group, Mistake, case

relu = Check(
    "relu(x)",
    oracle=torch.relu,
    groups=[Group("numbers of both signs", 3, lambda d: case(x=d.randn(d.int(3, 6), 2)), visible=2, hidden=4)],
    mistakes=[Mistake("absolute value", torch.abs, "Negative entries should become 0, yours change sign.")],
    conditions=1,
)
assignment = Assignment("a9_tiny", seed=77, checks=[relu])
"""
STUB = """def relu(x):
    ### BEGIN SOLUTION
    return x.clamp(min=0)
    ### END SOLUTION"""
WRONG = "def relu(x):\n    return x.abs()"
RIGHT = "def relu(x):\n    return (x + x.abs()) / 2"
SENTENCE = "Because its gradient does not shrink where it is active."


def marked(cell, grade_id, grade, solution, points=0):
    """A cell with nbgrader's metadata."""
    cell.metadata["nbgrader"] = {
        **{"grade_id": grade_id, "grade": grade, "solution": solution, "locked": grade and not solution},
        **{"schema_version": 3, "task": False, **({"points": points} if grade else {})},
    }
    return cell


def write_tiny(course):
    """The instructor's folder of a tiny assignment: notebook, checks, reference file."""
    folder = course / "solutions" / TINY
    folder.mkdir(parents=True)
    cells = [
        new_markdown_cell("# A tiny assignment"),
        new_code_cell("import torch\n\nfrom course_lib.grading import check"),
        marked(new_code_cell(STUB), "relu", False, True),
        marked(new_code_cell("check(relu)"), "check_relu", True, False, 4),
        new_markdown_cell("**Question (2 points).** Why do deep networks prefer it to a sigmoid?"),
        marked(new_markdown_cell("Its slope is 1 wherever it is active."), "question_slope", True, True, 2),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, folder / f"{TINY}.ipynb")
    (folder / "checks.py").write_text(CHECKS)
    reference.export(load_assignment(folder / "checks.py"), folder / reference.NAME)


@pytest.fixture(scope="module")
def semester(tmp_path_factory, root):
    """Two folders, instructor's and student's, whose settings name one exchange."""
    top = tmp_path_factory.mktemp("semester")
    shared = f"\nc.Exchange.root = {str(top / 'exchange')!r}\n"
    (top / "exchange").mkdir()
    (top / "exchange").chmod(0o777)
    (top / "course").mkdir()
    (top / "student").mkdir()
    write_tiny(top / "course")
    settings = (root / "nbgrader_config.py").read_text()
    (top / "course" / "nbgrader_config.py").write_text(settings + shared)
    (top / "student" / "nbgrader_config.py").write_text(student.NBGRADER + shared)
    return top


class Page:
    """A page of JupyterLab, with its pictures and what its console said."""

    def __init__(self, browser, address, name, root):
        self.name, self.folder = name, root / "build" / "screenshots"
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{address}/lab?token=course&reset")
        self.page.wait_for_function("window.jupyterapp?.shell", timeout=PATIENCE)
        self.page.wait_for_selector(".jp-Launcher", timeout=PATIENCE)

    def picture(self, step):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(SECOND // 2)  # dialogues fade in
        self.page.screenshot(path=self.folder / f"formgrader_{step}.png")

    def command(self, name, **arguments):
        self.page.evaluate("([n, a]) => { window.jupyterapp.commands.execute(n, a); }", [name, arguments])

    def open(self, path):
        self.page.evaluate(
            "path => window.jupyterapp.commands.execute('docmanager:open', {path}).then(w => w.context.ready)",
            path,
        )
        self.page.wait_for_function(
            """path => {
                const front = window.jupyterapp.shell.currentWidget;
                return front?.context?.path === path && front.content.widgets?.length > 0;
            }""",
            arg=path,
            timeout=PATIENCE,
        )

    def write(self, grade_id, source):
        """Replace the text of a cell of the notebook in front, as by typing, and save."""
        self.page.evaluate(
            """async ([id, source]) => {
                const panel = window.jupyterapp.shell.currentWidget;
                const cell = panel.content.widgets.find(c => c.model.getMetadata('nbgrader')?.grade_id === id);
                cell.model.sharedModel.setSource(source);
                await panel.context.save();
            }""",
            [grade_id, source],
        )


FRAME = "iframe[src*='formgrader'], #formgrader iframe"


class Formgrader(Page):
    """The instructor's page: nbgrader's own within a frame of JupyterLab."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.command("nbgrader:open-formgrader")
        self.frame = self.page.frame_locator(FRAME)

    def row(self, text):
        return self.frame.locator("tbody tr", has_text=text)

    def go(self, link, place):
        """Click a link and wait until its page has taken the place of the one before, which may have the same links."""
        self.frame.get_by_role("link", name=link, exact=True).first.click()
        self.at(place)

    def at(self, place):
        """Wait until the frame shows one of the formgrader's pages, by the end of its address."""
        frame = self.page.locator(FRAME).element_handle().content_frame()
        frame.wait_for_url(re.compile(rf"/formgrader/{place}/?$"), timeout=PATIENCE)
        self.frame.locator("tbody tr").first.wait_for()

    def press(self, row, column, step):
        """Click a button of the table; returns what the dialog says, which must be of success."""
        self.row(row).locator(f".{column} a").click()
        dialog = self.frame.locator(".modal.in, .modal.fade.in")
        dialog.wait_for(timeout=PATIENCE)
        said = dialog.inner_text()
        self.picture(step)
        assert dialog.get_attribute("id") == "success-modal", said
        dialog.locator(".modal-footer button").click()
        dialog.wait_for(state="detached")
        return said

    def shows(self, row, word):
        """Wait until a row says so: the table is fetched anew behind the dialog."""
        self.row(row).filter(has_text=word).wait_for()


class AssignmentList(Page):
    """The student's page: nbgrader's list of assignments."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.command("nbgrader:open-assignment-list")
        self.list = self.page.locator("#nbgrader-assignment-list")
        self.list.locator("#refresh_assignments_list").wait_for(timeout=PATIENCE)

    def refresh(self):
        self.command("nbgrader:open-assignment-list")
        self.list.locator("#refresh_assignments_list").click()

    def press(self, part, button):
        button = self.list.locator(f"#{part}_assignments_list").get_by_role("button", name=button, exact=True)
        button.first.click(timeout=PATIENCE)

    def entries(self, part):
        return self.list.locator(f"#{part}_assignments_list .list_item")


def test_an_assignment_goes_out_comes_back_and_is_marked(browser, semester, root, tmp_path):
    course, desk = semester / "course", semester / "student"
    with (
        jupyterlab(course, tmp_path / "instructor") as lectern,
        jupyterlab(desk, tmp_path / "student") as bench,
    ):
        teacher = Formgrader(browser, lectern, "teacher", root)
        # the list, the student version, a look at it, the release
        teacher.row(TINY).wait_for(timeout=PATIENCE)
        teacher.shows(TINY, "draft")
        teacher.press(TINY, "assign", "1_generated")
        released = nbformat.read(course / "assignments" / TINY / f"{TINY}.ipynb", as_version=4)
        assert "clamp" not in str(released.cells)
        assert sorted(f.name for f in (course / "assignments" / TINY).iterdir()) == [
            f"{TINY}.ipynb",
            reference.NAME,
        ]
        teacher.row(TINY).locator(".preview a").click()
        teacher.page.locator(".jp-DirListing-itemText", has_text=f"{TINY}.ipynb").wait_for(timeout=PATIENCE)
        teacher.picture("2_preview")
        teacher.press(TINY, "release", "3_released")
        teacher.shows(TINY, "released")

        # the student fetches, is told by Validate, mends, answers, submits
        pupil = AssignmentList(browser, bench, "student", root)
        pupil.picture("4_student_list")
        pupil.press("released", "Fetch")
        pupil.entries("fetched").first.wait_for(timeout=PATIENCE)
        pupil.open(f"{TINY}/{TINY}.ipynb")
        pupil.write("relu", WRONG)
        pupil.page.locator(".validate-button:visible").first.click()
        told = pupil.page.locator("#validation-message")
        told.wait_for(timeout=PATIENCE)
        assert "Negative entries should become 0, yours change sign." in told.inner_text()
        assert "numbers of both signs" in told.inner_text()
        pupil.picture("5_validate_wrong")
        pupil.page.locator(".jp-Dialog .jp-mod-accept").click()
        told.wait_for(state="detached")
        pupil.write("relu", RIGHT)
        pupil.write("question_slope", SENTENCE)
        pupil.page.locator(".validate-button:visible").first.click()
        told.wait_for(timeout=PATIENCE)
        assert "Success!" in told.inner_text()
        pupil.picture("6_validate_right")
        pupil.page.locator(".jp-Dialog .jp-mod-accept").click()
        pupil.refresh()
        pupil.press("fetched", "Submit")
        pupil.entries("submitted").first.wait_for(timeout=PATIENCE)
        pupil.picture("7_submitted")

        # collected, graded by the button, in the sandbox
        teacher.press(TINY, "collect", "8_collected")
        teacher.row(TINY).locator(".num-submissions a").click()
        who = teacher.row("needs autograding")
        who.wait_for(timeout=PATIENCE)
        teacher.press("needs autograding", "autograde", "9_autograded")
        row = teacher.row("needs manual grading")
        row.wait_for(timeout=PATIENCE)
        assert "4 / 6" in row.inner_text()
        assert list((course / "reports" / TINY / "results").glob("*.json")), "not our grader's doing"

        # the written answer, by hand
        teacher.go("Manual Grading", "gradebook")
        teacher.go(TINY, f"gradebook/{TINY}")
        teacher.frame.locator("tbody tr a", has_text=TINY).first.click()
        teacher.at(f"gradebook/{TINY}/{TINY}")
        teacher.frame.locator("tbody tr a", has_text="Submission #1").first.click()
        box = teacher.frame.locator("#question_slope")
        box.wait_for(timeout=PATIENCE)
        assert SENTENCE in teacher.frame.locator("#notebook-container").first.inner_text()
        with teacher.page.expect_response(re.compile("api/grade/")):
            box.fill("1.5")
            box.press("Tab")
        comment = teacher.frame.locator("#question_slope-comment")
        with teacher.page.expect_response(re.compile("api/comment/")):
            comment.fill("Say for which inputs it is active.")
            comment.press("Tab")
        comment.scroll_into_view_if_needed()
        teacher.picture("10_by_hand")

        # feedback out, and home
        teacher.go("Manual Grading", "gradebook")
        teacher.go("Manage Assignments", "manage_assignments")
        teacher.press(TINY, "generate-feedback", "11_feedback_made")
        teacher.press(TINY, "release-feedback", "12_feedback_released")
        pupil.refresh()
        pupil.press("submitted", "Fetch Feedback")
        pages = wait_for(
            lambda: [
                page for page in (desk / TINY / "feedback").rglob("*.html") if "</html>" in page.read_text()
            ]
        )
        text = pages[0].read_text()
        assert "Say for which inputs it is active." in text
        assert "5.5 / 6.0" in text
        assert "clamp" not in text
        assert "Notes of the grader" not in text, "nothing was odd about this submission"
        pupil.refresh()
        pupil.picture("13_student_has_feedback")
        # another student, who got a folder and hands in a folder
        shutil.copytree(course / "assignments" / TINY, desk / "assignments" / TINY)
        pupil.open(f"assignments/{TINY}/{TINY}.ipynb")
        pupil.write("relu", RIGHT)
        shutil.copytree(desk / "assignments" / TINY, course / "submitted" / "bo" / TINY)
        teacher.go("Manage Assignments", "manage_assignments")
        teacher.row(TINY).locator(".num-submissions a", has_text="2").click()
        teacher.press("needs autograding", "autograde", "15_by_folder")
        row = teacher.row("bo").filter(has_text="4 / 6")  # the question was left blank: nobody has to read it
        row.wait_for(timeout=PATIENCE)
        assert "needs" not in row.inner_text()

        page = browser.new_page(viewport={"width": 1000, "height": 1100})
        page.set_default_timeout(PATIENCE)
        page.goto(pages[0].as_uri())
        page.screenshot(path=root / "build" / "screenshots" / "formgrader_14_feedback_page.png")
        page.close()


def test_the_landing_page_leads_to_a_lecture(browser, root, tmp_path):
    """As `make lab` opens it; a link opens the lecture in a tab, and the progress cell says what was saved."""
    folder = tmp_path / "course"
    for part in ("lectures", "assignments"):
        (folder / part).mkdir(parents=True)
    for name in ("00_start", "01_convolution"):
        shutil.copy(root / "lectures" / f"{name}.ipynb", folder / "lectures")
    shutil.copytree(root / "assignments" / classroom.A1, folder / "assignments" / classroom.A1)
    opens = lab.first_page(folder)
    with jupyterlab(folder, tmp_path / "home", f"--LabApp.default_url=/lab/tree/{opens}") as address:
        page, asked = browser.new_page(viewport={"width": 1280, "height": 900}), []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/?token=course")
        page.locator(".jp-Notebook table").first.wait_for(timeout=PATIENCE)
        page.wait_for_function(
            "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=PATIENCE,
        )
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        table = page.locator(".jp-OutputArea table")
        table.wait_for(timeout=PATIENCE)
        assert "0 of 9" in table.inner_text()
        page.wait_for_timeout(SECOND)
        page.screenshot(path=root / "build" / "screenshots" / "landing_page.png")
        page.locator(".jp-Notebook a", has_text="01 · Convolution").click()
        page.locator(".jp-Notebook h1", has_text="01 · Convolution").wait_for(timeout=PATIENCE)
        assert page.locator(".jp-toast-message", has_text="Jupyter news").count() == 0
        assert not [url for url in asked if re.search("lab/api/(news|update)", url)]
        page.close()


def test_validate_on_the_command_line_uses_the_words_of_the_checks(tmp_path):
    """Without JupyterLab; and no line is cut, which nbgrader does at 87 characters."""
    write_tiny(tmp_path)
    folder = tmp_path / "solutions" / TINY
    path = folder / f"{TINY}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = WRONG
    nbformat.write(notebook, path)
    (folder / "nbgrader_config.py").write_text(student.NBGRADER)

    def validate():
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "validate", path.name], cwd=folder, capture_output=True,
            text=True, env=classroom.environment() | {"HOME": str(tmp_path)}, check=False,
        )  # fmt: skip
        return done.stdout

    said = validate()
    assert "VALIDATION FAILED ON 1 CELL(S)" in said
    assert "Hint: Negative entries should become 0, yours change sign." in said
    assert "..." not in said
    notebook.cells[2].source = RIGHT
    nbformat.write(notebook, path)
    assert "Success! Your notebook passes all the tests." in validate()


def test_outside_of_validate_nothing_goes_to_stderr(tmp_path, monkeypatch, capsys):
    """nbgrader's autograde takes stderr for a failure: the words go there for Validate only."""
    write_tiny(tmp_path)
    monkeypatch.chdir(tmp_path / "solutions" / TINY)

    def relu(x):
        return x.abs()

    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    reference.check(relu)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    reference.check(relu)
    said = capsys.readouterr().err
    assert "Negative entries" in said
    assert max(map(len, said.splitlines())) <= 80
