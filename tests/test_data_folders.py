import warnings

import pytest
import torch
from PIL import Image

from course_lib import data


def paint(path, color, size=(20, 10), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path, **options)


def test_subfolders_are_classes_and_bad_files_are_named(tmp_path):
    paint(tmp_path / "cats" / "b.png", (200, 0, 0))
    paint(tmp_path / "cats" / "deep" / "a.jpg", (0, 200, 0), quality=95)
    paint(tmp_path / "dogs" / "x.webp", (0, 0, 200), lossless=True)
    (tmp_path / "dogs" / "broken.png").write_bytes(b"this is no picture")
    whole = (tmp_path / "cats" / "b.png").read_bytes()
    (tmp_path / "dogs" / "short.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "dogs" / "notes.txt").write_text("not a picture, not looked at")
    (tmp_path / ".hidden").mkdir()
    with pytest.warns(UserWarning, match="was left out") as caught:
        folder = data.load_folder(tmp_path, size=8)
    named = " ".join(str(w.message) for w in caught)
    assert "broken.png" in named
    assert "short.png" in named
    assert "notes.txt" not in named
    assert sorted(p.name for p in folder.skipped) == ["broken.png", "short.png"]
    assert folder.classes == ("cats", "dogs")
    assert [p.name for p in folder.files] == ["b.png", "a.jpg", "x.webp"]
    assert folder.labels.tolist() == [0, 0, 1]
    assert folder.images.shape == (3, 3, 8, 8)
    assert folder.images.dtype == torch.uint8
    assert folder.images[0, :, 4, 4].tolist() == [200, 0, 0]
    assert folder.images[2, :, 0, 0].tolist() == [0, 0, 200]


def test_a_flat_folder_has_one_class(tmp_path):
    paint(tmp_path / "one.PNG", (1, 2, 3), format="PNG")
    folder = data.load_folder(tmp_path, size=4)
    assert folder.classes == ("",)
    assert folder.labels.tolist() == [0]
    assert folder.images[0, :, 0, 0].tolist() == [1, 2, 3]


def test_odd_modes_become_rgb_on_white(tmp_path):
    paint(tmp_path / "a.png", (255, 0, 0, 0), mode="RGBA")
    paint(tmp_path / "b.png", (0, 0, 0, 128), mode="RGBA")
    paint(tmp_path / "c.png", 77, mode="L")
    paint(tmp_path / "d.png", 1, mode="1")
    paint(tmp_path / "e.gif", 3, mode="P")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images = data.load_folder(tmp_path, size=4).images
    assert images[0].unique().tolist() == [255]
    assert images[1].unique().tolist() == [127]
    assert images[2].unique().tolist() == [77]
    assert images[3].unique().tolist() == [255]
    assert images.shape == (5, 3, 4, 4)


def test_the_middle_square_is_kept_and_photos_stand_upright(tmp_path):
    image = Image.new("RGB", (30, 10), (255, 0, 0))
    image.paste((0, 255, 0), (10, 0, 20, 10))
    image.save(tmp_path / "a.png")
    turned = Image.new("RGB", (10, 10), (0, 0, 255))
    turned.paste((255, 255, 255), (0, 0, 10, 5))  # white above
    exif = Image.Exif()
    exif[0x0112] = 3  # lies upside down
    turned.save(tmp_path / "b.jpg", exif=exif, quality=100)
    images = data.load_folder(tmp_path, size=10).images
    assert (images[0, 1] == 255).all()
    assert (images[0, 0] == 0).all()
    assert images[1, 0, 9, 5] > 240
    assert images[1, 0, 0, 5] < 30


def test_pairs_side_by_side(tmp_path):
    for i in range(3):
        image = Image.new("RGB", (64, 32), (10 * i, 0, 0))
        image.paste((0, 0, 100 + i), (32, 0, 64, 32))
        (tmp_path / "train").mkdir(exist_ok=True)
        image.save(tmp_path / "train" / f"{i}.png")
    x, y = data.load_pairs(tmp_path, size=16)
    assert x.shape == y.shape == (3, 3, 16, 16)
    assert x[:, 0].flatten(1).unique(dim=1).tolist() == [[0], [10], [20]]
    assert y[:, 2].flatten(1).unique(dim=1).tolist() == [[100], [101], [102]]
    swapped = data.load_pairs(tmp_path, size=16, swap=True)
    assert torch.equal(swapped[0], y)
    assert torch.equal(swapped[1], x)


def test_unpaired_folders(tmp_path):
    for i in range(2):
        paint(tmp_path / "trainA" / f"{i}.png", (i, i, i))
    paint(tmp_path / "trainB" / "z.png", (9, 9, 9))
    x, y = data.load_unpaired(tmp_path, size=6)
    assert x.shape == (2, 3, 6, 6)
    assert y.shape == (1, 3, 6, 6)
    assert x[:, 0, 0, 0].tolist() == [0, 1]


def test_an_empty_or_missing_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere is not a folder.*download\.py"):
        data.load_folder(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="no readable picture"):
        data.load_folder(tmp_path)
    with pytest.raises(FileNotFoundError, match="train is not a folder"):
        data.load_pairs(tmp_path)
    with pytest.raises(FileNotFoundError, match="trainA is not a folder"):
        data.load_unpaired(tmp_path)


def test_the_embedded_emoji_written_out_load_as_they_were(tmp_path):
    """One loader for both: embedded 64 px pictures saved to a folder come back unchanged."""
    images = data.emoji("flat", "test")[:6]
    for i, image in enumerate(images):
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(tmp_path / f"{i}.png")
    assert torch.equal(data.load_folder(tmp_path, size=64).images, images)
