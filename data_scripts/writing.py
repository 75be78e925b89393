"""How the builders write: sheets of tiles, checksums of files and of decoded pixels, one manifest.

Every builder is deterministic: run twice, it writes the same pixels (and, with the pinned Pillow, the same bytes). A rebuild
whose pixels differ from the manifest stops, unless `--accept` says that the data is meant to change.
"""

import argparse
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "course_lib" / "data" / "files"
COLUMNS = 40


def sheet(tiles, columns=COLUMNS):
    """(N, H, W[, C]) uint8 -> one image of rows of tiles, the last row filled with white."""
    n, height, width = tiles.shape[:3]
    rows = -(-n // columns)
    padded = np.full((rows * columns, *tiles.shape[1:]), 255, np.uint8)
    padded[:n] = tiles
    grid = padded.reshape(rows, columns, *tiles.shape[1:]).swapaxes(1, 2)
    return np.ascontiguousarray(grid.reshape(rows * height, columns * width, *tiles.shape[3:]))


def encode(array, kind, **options):
    out = io.BytesIO()
    defaults = {"png": {"optimize": True}, "webp": {"lossless": True, "quality": 90, "method": 5}}[kind]
    Image.fromarray(array).save(out, kind.upper(), **(options or defaults))
    return out.getvalue()


def decode(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


class Writer:
    """Writes embedded files and keeps the manifest. `with Writer(__file__) as write: write.tiles("x.png", array)`."""

    def __init__(self, script):
        parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
        parser.add_argument(
            "--accept", action="store_true", help="take new pixels: the data is meant to change"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing, only compare with the manifest"
        )
        self.options = parser.parse_args()
        self.script = Path(script).resolve().relative_to(ROOT).as_posix()
        self.path = FILES / "manifest.json"
        self.old = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.new, self.data, self.changed = {}, {}, []

    def __enter__(self):
        return self

    def put(self, name, data, pixels=None, **entry):
        """`pixels`: the decoded array in the order (N, C, H, W) or (C, H, W); None for what is not a picture."""
        digest = hashlib.sha256(
            data if pixels is None else np.ascontiguousarray(pixels).tobytes()
        ).hexdigest()
        entry |= {
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "pixels": digest,
            "script": self.script,
        }
        if pixels is not None:
            entry["shape"] = list(pixels.shape)
        if self.old.get(name, {}).get("pixels", digest) != digest:
            self.changed.append(name)
        self.new[name], self.data[name] = entry, data

    def tiles(self, name, tiles, columns=COLUMNS, **options):
        """(N, H, W) or (N, H, W, 3 or 4) uint8 as one lossless sheet, compared pixel by pixel after encoding."""
        image = sheet(tiles, columns)
        data = encode(image, name.rsplit(".", 1)[1], **options)
        back = decode(data)
        if back.ndim == 3 and image.ndim == 2:
            back = back[..., 0]
        if not np.array_equal(back, image):
            raise SystemExit(f"{name}: the encoded sheet does not decode to the same pixels")
        nchw = tiles[:, None] if tiles.ndim == 3 else tiles.transpose(0, 3, 1, 2)
        self.put(name, data, nchw)

    def picture(self, name, array, **options):
        """(H, W, 3) uint8; the checksum is of the decoded pixels, so a lossy encoding is allowed."""
        data = encode(array, name.rsplit(".", 1)[1], **options)
        self.put(name, data, decode(data).transpose(2, 0, 1))

    def json(self, name, content):
        text = json.dumps(content, ensure_ascii=False, indent=None, separators=(",", ":"))
        self.put(name, (text.replace("},{", "},\n{") + "\n").encode())

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        lost = [n for n, e in self.old.items() if e["script"] == self.script and n not in self.new]
        for name in self.changed + lost:
            print(
                f"{name}: pixels differ from the manifest" if name in self.new else f"{name}: no longer built"
            )
        if (self.changed or lost) and not self.options.accept:
            raise SystemExit("the rebuilt data is not the committed data (use --accept if that is intended)")
        if self.options.check:
            same = sum(self.old.get(n, {}).get("sha256") == e["sha256"] for n, e in self.new.items())
            print(
                f"{self.script}: {len(self.new)} files with the manifest's pixels, {same} of them byte for byte"
            )
            return
        for name in lost:
            (FILES / name).unlink(missing_ok=True)
        for name, data in self.data.items():
            path = FILES / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        kept = {n: e for n, e in self.old.items() if e["script"] != self.script}
        self.path.write_text(json.dumps(dict(sorted((kept | self.new).items())), indent=1) + "\n")
        print(f"{len(self.new)} files, {sum(map(len, self.data.values())) / 1e6:.2f} MB, by {self.script}")
