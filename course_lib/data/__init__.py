"""The course's pictures: small real data sets that need no network, as uint8 tensors (N, C, H, W).

    from course_lib import data
    images, labels = data.fashion_mnist("train")       # (8000, 1, 28, 28), (8000,)
    x, y = data.pairs("flat", "3d", "train")           # aligned emoji, (N, 3, 64, 64) each
    photo = data.to_float(data.photo("china"))         # (1, 3, 342, 512) in [-1, 1]
    for x, y in data.batches(x, y, batch_size=16):     # shuffled; augment(x, y, pad=4) crops and flips

Nothing else knows where data lies. Every function takes the split "train", "test" or "all"; the splits never change.
`python -m course_lib.data` lists the sets with sizes and licences.
"""

from .batches import augment, batches
from .catalogue import CATALOGUE, contact_sheet
from .clothes_and_digits import FASHION_CLASSES, fashion_mnist, mnist
from .emoji import STYLES, Emoji, emoji, emoji_groups, emoji_index, pairs, unpaired
from .faces import FACE_LAYERS, face_layers, face_parts, faces
from .folders import Folder, load_folder, load_pairs, load_unpaired
from .labels import (
    COLOR_CLASSES,
    COLOR_PALETTE,
    PART_CLASSES,
    PART_PALETTE,
    emoji_face_parts,
    emoji_labels,
    one_hot,
    paint_labels,
)
from .motion import JOINTS, dancers, moving_emoji
from .photos import Photo, photo, photo_index, photo_patches, photos
from .store import DataFileError, to_float, to_uint8
from .streets import STREET_CLASSES, STREET_PALETTE, streets

__all__ = [
    "CATALOGUE",
    "COLOR_CLASSES",
    "COLOR_PALETTE",
    "FACE_LAYERS",
    "FASHION_CLASSES",
    "JOINTS",
    "PART_CLASSES",
    "PART_PALETTE",
    "STREET_CLASSES",
    "STREET_PALETTE",
    "STYLES",
    "DataFileError",
    "Emoji",
    "Folder",
    "Photo",
    "augment",
    "batches",
    "contact_sheet",
    "dancers",
    "emoji",
    "emoji_face_parts",
    "emoji_groups",
    "emoji_index",
    "emoji_labels",
    "face_layers",
    "face_parts",
    "faces",
    "fashion_mnist",
    "load_folder",
    "load_pairs",
    "load_unpaired",
    "mnist",
    "moving_emoji",
    "one_hot",
    "paint_labels",
    "pairs",
    "photo",
    "photo_index",
    "photo_patches",
    "photos",
    "streets",
    "to_float",
    "to_uint8",
    "unpaired",
]
