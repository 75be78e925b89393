"""Build the photos: 24 pictures of at most 512 px from Debian's Lomiri wallpapers, scikit-learn and scikit-image."""

import numpy as np
from PIL import Image
from sources import unpack
from writing import Writer

BY4, BYSA4, BYSA3, BY2, CC0, PD = (
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-2.0",
    "CC0-1.0",
    "public domain",
)
# name: (source, file, author, licence, split, what it shows)
PHOTOS = {
    "astronaut": (
        "scikit_image",
        "astronaut.png",
        "NASA",
        PD,
        "train",
        "the astronaut Eileen Collins in an orange suit",
    ),
    "dogs": (
        "wallpapers_16",
        "friends_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi",
        BY4,
        "train",
        "two dogs at a window",
    ),
    "brick": ("scikit_image", "brick.png", "CC0Textures, Bricks25", CC0, "train", "a brick wall, grey"),
    "bridge": (
        "wallpapers_16",
        "Bridge_by_Sander_Klootwijk.jpg",
        "Sander Klootwijk",
        BYSA4,
        "train",
        "cables of a bridge before the sky",
    ),
    "brushes": (
        "wallpapers_16",
        "Picture_1A_by_freespace.jpg",
        'Trevor "Freespace"',
        BY4,
        "train",
        "paint brushes in blue and pink",
    ),
    "cat": ("scikit_image", "chelsea.png", "Stefan van der Walt", CC0, "test", "the face of a tabby cat"),
    "china": (
        "scikit_learn",
        "china.jpg",
        "danielbuechele",
        BY2,
        "train",
        "a many-storeyed Chinese temple tower",
    ),
    "clock": (
        "wallpapers_16",
        "greentock_by_Peter_Nerlich.jpg",
        "Peter Nerlich",
        BYSA4,
        "train",
        "the edge of a wall clock",
    ),
    "coffee": (
        "scikit_image",
        "coffee.png",
        "Rachel Michetti",
        CC0,
        "train",
        "a red cup of coffee on a wooden table",
    ),
    "dahlia": ("scikit_learn", "flower.jpg", "vultilion", BY2, "test", "an orange dahlia"),
    "dandelion": (
        "wallpapers_16",
        "seeding_by_Clements_Engelhardt.jpg",
        "Clemens Engelhardt",
        CC0,
        "train",
        "dandelions against the light",
    ),
    "drum": (
        "wallpapers_16",
        "Wine_by_Jakkub_Mede.jpg",
        "Jakub Mede",
        BY4,
        "train",
        "a drum in a living room",
    ),
    "fig": (
        "wallpapers_16",
        "Picture_0B_by_freespace.jpg",
        'Trevor "Freespace"',
        BY4,
        "test",
        "half a fig in a red bowl",
    ),
    "galaxies": (
        "scikit_image",
        "hubble_deep_field.jpg",
        "NASA, Hubble",
        PD,
        "train",
        "galaxies of the Hubble deep field",
    ),
    "grass": ("scikit_image", "grass.png", "CC0Textures", CC0, "train", "grass from above, grey"),
    "gravel": (
        "scikit_image",
        "gravel.png",
        "CC0Textures, Gravel04",
        CC0,
        "train",
        "gravel from above, grey",
    ),
    "lamp_bird": (
        "wallpapers_16",
        "free_by_Peter_Nerlich.jpg",
        "Peter Nerlich",
        BYSA4,
        "train",
        "a toy bird under a lamp",
    ),
    "leaves": (
        "wallpapers_16",
        "Dragonfly_by_Bolly.jpg",
        "Bolly",
        BYSA4,
        "train",
        "a dragonfly among leaves",
    ),
    "mountains": (
        "wallpapers_16",
        "picosdeeuropa_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi",
        BY4,
        "test",
        "rocky mountains above a slope",
    ),
    "nuthatch": (
        "wallpapers_20",
        "Kleiber_by_Lukas_Baubkus.jpg",
        "Lukas Baubkus",
        BYSA3,
        "train",
        "a nuthatch on the bark of a tree",
    ),
    "rocket": ("scikit_image", "rocket.jpg", "SpaceX", PD, "train", "a rocket between four towers at dusk"),
    "stream": (
        "wallpapers_16",
        "life_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi",
        BY4,
        "train",
        "a stream among rocks in a forest",
    ),
    "sunset": (
        "wallpapers_16",
        "sunset_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi",
        BY4,
        "train",
        "the sun low over a hill",
    ),
    "valley": (
        "wallpapers_16",
        "aitzgorri_by_Aitzol_Berasategi.jpg",
        "Aitzol Berasategi",
        BY4,
        "train",
        "autumn trees between a meadow and a ridge",
    ),
}
SIDE = 512

if __name__ == "__main__":
    folders = {source: unpack(source) for source in sorted({p[0] for p in PHOTOS.values()})}
    with Writer(__file__) as write:
        index = []
        for name, (source, file, author, licence, split, shows) in PHOTOS.items():
            (path,) = folders[source].rglob(file)
            with Image.open(path) as image:
                image = image.convert("RGB")
            image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
            write.picture(f"photos/{name}.webp", np.asarray(image), quality=92, method=6)
            index.append(
                {
                    "name": name,
                    "shows": shows,
                    "split": split,
                    "author": author,
                    "licence": licence,
                    "file": file,
                    "source": source,
                }
            )
        write.json("photos/index.json", index)
