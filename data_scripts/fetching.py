"""Fetching large archives over bad networks, and opening them without trusting them.

`fetch` resumes, retries, tries mirrors, and never takes a web page or a broken file for an archive. `extract` writes nothing outside its
folder: a member with an escaping path, a link or a device, or too much content stops it, and nothing of the archive is left.
"""

import email.utils
import gzip
import http.client
import shutil
import stat
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

CHUNK = 1 << 20
MAGIC = {".zip": b"PK\x03\x04", ".gz": b"\x1f\x8b", ".tgz": b"\x1f\x8b"}


class FetchError(RuntimeError):
    """No mirror gave the file, or what came is not what was asked for."""


class ArchiveError(RuntimeError):
    """The archive is broken or unsafe; nothing of it was kept."""


class _Gone(Exception):
    """This mirror will not help: try the next."""


class _Again(Exception):
    """The connection broke or the server is busy: try again after `wait` seconds."""

    def __init__(self, message, wait=None):
        super().__init__(message)
        self.wait = wait


def fetch(mirrors, path, *, tries=5, wait=1.0, timeout=30, max_bytes=20 << 30, progress=None):
    """Fetch a file from the first mirror that gives it.

    What has arrived stays in `path`.part, so that the next try, or the next call, asks only for the rest.

    Args:
        mirrors: URLs of the same file. tries: a mirror's attempts; `wait` seconds doubled after each, or what Retry-After asks.
        timeout: seconds of silence. max_bytes: more than this is not accepted. progress: called with (done, total or None).

    Raises:
        FetchError: says for each mirror what went wrong.
    """
    path, failures = Path(path), []
    for url in mirrors:
        pause = wait
        for attempt in range(tries):
            try:
                _receive(url, path, timeout, max_bytes, progress)
                return path
            except _Gone as error:
                failures.append(f"{url}: {error}")
                break
            except _Again as error:
                if attempt == tries - 1:
                    failures.append(f"{url}: {error}, {tries} tries")
                else:
                    time.sleep(min(pause if error.wait is None else error.wait, 60))
                    pause *= 2
    raise FetchError("\n".join(failures))


def _receive(url, path, timeout, max_bytes, progress):
    part, stamp = Path(f"{path}.part"), Path(f"{path}.part.stamp")
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "course-lib", "Accept-Encoding": "identity"})
    if have and stamp.exists():  # without the server's stamp the rest might belong to another version
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", stamp.read_text())
    else:
        have = 0
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            if answer.status == 206:
                start = (answer.headers.get("Content-Range") or "").removeprefix("bytes ").split("-")[0]
                if start != str(have):
                    part.unlink(missing_ok=True)
                    raise _Again(
                        f"asked for the bytes from {have} on, got {answer.headers.get('Content-Range')}"
                    )
            else:
                have = 0
            version = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
            if version and not version.startswith("W/"):
                stamp.write_text(version)
            else:
                stamp.unlink(missing_ok=True)
            length = answer.headers.get("Content-Length")
            total = have + int(length) if length and length.isdigit() else None
            if total and total > max_bytes:
                raise _Gone(f"the server announces {total:,} bytes, more than {max_bytes:,}")
            with part.open("ab" if have else "wb") as file:
                while chunk := answer.read(CHUNK):
                    have += len(chunk)
                    if have > max_bytes:
                        raise _Gone(f"the server sent more than {max_bytes:,} bytes")
                    file.write(chunk)
                    if progress:
                        progress(have, total)
            if total is not None and have < total:
                raise _Again(f"broke off after {have:,} of {total:,} bytes")
    except urllib.error.HTTPError as error:
        if error.code == 416:  # the part is as long as the file, or longer: begin again
            part.unlink(missing_ok=True)
            raise _Again("the part kept from before does not fit the file") from error
        if error.code in (408, 425, 429) or error.code >= 500:
            raise _Again(
                f"HTTP {error.code} {error.reason}", _seconds(error.headers.get("Retry-After"))
            ) from error
        raise _Gone(f"HTTP {error.code} {error.reason}") from error
    except (http.client.HTTPException, OSError) as error:  # URLError and time-outs are OSErrors
        reason = getattr(error, "reason", error)
        raise _Again(str(reason) or type(error).__name__) from error
    try:
        check_magic(part, path.suffix)
    except ArchiveError as error:
        part.unlink()
        stamp.unlink(missing_ok=True)
        raise _Gone(str(error)) from error
    part.replace(path)
    stamp.unlink(missing_ok=True)


def _seconds(retry_after):
    """The header Retry-After, a number or a date, in seconds; None where there is none."""
    if not retry_after:
        return None
    if retry_after.isdigit():
        return int(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def check_magic(path, suffix):
    """Raise ArchiveError unless the file begins as its kind does: a server's error page is the common surprise."""
    with Path(path).open("rb") as file:
        head = file.read(512)
    expected = MAGIC[suffix]
    if not head.startswith(expected):
        page = head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))
        got = "a web page" if page else f"something that begins with {head[:8]!r}"
        raise ArchiveError(f"expected a {suffix} archive, got {got} ({Path(path).stat().st_size:,} bytes)")


def extract(archive, folder, *, max_bytes=40 << 30, max_files=1_000_000):
    """Unpack a .zip or .tar.gz into `folder`, which must not exist yet; it appears whole or not at all.

    Raises:
        ArchiveError: the archive is broken, or a member leaves the folder, is a link or a device, stands twice, or goes over the bounds.
    """
    archive, folder = Path(archive), Path(folder)
    if folder.exists():
        raise FileExistsError(f"{folder} is there already")
    check_magic(archive, archive.suffix)
    staging = folder.with_name(folder.name + ".unpacking")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    members = _zip_members if archive.suffix == ".zip" else _tar_members
    try:
        written = count = 0
        for name, is_folder, source in members(archive):
            count += 1
            if count > max_files:
                raise ArchiveError(f"more than {max_files:,} members")
            target = staging / _inside(name)
            if is_folder:
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                while chunk := source.read(CHUNK):
                    written += len(chunk)  # what comes out counts, whatever the headers say
                    if written > max_bytes:
                        raise ArchiveError(f"unpacks to more than {max_bytes:,} bytes")
                    out.write(chunk)
        staging.replace(folder)
    except ArchiveError as error:
        raise ArchiveError(f"{archive}: {error}") from None
    except FileExistsError as error:
        raise ArchiveError(
            f"{archive}: a member stands in it twice, or as file and folder: {error.filename}"
        ) from error
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise ArchiveError(f"{archive} is broken: {error or type(error).__name__}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder


def _inside(name):
    """A member's path, if it stays inside the folder on every system."""
    path = PurePosixPath(name)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or ":" in name
        or "\0" in name
        or not path.parts
    ):
        raise ArchiveError(f"the path {name!r} leads out of the folder")
    return path


def _zip_members(archive):
    with zipfile.ZipFile(archive) as z:
        for info in z.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise ArchiveError(f"{info.filename!r} is a link or a special file")
            if info.is_dir():
                yield info.filename, True, None
            else:
                with z.open(info) as source:
                    yield info.filename, False, source


class _BoundedTarInfo(tarfile.TarInfo):
    """tarfile reads long names and extended headers into memory: refuse those that no honest archive has."""

    def _proc_member(self, archive):
        extended = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
        if self.type in (*extended, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK) and self.size > CHUNK:
            raise ArchiveError(f"an extended header of {self.size:,} bytes")
        return super()._proc_member(archive)


def _tar_members(archive):
    with gzip.open(archive) as unzipped:
        with tarfile.open(fileobj=unzipped, mode="r|", tarinfo=_BoundedTarInfo) as t:
            for info in t:
                if not (info.isfile() or info.isdir()):
                    raise ArchiveError(f"{info.name!r} is a link or a special file")
                if info.name.strip("./") or not info.isdir():  # "./" is the folder itself
                    yield info.name, info.isdir(), None if info.isdir() else t.extractfile(info)
        for _ in range(64):  # to the end: only there gzip compares its checksum
            if not unzipped.read(CHUNK):
                return
        raise ArchiveError("much more follows after the end of the archive")
