"""`python -m course_lib.data` lists the embedded sets; `--sheets FOLDER` writes a contact sheet of each as PNG."""

import argparse
from pathlib import Path

from .catalogue import CATALOGUE, contact_sheet, set_bytes


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m course_lib.data", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SET", help=f"only these: {', '.join(CATALOGUE)}")
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="write contact sheets there")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in CATALOGUE]
    if unknown:
        parser.error(f"no set {', '.join(unknown)}; there are {', '.join(CATALOGUE)}")
    names = options.names or list(CATALOGUE)
    for name in names:
        entry = CATALOGUE[name]
        print(
            f"{name:14} {set_bytes(name) / 1e6:5.2f} MB  {entry.holds}\n{'':24}data.{entry.call}\n{'':24}{entry.licence}"
        )
    print(
        f"{'together':14} {sum(map(set_bytes, names)) / 1e6:5.2f} MB; cards in course_lib/data/cards/, licences in LICENSES/data.md"
    )
    if options.sheets:
        from PIL import Image

        options.sheets.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = options.sheets / f"{name}.png"
            Image.fromarray(contact_sheet(name).permute(1, 2, 0).numpy()).save(path, optimize=True)
            print(path)


if __name__ == "__main__":
    main()
