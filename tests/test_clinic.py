"""The training clinics: records are read as they were written, faults are what they say, the ward shows its patients."""

import importlib.util
import json
import math
import sys

import pytest
import torch
from PIL import Image

from course_lib import clinic, data, viz
from course_lib.cyclegan import ImagePool, cyclegan_step
from course_lib.devices import adam
from course_lib.patchgan import PatchDiscriminator
from course_lib.pix2pix import pix2pix_step
from course_lib.training import Batches
from course_lib.unet import UNetGenerator
from course_lib.unpaired import UnpairedBatches, translate
from course_lib.widgets.ward import Ward


@pytest.fixture(scope="module")
def script(request):
    """data_scripts/clinic_runs.py as a module."""
    folder = request.config.rootpath / "data_scripts"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("clinic_runs", folder / "clinic_runs.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["clinic_runs"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(folder))
        for name in ("clinic_runs", "running", "sweep"):
            sys.modules.pop(name, None)


# --- records


@pytest.fixture
def folder(tmp_path):
    """A record of two seeds, written by hand."""
    pixels = torch.arange(3 * 28 * 2 * 28).view(84, 56).remainder(251).to(torch.uint8)
    runs = []
    for seed in (1, 0):
        Image.fromarray(pixels.numpy()).save(tmp_path / f"p{seed}.png")
        result = {
            "steps": 20,
            "every": 5,
            "looks": [0, 20],
            "curves": {"loss": "2.5 1 nan 0.25"},
            "pictures": f"p{seed}.png",
            "measures": {},
        }
        if seed == 0:
            result |= {
                "confusion": [" ".join(map(str, range(100)))] * 2,
                "filters": [[0.0] * 25] * 8,
                "held_out": [0.1, 0.5],
                "fresh": [0.1, 0.4],
            }
        runs.append({"setting": {"patient": "healthy"}, "seed": seed, "seconds": 1.0, "result": result})
    (tmp_path / "clinic_9.json").write_text(json.dumps({"runs": runs}))
    return tmp_path, pixels


def test_a_record_is_read_as_it_was_written(folder):
    path, pixels = folder
    first, second = clinic.load_runs(9, path)["healthy"]
    assert (first.seed, second.seed) == (0, 1)
    assert first.x.tolist() == [2.5, 7.5, 12.5, 17.5]
    assert first.curves["loss"][:2].tolist() == [2.5, 1.0]
    assert first.curves["loss"][2].isnan()
    assert first.pictures.shape == (3, 2, 1, 28, 28)
    assert torch.equal(first.pictures[1, 1, 0], pixels[28:56, 28:])
    assert first.confusion[0, 3, 7] == 37
    assert not hasattr(second, "confusion")
    assert clinic.end_of(second, "loss", points=1) == 0.25


def test_a_confusion_matrix_is_orange_where_right_blue_where_wrong_white_where_never():
    counts = torch.zeros(10, 10, dtype=torch.long)
    counts[0, 0], counts[1, 1], counts[1, 4] = 7, 1, 3
    image = clinic.confusion_image(counts, zoom=2)
    assert image.shape == (3, 20, 20)
    palette = viz.signed_palette()
    assert torch.equal(image[:, 0, 0], palette[254])
    assert torch.equal(image[:, 3, 9], palette[127 - 95])  # three quarters of the way to blue
    assert torch.equal(image[:, 5, 5], palette[127])


def test_a_coloured_sheet_comes_back_as_tiles(tmp_path):
    shades = torch.arange(4 * 6, dtype=torch.uint8).view(4, 6, 1, 1, 1) * 10  # a shade a tile
    colors = torch.cat([shades, 255 - shades, shades // 2], 2).expand(-1, -1, -1, 24, 24)
    sheet = colors.permute(0, 3, 1, 4, 2).reshape(4 * 24, 6 * 24, 3)
    Image.fromarray(sheet.contiguous().numpy()).save(tmp_path / "p.jpg", quality=95, subsampling=0)
    back = clinic._pictures(tmp_path / "p.jpg", 24)
    assert back.shape == (4, 6, 3, 24, 24)
    assert (back[..., 12, 12].int() - colors[..., 12, 12].int()).abs().max() <= 4


@pytest.mark.parametrize("part", [1, 2, 4, 5, 6])
def test_the_shipped_records_are_whole(part, script):
    runs, content = clinic.load_runs(part), json.loads((clinic.FOLDER / f"clinic_{part}.json").read_text())
    patients = script.PARTS[str(part)][0]
    assert set(patients) - script.RESERVED_FOR_QUESTIONS <= set(runs) <= set(patients)
    for patient, found in runs.items():
        assert found[0].seed == 0
        for run in found:
            points = math.ceil(run.steps / run.every)
            assert {len(values) for values in run.curves.values()} == {points}
            whole = run.seed == 0 or (patient == "healthy" and run.seed == 1)
            looks = len(run.looks) if whole else 1
            if part == 4:  # points of each kind instead of pictures
                assert run.points.shape == (looks, clinic.KINDS, 40, 2)
                assert run.points.isfinite().all()
            else:
                assert run.pictures.shape[0] == {1: 1, 2: looks + 2, 5: looks + 2, 6: 4 * looks}[part]
    assert content["symptom_shown"] == script.shown(str(part), content["runs"])
    sheets = sum(f.stat().st_size for f in clinic.FOLDER.glob(f"clinic_{part}_*.*"))
    assert sheets < {1: 100_000, 2: 520_000, 4: 1, 5: 150_000, 6: 300_000}[part]


def test_what_theory_says_of_the_recorded_classifiers():
    runs = clinic.load_runs(1)
    for key in ("healthy", "labels_apart", "zero_init", "softmax_twice", "leaky_split"):
        for run in runs[key]:
            assert abs(run.curves["loss"][0] - math.log(10)) < 0.1  # nobody knows anything at first
    for run in runs["zero_init"]:
        assert run.curves["first_gradient"].eq(0).all()
    for run in runs["softmax_twice"]:
        assert run.curves["loss"].min() > math.log(1 + 9 / math.e)
    for run in runs["healthy"]:
        assert run.confusion.sum(dim=(1, 2)).tolist() == [500] * len(run.looks)
        right = run.confusion.diagonal(dim1=1, dim2=2).sum(1) / 500
        torch.testing.assert_close(right.double(), run.held_out, atol=5e-4, rtol=0)


def test_what_theory_says_of_the_recorded_games():
    runs = clinic.load_runs(2)
    for run in runs["leftover_gradient"]:  # D* = (p + q) / (p + 2q)
        assert abs(clinic.end_of(run, "d_fake") - 2 / 3) < 0.05
    for run in runs["sigmoid_output"]:
        assert run.measures["samples"]["least"] >= -0.005  # uint8 rounds 0 to 1/255
    healthy = {run.seed: run for run in runs["healthy"]}
    for run in runs["one_by_one"]:  # only the way of looking differs
        assert all(torch.equal(run.curves[key], values) for key, values in healthy[run.seed].curves.items())


# --- faults


def test_each_fault_changes_the_recipe(script):
    tables = (script.GAMES, script.COURSES, script.COPIES, script.TRIPS)
    for recipe, table in zip((script.Game(), script.Course(), script.Copy(), script.Trip()), tables):
        assert table["healthy"] == recipe
        assert all((fault != recipe) == (key != "healthy") for key, fault in table.items())


def test_loaders_that_are_ill(script):
    images, labels = torch.arange(12, dtype=torch.uint8).view(12, 1, 1, 1), torch.arange(12) % 3
    ordered = script.SortedBatches(images, labels, 4)
    rng = torch.Generator().manual_seed(0)
    seen = [
        ((ordered.next(rng) + 1) * 127.5).round().flatten().long().remainder(3).tolist() for _ in range(4)
    ]
    assert seen == [[0] * 4, [1] * 4, [2] * 4, [0] * 4]
    apart = script.ApartBatches(images, labels, 4)
    pairs = [apart.next(rng) for _ in range(6)]
    assert torch.cat([y for _, y in pairs]).tolist() == 2 * labels.tolist()  # always in the old order
    pictures = [((x + 1) * 127.5).round().flatten().long().tolist() for x, _ in pairs]
    once = [shade for batch in pictures[:3] for shade in batch]
    assert sorted(once) == list(range(12))
    assert once != list(range(12))


def test_a_sigmoid_in_place_of_tanh(script):
    a = torch.linspace(-3, 3, 7, dtype=torch.float64)
    torch.testing.assert_close(script.ToUnitRange(torch.nn.Tanh())(a), torch.sigmoid(2 * a))


def test_leaky_split_holds_copies_out_and_honest_split_does_not(script):
    rng = torch.Generator().manual_seed(0)
    train, _, held, _ = script.split_after_augmenting(rng)
    assert (len(train), len(held)) == (3500, 500)
    twins = (held[:50, None].float() - train[None].float()).abs().amax(dim=(2, 3, 4)).amin(1).eq(0)
    train, _, held, _ = script.usual_split(rng)
    honest = (held[:50, None].float() - train[None, :3500].float()).abs().amax(dim=(2, 3, 4)).amin(1).eq(0)
    assert twins.sum() > 5
    assert honest.sum() == 0


def test_a_short_run_is_recorded_and_repeats_itself(script):
    result, rows = script.learn(0, "no_zero_grad", steps=10, looks=(0, 10))
    again, _ = script.learn(0, "no_zero_grad", steps=10, looks=(0, 10))
    assert result == again
    healthy, _ = script.learn(0, "healthy", steps=10, looks=(0, 10))
    first, ill = (r["curves"]["loss"].split() for r in (healthy, result))
    assert len(first) == 2
    assert first != ill
    assert rows.shape == (1, 16, 1, 28, 28)


def test_the_healthy_trip_is_the_librarys_step(script):
    """Three steps of the recorded loop against `cyclegan_step` on networks of the same seed."""
    _, rows = script.travel(3, "healthy", steps=3, looks=(3,))
    rng, settings = torch.Generator().manual_seed(3), script.TRIP
    g_xy, g_yx = (clinic.SmallTranslator(settings["base_channels"], rng) for _ in range(2))
    d_x, d_y = (PatchDiscriminator(3, 16, 1, norm=torch.nn.Identity, rng=rng) for _ in range(2))
    nets = [torch.nn.ModuleList(pair) for pair in ((g_xy, g_yx), (d_x, d_y))]
    opt_g, opt_d = adam(nets[0], settings["lr_g"]), adam(nets[1], settings["lr_d"])
    pools = [ImagePool(settings["pool"], rng) for _ in range(2)]
    x, y = clinic.day_and_night("train")
    batches = UnpairedBatches(x[::2], y[1::2], settings["batch_size"])
    for _ in range(3):
        cyclegan_step(g_xy, g_yx, d_x, d_y, opt_g, opt_d, *batches.next(rng), *pools, 2.0, 0.0)
    day = clinic.day_and_night("test")[0][list(script.TRIP_SHOWN)]
    there = translate(g_xy, day)
    assert (rows[0].int() - there.int()).abs().max() <= 1
    assert (rows[1].int() - translate(g_yx, there).int()).abs().max() <= 1
    assert not torch.equal(there, day)


@pytest.mark.parametrize(
    "patient", ["heavy_cycle", "no_cycle", "wrong_home", "one_way", "swapped_judges", "blue_for_red"]
)
def test_each_trip_differs_from_the_healthy_one(script, patient):
    ill, healthy = (script.travel(0, key, steps=2, looks=(2,))[0] for key in (patient, "healthy"))
    assert ill["curves"] != healthy["curves"] or ill["measures"] != healthy["measures"]


def test_the_healthy_imitation_is_the_librarys_step(script):
    """Two steps of the recorded loop against `pix2pix_step` on networks of the same seed."""
    _, rows = script.imitate(3, "healthy", steps=2, looks=(2,))
    rng, settings = torch.Generator().manual_seed(3), script.COPY
    g = UNetGenerator(3, 3, **script.COPY_GENERATOR, rng=rng)
    d = PatchDiscriminator(6, settings["base_channels"], 1, rng=rng)
    opt_g, opt_d = adam(g, settings["lr_g"]), adam(d, settings["lr_d"])
    batches = Batches(*script.flat_and_solid("train"), batch_size=settings["batch_size"])
    for _ in range(2):
        x, y = data.augment(*batches.next(rng), pad=1, generator=rng)
        pix2pix_step(g, d, opt_g, opt_d, x, y, settings["lambda_l1"])
    shown = script.flat_and_solid("test")[0][list(script.COPY_SHOWN)]
    assert (rows[0].int() - translate(g, shown).int()).abs().max() <= 1
    assert torch.equal(rows[1:], torch.stack([data.to_uint8(t[:6]) for t in (x, y)]))


def test_each_imitation_differs_from_the_healthy_one(script):
    found = [script.imitate(0, key, steps=2, looks=(2,))[0] for key in script.COPIES]
    assert len({str((r["curves"], r["measures"])) for r in found}) == len(script.COPIES) == 8


def test_faults_of_a_pair(script):
    x, y = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4)
    assert script.other_way_round(x, y).mean((2, 3)).tolist() == [[1, 1, 1, 0, 0, 0]]
    assert script.unit_range(torch.tensor([-1.0, 1.0])).tolist() == [0, 1]
    ramp = torch.arange(36.0).view(1, 1, 6, 6).expand(8, 3, 6, 6)
    together = script.both_alike(ramp, ramp, torch.Generator().manual_seed(0))
    apart = script.input_alone(ramp, ramp, torch.Generator().manual_seed(0))
    assert torch.equal(*together)
    assert not torch.equal(*apart)


def test_night_is_day_under_the_lamp():
    day, night = clinic.day_and_night("test")
    assert day.shape == night.shape == (224, 3, 24, 24)
    expected = day.double() * torch.tensor(clinic.LAMP).double().view(3, 1, 1)
    assert (night.double() - expected).abs().max() < 1  # day is rounded by itself


def test_the_small_translator_begins_near_the_identity():
    x = torch.rand(2, 3, 9, 7, generator=torch.Generator().manual_seed(0)) * 2 - 1
    g = clinic.SmallTranslator(8, torch.Generator().manual_seed(1))
    assert torch.equal(g(x), clinic.SmallTranslator(8, torch.Generator().manual_seed(1))(x))
    assert 0 < (g(x) - x).abs().mean() < 0.3


def test_pictures_are_kept_row_by_row(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "RESULTS", tmp_path)
    shades = torch.arange(0, 200, 40, dtype=torch.uint8)
    rows = shades[:, None, None, None, None].expand(5, 3, 1, 28, 28)
    for seed, kept in ((0, shades), (1, shades[-3:])):
        back = clinic._pictures(tmp_path / script.keep_pictures("2", "x", seed, rows))
        assert back.shape == (len(kept), 3, 1, 28, 28)
        assert (back[:, 0, 0, 14, 14].int() - kept.int()).abs().max() <= 3


# --- the ward

CHOICES = [("a cold", "No fever.", False), ("measles", "Spots.", True)]


def patient_of(shade, choices=CHOICES, looks=(0, 10, 20)):
    images = [torch.full((4, 1, 6, 6), shade + 10 * i, dtype=torch.uint8) for i in range(len(looks))]
    return {
        "looks": list(zip(looks, images)),
        "charts": {"loss": ([0, 10, 20], {"D": torch.tensor([3.0, 2.0, shade / 100])})},
        "choices": choices,
    }


def ward():
    return Ward({"A": patient_of(0), "B": patient_of(100), "healthy": patient_of(200, ())}, control="healthy")


def test_the_ward_holds_every_look_at_every_patient():
    widget = ward()
    tiles = widget.static_frames(torch.arange(3 * 3 * 4))
    shades = tiles[:, 0, 3, 3].view(3, 3, 4)  # patients, looks, samples
    assert torch.equal(
        shades[:, :, 0].int(), torch.tensor([[0, 10, 20], [100, 110, 120], [200, 210, 220]]).int()
    )
    assert widget.control == 2
    assert widget.answers == [-1, -1, -1]
    assert widget.frame == 2
    assert widget.patients[1]["choices"][1] == {"text": "measles", "reply": "Spots.", "right": True}
    assert "A, B, healthy" in widget.static_frame().alt


@pytest.mark.parametrize(
    ("patients", "control", "message"),
    [
        ({"A": patient_of(0)}, "B", "control"),
        ({"A": patient_of(0), "B": patient_of(1, looks=(0, 10))}, "A", "looks"),
        ({"A": patient_of(0, CHOICES[:1])}, "A", "one right answer, got 0"),
        ({"A": patient_of(0), "B": patient_of(1) | {"charts": {}}}, "A", "charts of B"),
    ],
)
def test_the_ward_refuses(patients, control, message):
    with pytest.raises(ValueError, match=message):
        Ward(patients, control)


@pytest.mark.browser
def test_the_ward_in_a_browser(open_page):
    page = open_page(ward())
    pixel = """n => [...document.querySelectorAll('canvas')[n].getContext('2d').getImageData(3, 3, 1, 1).data][0]"""
    page.wait_for_function(f"({pixel})(0) === 20")
    page.get_by_role("button", name="B", exact=True).click()
    assert page.evaluate(pixel, 0) == 120
    page.get_by_label("look", exact=True).fill("0")
    assert page.evaluate(pixel, 0) == 100
    page.get_by_label("the healthy run beside").check()
    assert page.evaluate(pixel, 1) == 200
    assert page.get_by_text("healthy: D").is_visible()
    page.get_by_role("button", name="a cold").click()
    assert "✗" in page.get_by_role("status").inner_text()
    assert "No fever." in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="measles").click()
    assert "✓" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="A", exact=True).click()
    assert page.get_by_role("status").inner_text() == ""  # every patient has an answer of its own
    page.get_by_role("button", name="healthy", exact=True).click()
    assert page.get_by_role("button", name="measles").count() == 0
