"""The course's pictures: small real data sets that need no network, as uint8 tensors (N, C, H, W).

    from course_lib import data
    images, labels = data.fashion_mnist("train")       # (8000, 1, 28, 28), (8000,)
    x, y = data.pairs("flat", "3d", "train")           # aligned emoji, (N, 3, 64, 64) each
    photo = data.to_float(data.photo("china"))         # (1, 3, 342, 512) in [-1, 1]

Nothing else knows where data lies. Every function takes the split "train", "test" or "all"; the splits never change.
`python -m course_lib.data` lists the sets with sizes and licences.
"""

from .clothes_and_digits import FASHION_CLASSES, fashion_mnist
from .emoji import STYLES, Emoji, emoji, emoji_groups, emoji_index, pairs, unpaired
from .photos import Photo, photo, photo_index, photo_patches, photos
from .store import DataFileError, to_float, to_uint8

__all__ = [
    "FASHION_CLASSES",
    "STYLES",
    "DataFileError",
    "Emoji",
    "Photo",
    "emoji",
    "emoji_groups",
    "emoji_index",
    "fashion_mnist",
    "pairs",
    "photo",
    "photo_index",
    "photo_patches",
    "photos",
    "to_float",
    "to_uint8",
    "unpaired",
]
