"""Fetch the classic image sets, for machines with a network and a GPU.

    python data_scripts/download.py list
    python data_scripts/download.py facades                        # into downloads/facades
    python data_scripts/download.py horse2zebra --to /big/disk     # into /big/disk/horse2zebra
    python data_scripts/download.py maps --from-file maps.tar.gz   # an archive that you have
    python data_scripts/download.py prepare cityscapes --from-folder CITYSCAPES

An interrupted download goes on where it stopped. Nobody published checksums of the pix2pix and CycleGAN archives: what is checked is
their kind, their own CRC and the folders inside. `course_lib.data.load_pairs`, `load_unpaired` and `load_folder` read the results, at any
size; every set has an embedded stand-in that needs no download.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from fetching import ArchiveError, FetchError, extract, fetch

ROOT = Path(__file__).resolve().parent.parent
PIX2PIX = (
    "http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/{}.tar.gz",
    "https://people.eecs.berkeley.edu/~tinghuiz/projects/pix2pix/datasets/{}.tar.gz",
)
CYCLEGAN = (
    "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/{}.zip",
    "https://people.eecs.berkeley.edu/~taesung_park/CycleGAN/datasets/{}.zip",
)


class ClassicSet(NamedTuple):
    kind: str  # "pairs", "unpaired" or "torchvision"
    shows: str
    instead: str  # the embedded stand-in, as code
    remark: str = ""


PAIRS = 'data.pairs("flat", "3d")'
UNPAIRED = 'data.unpaired("noto", "flat")'
SETS = {
    "facades": ClassicSet("pairs", "photo | labels of facades (CMP, 606 pictures)", PAIRS),
    "maps": ClassicSet("pairs", "aerial photo | map (1,096 + 1,098 pictures of 1200 x 600)", PAIRS),
    "edges2shoes": ClassicSet("pairs", "edges | shoe (50,000)", 'data.pairs("line", "flat")', "about 2 GB"),
    "edges2handbags": ClassicSet(
        "pairs", "edges | handbag (137,000)", 'data.pairs("line", "flat")', "about 8 GB"
    ),
    "night2day": ClassicSet(
        "pairs", "night | day, webcams (20,000)", 'data.streets("photo", "night")', "about 2 GB"
    ),
    "horse2zebra": ClassicSet("unpaired", "horses, zebras (ImageNet)", UNPAIRED),
    "apple2orange": ClassicSet("unpaired", "apples, oranges (ImageNet)", UNPAIRED),
    "summer2winter_yosemite": ClassicSet(
        "unpaired", "Yosemite in summer and winter (Flickr)", 'data.streets("photo", "day")'
    ),
    "monet2photo": ClassicSet("unpaired", "Monet's paintings, landscape photos", UNPAIRED),
    "cezanne2photo": ClassicSet("unpaired", "Cezanne's paintings, landscape photos", UNPAIRED),
    "ukiyoe2photo": ClassicSet("unpaired", "ukiyo-e prints, landscape photos", UNPAIRED),
    "vangogh2photo": ClassicSet("unpaired", "van Gogh's paintings, landscape photos", UNPAIRED),
    "iphone2dslr_flower": ClassicSet("unpaired", "flowers by phone and by camera", UNPAIRED),
    "mnist": ClassicSet("torchvision", "70,000 digits", "data.mnist()"),
    "fashion_mnist": ClassicSet("torchvision", "70,000 clothes", "data.fashion_mnist()"),
    "celeba": ClassicSet(
        "torchvision", "202,599 faces with 40 attributes", "data.faces()", "research use only"
    ),
}
FOLDERS = {"pairs": ("train",), "unpaired": ("trainA", "trainB")}


def mirrors(name):
    kind = SETS[name].kind
    return [url.format(name) for url in (PIX2PIX if kind == "pairs" else CYCLEGAN)]


def get(name, to, from_file=None, urls=None):
    """Fetch and unpack one set; the folder that the loaders read. What is there already is left alone."""
    wanted, folder = SETS[name], Path(to) / name
    if wanted.kind == "torchvision":
        return get_from_torchvision(name, Path(to))
    if folder.exists():
        check_layout(folder, wanted.kind)
        return folder
    Path(to).mkdir(parents=True, exist_ok=True)
    archive = (
        Path(from_file)
        if from_file
        else Path(to) / (name + (".tar.gz" if wanted.kind == "pairs" else ".zip"))
    )
    if not archive.exists():
        if from_file:
            raise FileNotFoundError(f"{archive} does not exist")
        fetch(urls or mirrors(name), archive, progress=show_progress if sys.stderr.isatty() else None)
    try:
        unpacked = extract(archive, folder.with_name(name + ".new"))
    except ArchiveError:
        if not from_file:
            archive.unlink()  # the next run fetches it afresh
        raise
    inner = unpacked / name  # the archives hold one folder of the set's name
    (inner if inner.is_dir() else unpacked).replace(folder)
    shutil.rmtree(unpacked, ignore_errors=True)
    check_layout(folder, wanted.kind)
    if not from_file:
        archive.unlink()
    return folder


def get_from_torchvision(name, to):
    from torchvision import datasets

    if name == "celeba":
        datasets.CelebA(to, split="all", download=True)
        return to / "celeba"
    made = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST}[name](to, download=True)
    return Path(made.raw_folder)


def check_layout(folder, kind):
    missing = [f for f in FOLDERS[kind] if not (folder / f).is_dir()]
    if missing:
        there = ", ".join(sorted(p.name for p in folder.iterdir())) or "nothing"
        raise ArchiveError(f"{folder} should hold {' and '.join(FOLDERS[kind])}, but holds {there}")


def prepare_cityscapes(source, to):
    """Pairs photo | label colours of 256 x 256 out of leftImg8bit and gtFine, which one may download after registering."""
    from PIL import Image

    source, folder = Path(source), Path(to) / "cityscapes"
    found = 0
    for split in ("train", "val"):
        photos = sorted((source / "leftImg8bit" / split).glob("*/*_leftImg8bit.png"))
        (folder / split).mkdir(parents=True, exist_ok=True)
        for photo in photos:
            stem = photo.name.removesuffix("_leftImg8bit.png")
            labels = source / "gtFine" / split / photo.parent.name / f"{stem}_gtFine_color.png"
            if not labels.exists():
                raise FileNotFoundError(f"{labels} is missing: {photo} has no labels")
            both = Image.new("RGB", (512, 256))
            for left, path, how in (
                (0, photo, Image.Resampling.BICUBIC),
                (256, labels, Image.Resampling.NEAREST),
            ):
                with Image.open(path) as image:
                    both.paste(image.convert("RGB").resize((256, 256), how), (left, 0))
            both.save(folder / split / f"{stem}.png")
            found += 1
    if not found:
        raise FileNotFoundError(f"{source} holds no leftImg8bit/train/*/*_leftImg8bit.png")
    return folder


def show_progress(done, total):
    share = f" of {total / 1e6:,.0f} ({100 * done / total:.0f} %)" if total else ""
    print(f"\r{done / 1e6:,.1f}{share} MB", end="", file=sys.stderr)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "name", choices=["list", "prepare", *SETS], metavar="SET", help="a set, or list, or prepare"
    )
    parser.add_argument("what", nargs="?", help="after prepare: cityscapes")
    parser.add_argument("--to", default=ROOT / "downloads", help="where the set's folder goes (downloads/)")
    parser.add_argument("--from-file", help="unpack this archive instead of downloading")
    parser.add_argument("--from-folder", help="prepare: the folder with leftImg8bit and gtFine")
    parser.add_argument(
        "--mirror", action="append", help="take the archive from this address (may be given again)"
    )
    options = parser.parse_args(arguments)
    if options.name == "list":
        for name, s in SETS.items():
            print(f"{name:24} {s.kind:12} {s.shows}{'; ' + s.remark if s.remark else ''}")
        return 0
    try:
        if options.name == "prepare":
            if options.what != "cityscapes" or not options.from_folder:
                parser.error("say: prepare cityscapes --from-folder FOLDER")
            folder = prepare_cityscapes(options.from_folder, options.to)
        else:
            folder = get(options.name, options.to, options.from_file, options.mirror)
    except (FetchError, ArchiveError, OSError, RuntimeError) as error:
        instead = SETS[options.name].instead if options.name in SETS else 'data.streets("photo", "day")'
        print(f"\n{options.name}: {error}", file=sys.stderr)
        print(f"An archive that you have: --from-file. Embedded instead: {instead}", file=sys.stderr)
        return 1
    print(f"{folder} is ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
