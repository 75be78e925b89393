import json
import re
import sys
from pathlib import Path

import pytest
import torch

from course_lib import data
from course_lib.data import store
from course_lib.data.__main__ import main
from course_lib.data.catalogue import set_bytes

ROOT = Path(__file__).resolve().parents[1]
CARDS = ROOT / "course_lib" / "data" / "cards"
sys.path.insert(0, str(ROOT / "data_scripts"))


def test_every_embedded_file_belongs_to_one_set():
    for name in store.manifest():
        assert sum(name.startswith(entry.files) for entry in data.CATALOGUE.values() if entry.files) == 1, (
            name
        )
    assert sum(map(set_bytes, data.CATALOGUE)) == sum(e["bytes"] for e in store.manifest().values())


def test_every_script_in_the_manifest_exists():
    assert all((ROOT / entry["script"]).is_file() for entry in store.manifest().values())


def test_the_listing_names_sets_sizes_and_licences(capsys, tmp_path):
    main(["mnist", "--sheets", str(tmp_path)])
    out = capsys.readouterr().out
    assert "mnist" in out
    assert "CC BY-SA 3.0" in out
    assert "MB" in out
    assert (tmp_path / "mnist.png").stat().st_size > 10_000
    with pytest.raises(SystemExit):
        main(["cifar"])
    assert "no set cifar; there are photos" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["photos", "emoji_labels", "moving_emoji"])
def test_contact_sheets_show_pictures(name):
    sheet = data.contact_sheet(name)
    assert sheet.dtype == torch.uint8
    assert sheet.shape[0] == 3
    assert sheet.float().std() > 30
    with pytest.raises(ValueError, match="no set 'cifar'"):
        data.contact_sheet("cifar")


def test_every_set_has_a_card_with_its_picture_licence_and_floors():
    floors = json.loads((CARDS / "floors.json").read_text())
    assert set(floors) == set(data.CATALOGUE) == {p.stem for p in CARDS.glob("*.md")}
    for name in data.CATALOGUE:
        text = (CARDS / f"{name}.md").read_text()
        assert f"]({name}.webp)" in text
        assert (CARDS / f"{name}.webp").stat().st_size < 150_000
        for part in ("**Licence.**", "**Known flaws.**", "**Floors to beat**"):
            assert part in text
        for task, values in floors[name].items():
            for floor, value in values.items():
                assert f"| {task} | {floor} | {value:.3f} |" in text


@pytest.mark.parametrize("name", ["emoji", "mnist", "dancers"])
def test_floors_are_what_the_data_says(name):
    import make_cards

    kept = json.loads((CARDS / "floors.json").read_text())[name]
    for task, values in make_cards.floors(name).items():
        assert kept[task] == pytest.approx(values, abs=2e-3)


def test_licences_name_every_file_and_every_photo():
    text = (ROOT / "LICENSES" / "data.md").read_text()
    for p in data.photo_index():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{p.name}.webp` |"))
        assert p.author in row
        assert p.licence in row
    named = re.findall(r"`([\w*./]+)`", text)
    patterns = [re.compile(re.escape(n).replace(r"\*", ".*") + "$") for n in named]
    for name in store.manifest():
        assert any(p.match(name) or p.match(name.split("/")[-1]) for p in patterns), name
    for linked in re.findall(r"\]\(([\w.-]+\.txt)\)", text):
        assert (ROOT / "LICENSES" / linked).is_file()


def test_the_whole_listing_has_every_set(capsys):
    main([])
    out = capsys.readouterr().out
    assert all(name in out for name in data.CATALOGUE)
    assert "together" in out
