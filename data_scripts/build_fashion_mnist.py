"""Build Fashion-MNIST 10k: of every class the 800 training and 200 test images with the smallest SHA-256, doubles left out."""

import gzip
import hashlib

import numpy as np
from sources import unpack
from writing import Writer


def read_idx(path):
    """The IDX format: two zero bytes, the type (8 = uint8), the number of axes, the axes as big-endian uint32, the data."""
    data = gzip.decompress(path.read_bytes())
    if data[:3] != b"\0\0\x08":
        raise SystemExit(f"{path} is not an IDX file of bytes")
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def smallest_by_hash(images, labels, per_class, taken):
    """Indices of `per_class` different images a class, the classes taking turns; `taken` grows by the images' hashes."""
    hashed = sorted(
        (int(y), hashlib.sha256(x.tobytes()).hexdigest(), i) for i, (x, y) in enumerate(zip(images, labels))
    )
    chosen, count = [], dict.fromkeys(range(10), 0)
    for y, digest, i in hashed:
        if digest not in taken and count[y] < per_class:
            taken.add(digest)
            chosen.append((count[y], y, i))
            count[y] += 1
    if any(c != per_class for c in count.values()):
        raise SystemExit(f"too few images a class: {count}")
    return np.array([i for _, _, i in sorted(chosen)])  # image k has label k % 10


if __name__ == "__main__":
    (folder,) = unpack("fashion_mnist").rglob("fashion-mnist/train-images-idx3-ubyte.gz")
    folder = folder.parent
    taken = set()
    with Writer(__file__) as write:
        for split, part, per_class in (("train", "train", 800), ("test", "t10k", 200)):
            images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
            labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
            chosen = smallest_by_hash(images, labels, per_class, taken)
            write.tiles(f"fashion_mnist_{split}.png", images[chosen])
