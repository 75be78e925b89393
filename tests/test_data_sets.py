import hashlib
import sys

import pytest
import torch

from course_lib import data
from course_lib.data import store


def digest(*tensors):
    return hashlib.sha256(b"".join(t.contiguous().numpy().tobytes() for t in tensors)).hexdigest()


# what is drawn by code has no file whose checksum could be kept: it is kept here, and the same on every machine
DRAWN = {
    "faces": "77f7c0396e655bb11aba807cb61d33c8a4d25a5fb4eade1e3d0022dd66cad24d",
    "face layers": "1a0168d4ff68715a49021add0ed130a01fc7e5708b5c0324d618c3faa68fe31b",
    "streets drawn day": "602af1417a83f4e4f61612ee45d4cfdbf1d61ae4ed64cb6209a9493d403a8c4f",
    "streets drawn night": "f0f242a8327e232c611746e6b2db7f3239376c5cb8308c6ef3801974fbb5d2ad",
    "streets photo day": "c9b5119636f9ae5df7c401bd4a7738ed66f69049d946696ef24ade3d2e60bc44",
    "streets photo night": "5386d0426951c52e4ce7299cebc170e34dc2443444b6846b99886a1b2289d537",
    "moving emoji": "62b5b1c3b015e5d21f2ed03bbe1233f81eaa7f8c297cdd6634d738f2bdfab1ea",
}


def drawn(name):
    if name == "faces":
        images, attributes = data.faces("test")
        return images, *attributes.values()
    if name == "face layers":
        return (data.face_layers("test"),)
    if name == "moving emoji":
        return data.moving_emoji("test", 20)
    _, look, time = name.split()
    return data.streets(look, time, "test")


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_has_the_recorded_checksum(name):
    assert digest(*drawn(name)) == DRAWN[name]


def test_mnist_holds_the_right_digits():
    (x, y), (tx, ty) = data.mnist("train"), data.mnist("test")
    assert x.shape == (8000, 1, 28, 28)
    assert tx.shape == (2000, 1, 28, 28)
    assert (
        torch.cat([y, ty]).bincount() == torch.tensor([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978])
    ).all()
    means = torch.stack([x[y == c].float().mean(0).flatten() for c in range(10)])
    accuracy = (torch.cdist(tx.float().flatten(1), means).argmin(1) == ty).float().mean()
    assert 0.76 < accuracy < 0.86  # nearest mean on all of MNIST: .82
    assert len({i.numpy().tobytes() for i in data.mnist("all")[0]}) == 10000


def test_emoji_labels_agree_with_the_drawing():
    labels, flat = data.emoji_labels("test"), data.emoji("flat", "test")
    assert labels.shape == (224, 1, 64, 64)
    assert labels.max() < 18
    # painted with its class's colour a pixel is nearer to the drawing than white paper or another emoji's labels are
    painted = data.paint_labels(labels, data.COLOR_PALETTE)
    error = (painted.float() - flat.float()).abs().mean()
    assert error < 0.35 * (255 - flat.float()).abs().mean()
    assert error < 0.35 * (painted.roll(1, 0).float() - flat.float()).abs().mean()
    assert (
        flat.amin(1)[labels[:, 0] == 0] > 250
    ).float().mean() > 0.94  # background is white paper, but for soft edges
    assert store.table("emoji_labels.json")["colors"] == {k: list(v) for k, v in data.COLOR_PALETTE.items()}


def test_face_parts_belong_to_faces():
    assert store.table("emoji_labels.json")["parts"] == list(data.PART_CLASSES)
    labels, images = data.emoji_face_parts("flat", "all")
    assert len(labels) == len(images) == 107
    assert len(data.emoji_face_parts("3d", "train")[0]) + len(data.emoji_face_parts("3d", "test")[0]) == 107
    skin, background = labels[:, 0] == 1, labels[:, 0] == 0
    assert ((skin | background).float().mean((1, 2)) > 0.55).all()
    assert (skin.float().mean((1, 2)) > 0.1).all()  # every face has skin, whatever its colour
    assert (images.amin(1)[background] > 250).float().mean() > 0.92


def test_one_hot_and_paint_refuse_what_they_cannot_show():
    labels = torch.tensor([[[[0, 2]]]], dtype=torch.uint8)
    assert data.one_hot(labels, 3).tolist() == [[[[1, 0]], [[0, 0]], [[0, 1]]]]
    assert data.paint_labels(labels, [(1, 2, 3), (4, 5, 6), (7, 8, 9)])[0, :, 0, 1].tolist() == [7, 8, 9]
    with pytest.raises(ValueError, match="not below num_classes 2"):
        data.one_hot(labels, 2)
    with pytest.raises(ValueError, match="label 2 has no colour among 2"):
        data.paint_labels(labels, [(0, 0, 0), (1, 1, 1)])


def test_faces_are_what_their_attributes_say():
    images, a = data.faces("all")
    layers = data.face_layers("all")
    assert images.shape == (32 * 26 * 4, 3, 64, 64)
    eyes, mouths = data.face_parts()
    assert (len(eyes), len(mouths)) == (32, 26)
    counts = torch.stack([(layers == i).sum((1, 2, 3)) for i in range(len(data.FACE_LAYERS))], 1)
    assert torch.equal(counts[:, data.FACE_LAYERS.index("blush")] > 0, a["blush"])
    assert torch.equal(counts[:, data.FACE_LAYERS.index("tear")] > 0, a["tear"])
    assert (counts[:, 3:5] > 0).all()  # every face has a mouth and eyes
    # one attribute changes, all else stays: the same face with and without a tear differs only where the tear lies
    plain = (a["eyes"] == 3) & (a["mouth"] == 5) & ~a["blush"]
    without, with_tear = images[plain & ~a["tear"]][0], images[plain & a["tear"]][0]
    changed = (without != with_tear).any(0)
    assert 0 < changed.sum() < 150
    smiling = {mouths[i] for i in a["mouth"][a["smile"]].unique().tolist()}
    assert "smile" in smiling
    assert "frown" not in smiling
    shut = {eyes[i] for i in a["eyes"][~a["eyes_open"]].unique().tolist()}
    assert {"shut", "relieved"} <= shut
    assert "round" not in shut


def test_tested_faces_show_pairs_of_parts_never_seen_in_training():
    def pair_set(split):
        _, a = data.faces(split)
        return set(zip(a["eyes"].tolist(), a["mouth"].tolist()))

    train, test = pair_set("train"), pair_set("test")
    assert not train & test
    assert len(train) + len(test) == 32 * 26
    assert {e for e, _ in train} == set(range(32))
    assert {m for _, m in train} == set(range(26))


def test_streets_share_their_layout_between_looks_and_times():
    day, labels = data.streets("drawn", "day", "test")
    night, night_labels = data.streets("drawn", "night", "test")
    assert day.shape == (200, 3, 64, 96)
    assert torch.equal(labels, night_labels)
    assert night.float().mean() < 0.6 * day.float().mean()
    photo_labels = data.streets("photo", "day", "test")[1]
    # two fonts draw a car differently; outside the sprites the scenes agree
    assert (labels == photo_labels).float().mean() > 0.88
    share = labels.flatten().bincount(minlength=9) / labels.numel()
    assert (share > 0.02).all()  # no class is too rare to be learned
    assert len(data.STREET_CLASSES) == len(data.STREET_PALETTE) == 9


def test_street_splits_are_parts_of_the_whole(monkeypatch):
    monkeypatch.setattr(sys.modules["course_lib.data.streets"], "SIZES", {"train": 12, "test": 5})
    everything, labels = data.streets("photo", "night", "all")
    test, test_labels = data.streets("photo", "night", "test")
    assert torch.equal(everything[12:], test)
    assert torch.equal(labels[12:], test_labels)
    assert torch.equal(everything[:12], data.streets("photo", "night", "train")[0])
    assert len({x.numpy().tobytes() for x in everything}) == 17


@pytest.mark.parametrize("who", ["a", "b"])
def test_dancers_are_drawn_around_their_joints(who):
    video, pose, joints = data.dancers(who, "test")
    assert video.shape == pose.shape == (8, 24, 3, 64, 64)
    assert joints.shape == (8, 24, len(data.JOINTS), 2)
    hand = data.JOINTS.index("left hand")
    inside = (joints > 1).all(-1) & (joints < 63).all(-1)
    hits = []
    for n, t in inside[..., hand].nonzero().tolist():
        x, y = joints[n, t, hand].long().tolist()
        hits.append(bool(pose[n, t, :, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].amax() > 100))
    assert len(hits) > 100
    assert all(hits)
    assert not (pose[:, :, :, :2, :2] > 0).any()  # black where nobody is


def test_both_dancers_dance_the_same_dance_with_other_bodies():
    (_, _, a), (_, _, b) = data.dancers("a", "train"), data.dancers("b", "train")
    hip = data.JOINTS.index("hip")
    torch.testing.assert_close(a[:, :, hip], b[:, :, hip])
    neck = data.JOINTS.index("neck")
    torch.testing.assert_close(
        (a[:, :, neck] - a[:, :, hip]).norm(dim=-1), torch.full((24, 24), 16.0), atol=0.02, rtol=0
    )
    torch.testing.assert_close(
        (b[:, :, neck] - b[:, :, hip]).norm(dim=-1), torch.full((24, 24), 19.0), atol=0.02, rtol=0
    )
    assert len(data.dancers("a", "all")[0]) == 32


def test_moving_emoji_move_where_they_say():
    video, corner = data.moving_emoji("test", 30)
    assert video.shape == (30, 16, 3, 64, 64)
    assert corner.min() >= 0
    assert corner.max() <= 44
    covered = torch.zeros(30, 16, 64, 64, dtype=torch.bool)
    for n in range(30):
        for t in range(16):
            for x, y in corner[n, t].tolist():
                covered[n, t, y : y + 20, x : x + 20] = True
    assert (video.amin(2)[~covered] == 255).all()
    steps = (corner[:, 1:] - corner[:, :-1]).abs()
    assert steps.max() <= 4
    speed = steps.flatten(2).amax(1)  # every coordinate moves, and bounces only lose speed for a frame
    assert (speed >= 1).all()


# --- batches


def test_batches_visit_everything_once_and_keep_the_pairs():
    x = torch.arange(10)
    seen = list(
        data.batches(x, x * 2, batch_size=4, generator=torch.Generator().manual_seed(0), drop_last=False)
    )
    assert [len(a) for a, _ in seen] == [4, 4, 2]
    assert torch.equal(torch.cat([a for a, _ in seen]).sort().values, x)
    assert all(torch.equal(b, a * 2) for a, b in seen)
    again = list(data.batches(x, batch_size=4, generator=torch.Generator().manual_seed(0)))
    assert [len(a) for a in again] == [4, 4]
    assert torch.equal(again[0], seen[0][0])
    state = torch.get_rng_state()
    list(data.batches(x, batch_size=3, generator=torch.Generator().manual_seed(1)))
    assert torch.equal(state, torch.get_rng_state())
    with pytest.raises(ValueError, match=r"equally long, got \[10, 9\]"):
        next(data.batches(x, x[:9], batch_size=2))
    with pytest.raises(ValueError, match="at least 1"):
        next(data.batches(x, batch_size=0))


def test_augment_cuts_windows_and_mirrors_aligned():
    y, x = torch.meshgrid(torch.arange(9), torch.arange(12), indexing="ij")
    image = (y * 12 + x).to(torch.uint8)[None, None].expand(64, 1, -1, -1)
    a, b = data.augment(image, image + 100, size=5, generator=torch.Generator().manual_seed(3))
    assert torch.equal(a + 100, b)
    assert a.dtype == torch.uint8
    starts, mirrored = set(), 0
    for window in a[:, 0].long():
        flipped = window[0, 1] < window[0, 0]
        mirrored += int(flipped)
        window = window.flip(-1) if flipped else window
        top, left = divmod(int(window[0, 0]), 12)
        starts.add((top, left))
        assert torch.equal(window, (y * 12 + x)[top : top + 5, left : left + 5])
    assert len(starts) > 20
    assert max(t for t, _ in starts) == 4
    assert max(left for _, left in starts) == 7
    assert 20 < mirrored < 44


def test_augment_pads_by_repeating_the_border_and_leaves_its_input_alone():
    image = torch.arange(16, dtype=torch.uint8).reshape(1, 1, 4, 4).repeat(50, 1, 1, 1)
    before = image.clone()
    out = data.augment(image, pad=2, flip=False, generator=torch.Generator().manual_seed(0))
    assert out.shape == image.shape
    assert torch.equal(image, before)
    padded = torch.nn.functional.pad(image[:1].float(), [2] * 4, mode="replicate")[0, 0]
    windows = {
        tuple(padded[t : t + 4, left : left + 4].flatten().tolist()) for t in range(5) for left in range(5)
    }
    assert {tuple(o.flatten().tolist()) for o in out.float()} <= windows
    assert len({tuple(o.flatten().tolist()) for o in out.float()}) > 10
    assert torch.equal(data.augment(image, flip=False), image)
    with pytest.raises(ValueError, match="exceeds images of 4 x 4 with pad 0"):
        data.augment(image, size=5)
    with pytest.raises(ValueError, match="must be aligned"):
        data.augment(image, image[:, :, :3])
