r"""Fetching what students handed in, from nbgrader's exchange or from archives, without believing any of it.

nbgrader's own copy follows links; its own extraction believes names. These plugins take plain files of bounded number and
size under plain names, and leave the rest. Switched on by nbgrader_config.py.
"""

import os
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin

from .intake import read_bounded

MAX_FILES = 500
MAX_BYTES = 64 << 20  # of one submission


def copy_plain(source, target, log=None):
    """Copy a folder's plain files, at most MAX_FILES and MAX_BYTES; links, pipes and devices are named and left."""
    left, files = MAX_BYTES, 0
    for folder, names, plain in os.walk(source, followlinks=False):
        names[:] = [name for name in names if not name.startswith(".ipynb_checkpoints")]
        for name in sorted(plain):
            path = Path(folder, name)
            try:
                content = read_bounded(path, left)
                if files >= MAX_FILES:
                    raise ValueError(f"is one file too many (more than {MAX_FILES})")
            except ValueError as error:
                if log:
                    log.warning("Left aside: %s %s", path, error)
                continue
            left, files = left - len(content), files + 1
            goal = Path(target, path.relative_to(source))
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_bytes(content)
    Path(target).mkdir(parents=True, exist_ok=True)


class SafeCollect(ExchangeCollect):
    """`nbgrader collect` that copies plain files only."""

    def do_copy(self, src, dest, log=None):
        if Path(src).is_symlink():
            self.log.warning("Left aside: %s is a link", src)
        else:
            copy_plain(src, dest, self.log)


class SafeExtractor(ExtractorPlugin):
    """`nbgrader zip_collect` that unpacks plain files under plain names, and no archive inside an archive."""

    def extract(self, archive_path, extracted_path):
        for folder, _, names in os.walk(archive_path, followlinks=False):
            goal = Path(extracted_path, Path(folder).relative_to(archive_path))
            goal.mkdir(parents=True, exist_ok=True)
            for name in sorted(names):
                path = Path(folder, name)
                try:
                    if path.name.endswith((".zip", ".tar.gz", ".tgz", ".tar")):
                        unpack(path, goal / path.name.split(".")[0], self.log)
                    else:
                        (goal / name).write_bytes(read_bounded(path, MAX_BYTES))
                except (
                    ValueError,
                    OSError,
                    zipfile.BadZipFile,
                    tarfile.TarError,
                    EOFError,
                    RuntimeError,
                ) as error:
                    self.log.warning("Left aside: %s (%s)", path, error)


def unpack(archive, folder, log):
    """Unpack a zip or tar archive into `folder`; members that would land outside, or are no plain files, are left."""
    left, files = MAX_BYTES, 0
    for name, size, open_member in _members(archive):
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
            log.warning("Left aside: %r in %s would land elsewhere", name[:80], archive.name)
        elif size > left or files >= MAX_FILES:
            log.warning("Left aside: %r in %s is too large or one too many", name[:80], archive.name)
        else:
            goal = Path(folder, *parts)
            goal.parent.mkdir(parents=True, exist_ok=True)
            with open_member() as member, open(goal, "wb") as file:
                content = member.read(left + 1)  # whatever size it claimed
                if len(content) > left:
                    raise ValueError(f"{name!r} unpacks to more than {MAX_BYTES >> 20} MiB")
                file.write(content)
            left, files = left - len(content), files + 1


def _members(archive):
    """(name, size, function that opens it) of the plain files in an archive."""
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                is_plain = (info.external_attr >> 28) in (0, 8)  # Unix mode: unset or a regular file
                if not info.is_dir() and is_plain:
                    yield info.filename, info.file_size, lambda info=info: zipped.open(info)
    else:
        with tarfile.open(archive) as tape:
            for info in tape:
                if info.isreg():
                    yield info.name, info.size, lambda info=info: tape.extractfile(info)


__all__ = ["SafeCollect", "SafeExtractor", "copy_plain", "unpack"]
