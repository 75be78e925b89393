"""Fetching submissions: nbgrader's exchange with honest and hostile folders in it, and archives that try to land elsewhere."""

import io
import logging
import os
import shutil
import socket
import subprocess
import tarfile
import zipfile
from pathlib import Path

import nbgrader.api
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeSubmit
from nbgrader.utils import parse_utc
from traitlets.config import Config, PyFileConfigLoader

from course_lib.grading import collect
from course_lib.grading.collect import SafeCollect, SafeExtractor, SafeReleaseFeedback
from tests import classroom

A1 = "a1_convolution"
COURSE = "generative_image_models"
WHEN = "2026-01-02 03:04:05.678901 UTC"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} \r\n'


class Exchange:
    """A course and its exchange in a temporary folder, with the repository's settings and an empty gradebook."""

    def __init__(self, folder, gradebook):
        self.folder = folder
        self.course = folder / "course"
        released = self.course / "assignments" / A1
        released.mkdir(parents=True)
        (released / f"{A1}.ipynb").write_bytes(NOTEBOOK)
        shutil.copy(gradebook, self.course / "gradebook.db")
        self.call(ExchangeReleaseAssignment)
        self.inbound = folder / "exchange" / COURSE / "inbound"

    def call(self, plugin, student="", where=None, **settings):
        config = Config(PyFileConfigLoader("nbgrader_config.py", str(classroom.ROOT)).load_config())
        config.Exchange.root = str(self.folder / "exchange")
        config.Exchange.cache = str(self.folder / "cache")
        config.Exchange.assignment_dir = str(where or self.folder)
        config.CourseDirectory.root = str(self.course)
        config.CourseDirectory.assignment_id = A1
        config.CourseDirectory.student_id = student or "*"
        config.CourseDirectory.db_url = f"sqlite:///{self.course / 'gradebook.db'}"
        config[plugin.__name__].update(settings)
        directory, door = CourseDirectory(config=config), Authenticator(config=config)
        plugin(coursedir=directory, authenticator=door, config=config).start()

    def submit(self, student, **files):
        """Hand in through nbgrader's own submit; returns the folder in the exchange."""
        home = self.folder / "homes" / student
        shutil.rmtree(home, ignore_errors=True)
        (home / A1).mkdir(parents=True)
        for name, content in {f"{A1}.ipynb": NOTEBOOK, **files}.items():
            (home / A1 / name).write_bytes(content)
        before = set(self.inbound.iterdir())
        self.call(ExchangeSubmit, student, home)
        (folder,) = set(self.inbound.iterdir()) - before
        return folder

    def forge(self, student, when=WHEN):
        """A folder that a student puts into the exchange by hand, as anybody can; it holds a notebook."""
        folder = self.inbound / f"{student}+{A1}+{when}+abc"
        folder.mkdir()
        (folder / f"{A1}.ipynb").write_bytes(NOTEBOOK)
        return folder

    def collect(self, **settings):
        self.call(SafeCollect, check_owner=False, **settings)

    def collected(self, student):
        """{path: content} of what was collected of a student; a test of its own that no link is in there."""
        folder = self.course / "submitted" / student / A1
        found = {}
        for path in sorted(folder.rglob("*")):
            assert not path.is_symlink()
            if not path.is_dir():
                assert path.is_file()
                found[str(path.relative_to(folder))] = path.read_bytes()
        return found


@pytest.fixture(scope="session")
def gradebook(tmp_path_factory):
    """An empty gradebook, made without the program that nbgrader asks for its version (it takes seconds)."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nbgrader.api, "get_alembic_version", lambda: "newest")
        Gradebook(f"sqlite:///{path}", COURSE).close()
    return path


@pytest.fixture
def exchange(tmp_path, gradebook, monkeypatch):
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):  # which the settings replace
        monkeypatch.setattr(module, "Autograde", module.Autograde)
    place = Exchange(tmp_path, gradebook)
    yield place
    subprocess.run(
        ["rm", "-rf", place.inbound], check=True
    )  # pytest itself cannot remove folders as deep as below


def test_settings_name_the_plugins():
    config = PyFileConfigLoader("nbgrader_config.py", str(classroom.ROOT)).load_config()
    assert config.ExchangeFactory.collect == "course_lib.grading.collect.SafeCollect"
    assert config.ExchangeFactory.release_feedback == "course_lib.grading.collect.SafeReleaseFeedback"
    assert config.ZipCollectApp.extractor_plugin == "course_lib.grading.collect.SafeExtractor"


def test_feedback_goes_to_whoever_handed_in_through_the_exchange(exchange, caplog):
    """One page without an address (handed in by folder) must not keep the others from theirs, as nbgrader's own would."""
    exchange.submit("ann")
    exchange.submit("bob")
    exchange.collect()
    for student in ("ann", "aaron", "bob"):
        page = exchange.course / "feedback" / student / A1 / f"{A1}.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {student}")
        for name in ("timestamp.txt", "submission_secret.txt"):
            if student != "aaron":
                shutil.copy(exchange.course / "submitted" / student / A1 / name, page.parent)
    exchange.call(SafeReleaseFeedback)
    released = (exchange.folder / "exchange" / COURSE / "feedback").glob("*.html")
    assert sorted(page.read_text() for page in released) == ["for ann", "for bob"]
    assert "aaron" in caplog.text


def test_honest_submissions_arrive_byte_for_byte(exchange, caplog):
    every_byte = bytes(range(256)) * 99
    ann, bob = exchange.submit("ann", **{"picture.png": every_byte}), exchange.submit("bob")
    exchange.collect()
    assert exchange.collected("ann")["picture.png"] == every_byte
    assert "aside" not in caplog.text
    for student, handed_in in (("ann", ann), ("bob", bob)):
        assert exchange.collected(student) == {path.name: path.read_bytes() for path in handed_in.iterdir()}
        assert set(exchange.collected(student)) >= {f"{A1}.ipynb", "timestamp.txt", "submission_secret.txt"}
        assert exchange.collected(student)["timestamp.txt"].decode() == handed_in.name.split("+")[2]


def test_update_takes_the_newest(exchange):
    exchange.forge("ann", "2026-01-02 00:00:00 UTC")
    exchange.collect()
    (exchange.forge("ann", "2026-01-03 00:00:00 UTC") / f"{A1}.ipynb").write_bytes(b"second")
    exchange.collect()
    assert exchange.collected("ann")[f"{A1}.ipynb"] == NOTEBOOK
    exchange.collect(update=True)
    assert exchange.collected("ann")[f"{A1}.ipynb"] == b"second"


@pytest.mark.parametrize("stamp", [b"", b"never", b"\xff\xfe", b"2020-01-01 00:00:00 UTC", b"9" * 400])
def test_time_is_the_folders_and_not_a_file_anyone_may_write(exchange, stamp):
    (exchange.forge("mallory") / "timestamp.txt").write_bytes(stamp)
    exchange.submit("ann")
    exchange.collect()
    assert exchange.collected("mallory")["timestamp.txt"].decode() == WHEN
    (exchange.course / "submitted" / "mallory" / A1 / "timestamp.txt").write_bytes(stamp)
    exchange.collect(update=True)  # reads the one collected before
    assert f"{A1}.ipynb" in exchange.collected("mallory")


def test_a_folder_called_timestamp_is_no_timestamp(exchange):
    folder = exchange.forge("mallory") / "timestamp.txt"
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    exchange.collect()
    assert exchange.collected("mallory") == {f"{A1}.ipynb": NOTEBOOK, "timestamp.txt": WHEN.encode()}


def plant_links(folder, outside):
    (folder / "file").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "up").symlink_to("..")


def plant_notebook_link(folder, outside):
    (folder / f"{A1}.ipynb").unlink()
    (folder / f"{A1}.ipynb").symlink_to(outside / "secret.txt")


def plant_special(folder, outside):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as door:
        here = os.getcwd()
        os.chdir(folder)  # a socket's path is short
        try:
            door.bind("door")
        finally:
            os.chdir(here)


def plant_huge(folder, outside):
    with open(folder / "AAA.pt", "wb") as file:
        file.truncate(1 << 40)


def plant_deep(folder, outside):
    here = os.getcwd()
    try:
        for _ in range(1500):  # deeper than Python recurses, longer than a path may be
            os.chdir(folder)
            folder = Path("abcdefgh")
            folder.mkdir()
    finally:
        os.chdir(here)


def plant_many(folder, outside):
    for number in range(collect.MAX_FILES + 50):
        (folder / f"Z{number}").write_bytes(b"")
        (folder / f"Y{number}").mkdir()


def plant_locked(folder, outside):
    (folder / "locked").mkdir(mode=0o000)


HOSTILE = {  # what is planted, and what the log says of it
    "links": (plant_links, ["file in", "folder in", "dangling in", "loop in", "up in"]),
    "notebook_link": (plant_notebook_link, [f"{A1}.ipynb in"]),
    "special": (plant_special, ["pipe in", "is not a plain file", "door in"]),
    "huge": (plant_huge, ["AAA.pt in", "larger than 64 MiB"]),
    "deep": (plant_deep, ["nested more than 10 folders deep"]),
    "many": (plant_many, ["the rest in", "more than 500 files and folders"]),
    "locked": (plant_locked, []),
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_hostile_folder_is_collected_without_following_anything(exchange, caplog, trick):
    plant, lines = HOSTILE[trick]
    outside = exchange.folder / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(b"secret")
    exchange.submit("ann")
    plant(exchange.forge("mallory"), outside)
    exchange.submit("zoe")
    exchange.collect()
    found = exchange.collected("mallory")
    assert set(found) <= {f"{A1}.ipynb", "timestamp.txt"} | {f"Z{n}" for n in range(collect.MAX_FILES + 50)}
    assert len(found) <= collect.MAX_FILES + 1
    assert (f"{A1}.ipynb" in found) == (trick != "notebook_link")
    assert found.get(f"{A1}.ipynb", NOTEBOOK) == NOTEBOOK
    assert not [line for line in lines if line not in caplog.text], caplog.text
    for student in ("ann", "zoe"):
        assert exchange.collected(student)[f"{A1}.ipynb"] == NOTEBOOK


def test_device_is_left(exchange, caplog):
    folder = exchange.forge("mallory")
    try:
        os.mknod(folder / "zero", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root may make a device")
    exchange.collect()
    assert set(exchange.collected("mallory")) == {f"{A1}.ipynb", "timestamp.txt"}
    assert "zero in mallory" in caplog.text


def test_odd_names_inside_a_folder_arrive_and_every_line_of_the_log_is_one_line(exchange, caplog):
    folder = exchange.forge("mallory")
    names = ["two\nlines.txt", "\u202egnp.exe", "e\u0301.txt", "\u00e9.txt", "\x1b[2Jclear", "A.txt", "a.txt"]
    for name in names:
        (folder / name).write_bytes(name.encode())
    (Path(os.fsdecode(bytes(folder) + b"/\xff\xfe"))).write_bytes(b"latin")
    (folder / "link\n\x1b[31mred").symlink_to("/etc/passwd")
    exchange.collect()
    found = exchange.collected("mallory")
    assert {name: name.encode() for name in names}.items() <= found.items()
    assert found[os.fsdecode(b"\xff\xfe")] == b"latin"
    lines = [record.getMessage() for record in caplog.records]
    assert any("link??[31mred" in line or "link???31mred" in line for line in lines), lines
    assert all(line.isprintable() for line in lines if "aside" in line)


def test_an_ordinary_files_size_does_not_cost_the_notebook(exchange, monkeypatch):
    monkeypatch.setattr(collect, "MAX_BYTES", 1000)
    folder = exchange.forge("ann")
    (folder / "AAA.pt").write_bytes(bytes(980))
    (folder / "small").write_bytes(b"x")
    exchange.collect()
    assert set(exchange.collected("ann")) == {f"{A1}.ipynb", "small", "timestamp.txt"}


def test_entries_of_the_exchange_that_are_no_submissions_stop_nobody(exchange, caplog):
    honest = exchange.forge("mallory", "2026-01-01 00:00:00 UTC")
    (honest / f"{A1}.ipynb").write_bytes(b"the honest one")
    bad_times = ["whenever", "2026-99-99 00:00:00 UTC", "9" * 30, "2026-01-01 00:00:00 99999999", ""]
    for number, when in enumerate(bad_times):
        exchange.forge(f"bad{number}", when)
    exchange.forge("two\nlines")
    inbound = exchange.inbound
    (inbound / f"x+{A1}+another_assignment+{WHEN}+abc").mkdir()
    secret = exchange.folder / "secret"
    secret.mkdir()
    (secret / f"{A1}.ipynb").write_bytes(b"secret")
    (inbound / f"mallory+{A1}+{WHEN}+link").symlink_to(secret)
    (inbound / f"dangling+{A1}+{WHEN}+x").symlink_to("nowhere")
    os.mkfifo(inbound / f"pipe+{A1}+{WHEN}+x")
    (inbound / f"file+{A1}+{WHEN}+x").write_bytes(b"")
    (inbound / f"...+{A1}+{WHEN}+x").mkdir()
    exchange.submit("zoe")
    exchange.call(SafeCollect)  # with the check of the owner, which looks at the folder
    assert exchange.collected("mallory")[f"{A1}.ipynb"] == b"the honest one"
    assert exchange.collected("zoe")[f"{A1}.ipynb"] == NOTEBOOK
    assert sorted(path.name for path in (exchange.course / "submitted").iterdir()) == ["mallory", "zoe"]
    for name in ("bad0", "bad1", "bad2", "bad3", "two?lines", "dangling", "pipe", "file"):
        assert f"Left aside: {name}" in caplog.text


def test_a_folder_that_fails_stops_nobody(exchange, monkeypatch, caplog):
    for student in ("ann", "mallory", "zoe"):
        exchange.submit(student)
    copy = SafeCollect.do_copy

    def fails(self, src, dest, log=None):
        if "mallory" in src:
            raise OSError("the folder went away")
        copy(self, src, dest, log)

    monkeypatch.setattr(SafeCollect, "do_copy", fails)
    exchange.collect()
    assert exchange.collected("ann")
    assert exchange.collected("zoe")
    assert "Could not collect mallory" in caplog.text


def test_a_folder_swapped_for_a_link_while_it_is_read_is_not_followed(exchange, monkeypatch, caplog):
    secret = exchange.folder / "secret"
    secret.mkdir()
    (secret / "key").write_bytes(b"secret")
    inner = exchange.forge("mallory") / "inner"
    inner.mkdir()
    real = os.lstat

    def swap(path, **keywords):
        seen = real(path, **keywords)
        if path == "inner":
            inner.rmdir()
            inner.symlink_to(secret)
        return seen

    monkeypatch.setattr(os, "lstat", swap)
    exchange.collect()
    assert "inner/key" not in exchange.collected("mallory")
    assert "inner in mallory" in caplog.text


def test_nothing_to_collect(exchange, caplog):
    exchange.collect()
    assert "No submissions" in caplog.text


# ---- archives

HONEST = {f"{A1}.ipynb": NOTEBOOK, "more/notes.txt": b"notes"}


def zip_bytes(entries, mode=None, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as zipped:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            info.external_attr = (mode or 0) << 16
            zipped.writestr(info, content)
    return file.getvalue()


def tar_bytes(entries, kind=tarfile.REGTYPE, link="", how="w"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=how) as tape:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(content)
            tape.addfile(info, io.BytesIO(content))
    return file.getvalue()


def joined(*tapes):
    """Tar archives, one after the other in one."""
    return b"".join(
        tape.rstrip(b"\0").ljust(-(-len(tape.rstrip(b"\0")) // 512) * 512, b"\0") for tape in tapes
    )


@pytest.fixture
def extract(tmp_path, caplog):
    """extract(name=bytes, ...) unpacks archives of these names and returns {path: content}; nothing may lie elsewhere."""
    archive, goal, bystander = tmp_path / "archive", tmp_path / "a" / "extracted", tmp_path / "bystander"
    goal.mkdir(parents=True)
    archive.mkdir()
    bystander.write_bytes(b"untouched")
    caplog.set_level(logging.WARNING)

    def run(files):
        for name, content in files.items():
            (archive / name).write_bytes(content)
        SafeExtractor().extract(str(archive), str(goal))
        outside = [
            path for path in tmp_path.rglob("*") if goal not in path.parents and archive not in path.parents
        ]
        assert sorted(outside) == sorted([archive, goal, goal.parent, bystander])
        assert bystander.read_bytes() == b"untouched"
        assert not [path for path in goal.rglob("*") if path.is_symlink() or path.is_fifo()]
        return {str(path.relative_to(goal)): path.read_bytes() for path in goal.rglob("*") if path.is_file()}

    run.archive = archive
    return run


def under(name, files=HONEST):
    return {f"{name}/{path}": content for path, content in files.items()}


def test_honest_archives_and_files(extract):
    pairs = HONEST.items()
    found = extract(
        {
            "ann.zip": zip_bytes(pairs, compression=zipfile.ZIP_DEFLATED),
            "bob.tar": tar_bytes(pairs),
            "eve.tar.gz": tar_bytes(pairs, how="w:gz"),
            "kim.tgz": tar_bytes(pairs, how="w:gz"),
            "jo.smith.ZIP": zip_bytes(pairs, mode=0o100644),
            "jo.brown.zip": zip_bytes([(f"{A1}.ipynb", b"another jo")]),
            "lone.ipynb": NOTEBOOK,
        }
    )
    assert found == {
        **{k: v for name in ("ann", "bob", "eve", "kim", "jo.smith") for k, v in under(name).items()},
        f"jo.brown/{A1}.ipynb": b"another jo",
        "lone.ipynb": NOTEBOOK,
    }


ELSEWHERE = [
    "../bystander",
    "more/../../../../bystander",
    "/tmp/bystander",
    "..\\bystander",
    "\\bystander",
    "C:\\x",
    "..",
]
BAD_NAMES = {
    **dict.fromkeys(ELSEWHERE, "would land elsewhere"),
    "x/" * 11 + "y": "more than 10 folders",
    "x/" * 3000 + "y": "more than 10 folders",
    "two\nlines": "unprintable",
    "\u202egnp.exe": "unprintable",
    "x" * 300: "too long",
}


@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes])
@pytest.mark.parametrize("name", BAD_NAMES, ids=range(len(BAD_NAMES)))
def test_bad_names_are_left_and_the_rest_is_kept(extract, caplog, pack, name):
    ending = ".zip" if pack is zip_bytes else ".tar"
    found = extract(
        {f"mallory{ending}": pack([(name, b"evil"), *HONEST.items()]), "ann.zip": zip_bytes(HONEST.items())}
    )
    assert found == under("mallory") | under("ann")
    assert BAD_NAMES[name] in caplog.text
    assert len(caplog.records) == 1


LINKS = {
    "zip_link": (".zip", lambda: zip_bytes([("more", b"/tmp")], mode=0o120777)),
    "zip_device": (".zip", lambda: zip_bytes([("null", b"")], mode=0o020666)),
    "link": (".tar", lambda: tar_bytes([("more", b"")], tarfile.SYMTYPE, "../..")),
    "hard_link": (".tar", lambda: tar_bytes([("x", b"")], tarfile.LNKTYPE, "/etc/passwd")),
    "device": (".tar", lambda: tar_bytes([("x", b"")], tarfile.CHRTYPE)),
    "pipe": (".tar", lambda: tar_bytes([("x", b"")], tarfile.FIFOTYPE)),
}


@pytest.mark.parametrize("trick", LINKS)
def test_links_and_devices_are_left(extract, caplog, trick):
    ending, make = LINKS[trick]
    if ending == ".tar":
        content = joined(make(), tar_bytes(HONEST.items())) + bytes(1024)
    else:
        file = io.BytesIO(make())
        with zipfile.ZipFile(file, "a") as zipped:
            for name, text in HONEST.items():
                zipped.writestr(name, text)
        content = file.getvalue()
    assert extract({f"mallory{ending}": content}) == under("mallory")
    assert "is a link or a device" in caplog.text


def test_too_many_entries(extract, caplog):
    entries = [*HONEST.items(), *((f"n{i}", b"") for i in range(5000))]
    for ending, content in ((".zip", zip_bytes(entries)), (".tar", tar_bytes(entries))):
        found = extract({f"mallory{ending}": content})
        assert found.items() >= under("mallory").items()
        assert len(found) == collect.MAX_FILES
        assert "more than 500 files" in caplog.text
        shutil.rmtree(extract.archive.parent / "a/extracted/mallory")
        (extract.archive / f"mallory{ending}").unlink()


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
def test_what_unpacks_to_too_much(extract, caplog, monkeypatch, ending):
    monkeypatch.setattr(collect, "MAX_BYTES", 1 << 16)
    entries = [*HONEST.items(), ("bomb", bytes(1 << 22))]
    content = {
        ".zip": lambda: zip_bytes(entries, compression=zipfile.ZIP_DEFLATED),
        ".tar.gz": lambda: tar_bytes(entries, how="w:gz"),
        ".tar": lambda: tar_bytes(entries),
    }[ending]()
    found = extract({f"mallory{ending}": content, "ann.zip": zip_bytes(HONEST.items())})
    assert found == under("ann") | (
        under("mallory") if ending != ".tar" else {}
    )  # the tar itself is too large
    assert "mallory" in caplog.text
    assert "0 MiB" in caplog.text
    assert ("the end in mallory.tar.gz" in caplog.text) == (ending == ".tar.gz")  # never unpacked whole


def test_zip_that_lies_about_a_size(extract, caplog):
    content = bytearray(zip_bytes([("bomb", b"x" * 70000)], compression=zipfile.ZIP_DEFLATED))
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert extract({"mallory.zip": bytes(content)}) == {}
    assert "bomb in mallory.zip" in caplog.text


def test_archive_in_archive_stays_packed(extract):
    inner = zip_bytes([("../bystander", b"evil")])
    for _ in range(50):
        inner = zip_bytes([("inner.zip", inner)])
    assert extract({"mallory.zip": inner}).keys() == {"mallory/inner.zip"}


def test_duplicates_and_case(extract, caplog):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zip_bytes(
            [("x", b"first"), ("x", b"second"), ("y", b"Y"), ("y/z", b"below a file"), ("X", b"X")]
        )
    found = extract({"mallory.zip": content})
    assert found == {"mallory/x": b"first", "mallory/y": b"Y", "mallory/X": b"X"}
    assert "x in mallory.zip is there twice" in caplog.text
    assert "y/z in mallory.zip" in caplog.text


def test_one_archive_does_not_replace_what_another_brought(extract, caplog):
    found = extract({"ann.tar": tar_bytes(HONEST.items()), "ann.zip": zip_bytes([(f"{A1}.ipynb", b"evil")])})
    assert found == under("ann")
    assert "is there twice" in caplog.text


BROKEN = {
    "empty.zip": lambda: b"",
    "notebook.zip": lambda: NOTEBOOK,
    "tar.zip": lambda: tar_bytes(HONEST.items()),
    "zip.tar": lambda: zip_bytes(HONEST.items()),
    "zip.tar.gz": lambda: zip_bytes(HONEST.items()),
    "plain.tgz": lambda: tar_bytes(HONEST.items()),
    "cut.zip": lambda: zip_bytes(HONEST.items())[:-30],
    "pk.zip": lambda: b"PK\x05\x06" + b"\xff" * 18,
    "noise.tar": lambda: bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_archive_is_one_line_and_stops_nobody(extract, caplog, name):
    found = extract(
        {name: BROKEN[name](), "ann.zip": zip_bytes(HONEST.items()), "zoe.zip": zip_bytes(HONEST.items())}
    )
    assert found == under("ann") | under("zoe")
    assert name in caplog.text
    assert all(record.getMessage().isprintable() for record in caplog.records)


def test_what_came_before_the_break_is_kept(extract, caplog):
    noise = os.urandom(50_000)
    packed = tar_bytes([*HONEST.items(), ("late", noise)], how="w:gz")
    assert extract({"mallory.tar.gz": packed[:-20_000]}) == under("mallory")
    assert "the end in mallory.tar.gz is missing" in caplog.text
    damaged = bytearray(zip_bytes([("bad", b"content"), *HONEST.items()]))
    damaged[damaged.index(b"content")] ^= 1
    assert extract({"other.zip": bytes(damaged)}).items() >= under("other").items()
    assert "bad in other.zip Bad CRC-32" in caplog.text


def test_tar_that_never_ends(extract):
    """Python before 3.11.14 reads a header with a negative size again and again; here every folder counts."""
    header = bytearray(tarfile.TarInfo("again").tobuf())
    header[124:136] = (-512 & (1 << 96) - 1).to_bytes(12, "big")  # the next header would be this one
    header[156:157] = tarfile.DIRTYPE
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = extract(
        {
            "mallory.tar": joined(tar_bytes(HONEST.items()), bytes(header)),
            "zoe.zip": zip_bytes(HONEST.items()),
        }
    )
    assert found.items() >= under("zoe").items()
    assert found.items() >= under("mallory").items()


def test_links_and_pipes_among_the_archives_are_not_opened(extract, caplog):
    (extract.archive / "link.zip").symlink_to(extract.archive / "ann.zip")
    (extract.archive / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(extract.archive / "pipe.zip")
    assert extract({"ann.zip": zip_bytes(HONEST.items())}) == under("ann")
    assert all(f"Left aside: {name}" in caplog.text for name in ("link.zip", "passwd", "pipe.zip"))


@pytest.mark.slow
def test_the_commands_use_all_this(tmp_path, exchange):
    """`nbgrader collect` and `nbgrader zip_collect` themselves, in a course with the repository's settings."""
    (exchange.forge("mallory") / "link").symlink_to("/etc/passwd")
    exchange.submit("ann")
    course = exchange.course
    settings = (classroom.ROOT / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(
        f"{settings}\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\nc.CollectApp.check_owner = False\n"
        r"c.FileNameCollectorPlugin.named_regexp = r'.*/(?P<student_id>\w+)/(?P<file_id>a1_\w+)'" + "\n"
    )
    run = classroom.command(course, "nbgrader", "collect", A1)
    assert run.returncode == 0, run.stderr
    assert "Left aside: link in mallory" in run.stderr
    assert set(exchange.collected("mallory")) == {f"{A1}.ipynb", "timestamp.txt"}
    assert parse_utc(exchange.collected("ann")["timestamp.txt"].decode())
    archive = course / "downloaded" / A1 / "archive"
    archive.mkdir(parents=True)
    (archive / "zoe.zip").write_bytes(zip_bytes([("../../evil", b"x"), *HONEST.items()]))
    run = classroom.command(course, "nbgrader", "zip_collect", A1)
    assert run.returncode == 0, run.stderr
    assert "would land elsewhere" in run.stderr
    assert exchange.collected("zoe") == {f"{A1}.ipynb": NOTEBOOK}
