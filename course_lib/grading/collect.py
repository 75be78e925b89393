r"""Fetching what students handed in, from nbgrader's exchange or from archives, without believing any of it.

nbgrader's own copy follows links; its own extraction believes names; one odd folder stops both. These plugins take plain
files of bounded number, size and depth under plain names; each thing left aside is one line of the log. Switched on by
autograde.install.
"""

import glob
import os
import stat
import tarfile
import zipfile
import zlib
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.plugins import ExtractorPlugin

from .autograde import SECRET, safe_timestamp
from .intake import read_bounded, shown

MAX_FILES = 500  # of one submission, or of one archive; folders and what is left aside count too
MAX_BYTES = 64 << 20  # of one submission, or of one archive, packed and unpacked
MAX_DEPTH = 10  # folders within folders
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")


class Store:
    """A new folder that one submission may fill, within bounds. `log` is told what was left aside."""

    def __init__(self, folder, name, log):
        self.folder, self.name, self.log = Path(folder), shown(name), log
        self.bytes_left, self.entries_left = MAX_BYTES, MAX_FILES
        self.folder.mkdir(parents=True, exist_ok=True)

    def leave(self, path, reason):
        self.log.warning("Left aside: %s in %s %s", shown(path), self.name, shown(reason))

    def is_full(self):
        """Count one entry more; whether that is one too many (said once: callers stop here)."""
        self.entries_left -= 1
        if self.entries_left == -1:
            self.leave("the rest", f"(there are more than {MAX_FILES} files and folders)")
        return self.entries_left < 0

    def put(self, path, read):
        """Write the file `path` (relative, checked by the caller); `read(n)` gives its content, more than n being too much."""
        try:
            content = read(MAX_BYTES)
            if len(content) > self.bytes_left:
                raise ValueError(f"is more than {MAX_BYTES >> 20} MiB, alone or with the rest")
            goal = self.folder / path
            goal.parent.mkdir(parents=True, exist_ok=True)
            with open(goal, "xb") as file:
                file.write(content)
            self.bytes_left -= len(content)
        except FileExistsError:
            self.leave(path, "is there twice, or where a file already is: the first one counts")
        except Exception as error:  # what unpacking hostile bytes raises is anybody's guess
            self.leave(path, _reason(error))


def _reason(error):
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def copy_plain(folder, store, within=(), above=None):
    """Copy a folder's plain files into a `Store`, notebooks first; links are not followed, not even ones swapped in now."""
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
    try:
        folders = []
        for name in sorted(os.listdir(here), key=lambda name: (not name.endswith(".ipynb"), name)):
            if store.is_full():
                return
            if not within and name == "timestamp.txt":
                continue  # do_copy's
            if stat.S_ISDIR(os.lstat(name, dir_fd=here).st_mode):
                folders.append(name)
            else:
                store.put(Path(*within, name), partial(read_bounded, name, dir_fd=here))
        for name in folders:
            if len(within) == MAX_DEPTH:
                store.leave(Path(*within, name), f"is nested more than {MAX_DEPTH} folders deep")
            elif name != ".ipynb_checkpoints":
                try:
                    copy_plain(name, store, (*within, name), here)
                except OSError as error:
                    store.leave(Path(*within, name), _reason(error))
    finally:
        os.close(here)


class SafeCollect(ExchangeCollect):
    """`nbgrader collect` that copies plain files only, and for which one student's folder is no concern of the others."""

    def __init__(self, coursedir=None, **kwargs):
        super().__init__(coursedir=coursedir, **kwargs)
        self.coursedir.get_existing_timestamp = partial(safe_timestamp, self.coursedir)

    def _path_to_record(self, path):
        """What a folder's name says; username None, dropped by `init_src`, where it says nothing sensible."""
        try:
            name, assignment = Path(path).name, self.coursedir.assignment_id
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise ValueError("is not a folder")
            if not name.isprintable() or name.rsplit("+", 3)[1] != assignment:
                raise ValueError(f"is not called STUDENT+{assignment}+TIME+...")
            return super()._path_to_record(path)
        except (ValueError, OverflowError, TypeError, OSError) as error:
            self.log.warning("Left aside: %s in the exchange %s", shown(name), shown(_reason(error)))
            return {"username": None, "filename": name, "timestamp": datetime.min}

    def init_src(self):
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"] is not None]

    def copy_files(self):
        records = self.src_records
        for record in records:
            self.src_records = [record]
            try:
                super().copy_files()
            except OSError as error:
                self.log.error("Could not collect %s: %s", record["filename"], error)
        if not records:
            super().copy_files()

    def do_copy(self, src, dest, log=None):
        store = Store(dest, Path(src).name, self.log)
        # the time in the folder's name is the one collect goes by; a timestamp.txt might say another, or nothing
        Path(dest, "timestamp.txt").write_text(Path(src).name.rsplit("+", 3)[2])
        copy_plain(src, store)


class SafeReleaseFeedback(ExchangeReleaseFeedback):
    """`nbgrader release_feedback` that passes over who has no address in the exchange, where nbgrader's own stops for all."""

    def copy_files(self):
        pages = glob.glob(os.path.join(self.src_path, "*.html"))
        needed = ("timestamp.txt", SECRET)
        lacking = {Path(p).parent for p in pages if not all(Path(p).with_name(n).is_file() for n in needed)}
        for folder in sorted(lacking):
            self.log.warning(
                "Not released: %s did not hand in through the exchange", shown(folder.parent.name)
            )
        before = self.coursedir.student_id_exclude
        named = [before, *(folder.parent.name for folder in lacking)]
        self.coursedir.student_id_exclude = ",".join(filter(None, named))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before


class SafeExtractor(ExtractorPlugin):
    """`nbgrader zip_collect` that unpacks plain files under plain names, and no archive inside an archive.

    The bounds are for one student's archive; unpack an archive of the whole class first.
    """

    def extract(self, archive_path, extracted_path):
        for folder, _, names in os.walk(archive_path):
            goal = Path(extracted_path, Path(folder).relative_to(archive_path))
            for name in sorted(names):
                ending = next((e for e in ARCHIVES if name.lower().endswith(e)), "")
                try:
                    content = read_bounded(Path(folder, name), MAX_BYTES)
                    if ending:
                        unpack(content, ending, Store(goal / name[: -len(ending)], name, self.log))
                    else:
                        Store(goal, "the archives", self.log).put(name, lambda n, c=content: c)
                except Exception as error:  # what opening hostile bytes raises is anybody's guess
                    self.log.warning("Left aside: %s %s", shown(name), shown(_reason(error)))


def unpack(content, ending, store):
    """Unpack an archive's bytes into a `Store`: plain files under plain names, the first of each name."""
    for name, size, read in _members(content, ending, store):
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            store.leave(name, "would land elsewhere")
        elif not name.isprintable() or len(parts) > MAX_DEPTH + 1:
            store.leave(name, f"has unprintable characters, or more than {MAX_DEPTH} folders")
        elif read is None:
            store.leave(name, "is a link or a device")
        elif size > store.bytes_left:
            store.leave(name, f"is more than {MAX_BYTES >> 20} MiB, alone or with the rest")
        else:
            store.put(PurePosixPath(*parts), read)


def _members(content, ending, store):
    """(name, claimed size, function that reads at most n + 1 bytes, None where it is no plain file) but for folders."""
    if ending == ".zip":
        with zipfile.ZipFile(BytesIO(content)) as zipped:
            for info in zipped.infolist():
                is_plain = (info.external_attr >> 28) in (0, 8)  # Unix mode: unset or a regular file
                if store.is_full():
                    return
                if not info.is_dir():
                    read = (lambda n, info=info: zipped.open(info).read(n + 1)) if is_plain else None
                    yield info.filename, info.file_size, read
        return
    if ending != ".tar":
        gzip = zlib.decompressobj(wbits=31)
        content = gzip.decompress(content, MAX_BYTES)
        if not gzip.eof:
            store.leave("the end", f"is missing, or is beyond {MAX_BYTES >> 20} MiB")
    with tarfile.open(fileobj=BytesIO(content), mode="r:") as tape:
        for info in tape:
            if store.is_full():
                return
            if not info.isdir():
                read = (lambda n, info=info: tape.extractfile(info).read(n + 1)) if info.isreg() else None
                yield info.name, info.size, read
