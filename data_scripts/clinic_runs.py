r"""The patients of the training clinics: `python data_scripts/clinic_runs.py 1|2|4|5|6 [--only KEY] [--status]`.

Every run is real: one fault is put into a recipe that works, all else is kept, three seeds. Part 1 trains small classifiers
of Fashion-MNIST 10k, part 2 small DCGANs, both at 28 px, part 4 conditional perceptrons on points, part 5 small pix2pix and part 6 small CycleGANs, both at 24 px, all on one thread. Stop and start
at will: runs that stand in the file are not repeated.

The record is lectures/results/clinic_PART.json, a sweep's file (`sweep.py`): "runs" is a list of {setting: {patient}, seed,
seconds, hardware, result: {curves, measures}}. A curve is a text of numbers, one a point, each the mean over EVERY steps (or
"nan"); `course_lib.clinic.load_runs` reads them. Pictures are clinic_PART_PATIENT_SEED.webp (.jpg in parts 5 and 6) beside it; "how_to_read" in
the file says what they show.
Patients in RESERVED_FOR_QUESTIONS are recorded for graded questions and do not appear in the lectures.

What must hold of a run to count as an example of its fault stands in GAME_SYMPTOMS, COURSE_SYMPTOMS, ORDER_SYMPTOMS, COPY_SYMPTOMS and TRIP_SYMPTOMS; it was
written before the final runs and not changed after them. How many seeds show it is reported as it came out.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import torch
from PIL import Image
from running import ROOT, write_json
from sweep import Sweep
from torch import nn

from course_lib import data, dcgan, gan, metrics
from course_lib.averaging import weight_average
from course_lib.classifier import extract_features, fashion_classifier
from course_lib.clinic import (
    KINDS,
    SmallTranslator,
    day_and_night,
    packed_points,
    points_and_kinds,
    slope_bound,
    told,
)
from course_lib.cyclegan import ImagePool, l1
from course_lib.devices import adam
from course_lib.mixtures import Perceptron, modes_covered, ring
from course_lib.patchgan import PatchDiscriminator
from course_lib.pix2pix import judged
from course_lib.stabilising import spectral_norm
from course_lib.training import Batches
from course_lib.unet import UNetGenerator
from course_lib.unpaired import UnpairedBatches, l1_distance, retrieval, translate

SEEDS = (0, 1, 2)
EVERY = 5  # steps a point of a curve
RESULTS = ROOT / "lectures" / "results"

# --- part 2: a small DCGAN ----------------------------------------------------------------------------
GAN = {"z_dim": 32, "base_channels": 16, "batch_size": 32, "steps": 400, "lr_g": 1e-2, "lr_d": 2e-3}
GAN_LOOKS = (0, 25, 50, 100, 150, 200, 250, 300, 350, 400)


class SortedBatches:
    """A loader that somebody forgot to shuffle, over a folder sorted by class: T-shirts first, ankle boots last."""

    def __init__(self, images, labels, batch_size):
        self.images, self.batch_size, self.position = images[labels.argsort(stable=True)], batch_size, 0

    def next(self, rng):
        if self.position + self.batch_size > len(self.images):
            self.position = 0
        self.position += self.batch_size
        return data.to_float(self.images[self.position - self.batch_size : self.position])


class ToUnitRange(nn.Module):
    """A generator whose last layer is a sigmoid: images in (0, 1)."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, z):
        return (self.generator(z) + 1) / 2  # (tanh(a) + 1) / 2 = sigmoid(2 a)


def saturating_loss(fake_logits):
    return gan.generator_loss(fake_logits, saturating=True)


def swapped_generator_loss(fake_logits):
    """Cross-entropy with the target of a fake, 0, where a 1 belongs."""
    return -torch.nn.functional.logsigmoid(-fake_logits).mean()


@dataclass
class Game:
    """The recipe; a patient is this with one field replaced."""

    lr_g: float = GAN["lr_g"]
    lr_d: float = GAN["lr_d"]
    head_start: int = 0  # steps of D before G's first
    optimizer_g: Callable = adam
    d_loss: Callable = gan.discriminator_loss
    g_loss: Callable = gan.generator_loss
    output: Callable = nn.Identity
    classes: tuple = tuple(range(10))
    shuffled: bool = True
    fresh_noise: bool = True
    clears_d_in_time: bool = True  # D's zero_grad stands directly before D's backward
    one_by_one: bool = False  # samples are drawn in train mode, in batches of one
    sampled_with: Callable = torch.randn  # the codes of the samples; training has randn


def sgd(module, lr):
    return torch.optim.SGD(module.parameters(), lr)


GAMES = {
    "healthy": Game(),
    "sigmoid_output": Game(output=ToUnitRange),
    "d_too_slow": Game(lr_d=2e-5),  # a slip: e-5 for e-3
    "sorted_loader": Game(shuffled=False),
    "same_noise": Game(fresh_noise=False),
    "leftover_gradient": Game(clears_d_in_time=False),
    "uniform_codes": Game(sampled_with=torch.rand),
    "one_by_one": Game(one_by_one=True),
    "swapped_targets": Game(g_loss=swapped_generator_loss),
    "saturated": Game(head_start=150, g_loss=saturating_loss, optimizer_g=sgd, lr_g=0.01),
    "one_class": Game(classes=(7,)),
}


def last(result, name, points=20):
    """The mean of a curve's last points: 100 steps."""
    values = [float(v) for v in result["curves"][name].split()[-points:]]
    return sum(values) / len(values)


# What makes a recorded game an example of its fault: (result, the healthy result of the same seed) -> bool.
GAME_SYMPTOMS = {
    "healthy": lambda r, h: (
        r["measures"]["samples"]["distance"] < 500 and max(r["measures"]["samples"]["kinds"]) < 0.6
    ),
    "sigmoid_output": lambda r, h: r["measures"]["samples"]["least"] >= -0.005 and last(r, "d_loss") < 0.2,
    "d_too_slow": lambda r, h: r["measures"]["samples"]["spread"] < 0.5 * h["measures"]["samples"]["spread"],
    "sorted_loader": lambda r, h: max(r["measures"]["samples"]["kinds"]) > 0.6,
    "same_noise": lambda r, h: (
        r["measures"]["samples"]["distance"] > 1.2 * h["measures"]["samples"]["distance"]
    ),
    # theory: the D of leftover gradients answers (p + q) / (p + 2q), so 2/3 where p = q
    "leftover_gradient": lambda r, h: abs(last(r, "d_fake") - 2 / 3) < 0.05 and last(r, "g_loss") < 0.6,
    "uniform_codes": lambda r, h: (
        r["measures"]["samples"]["spread"] < 0.7 * h["measures"]["samples"]["spread"]
    ),
    "one_by_one": lambda r, h: (
        r["measures"]["samples"]["distance"] > 1.5 * h["measures"]["samples"]["distance"]
    ),
    "swapped_targets": lambda r, h: last(r, "g_loss") < 0.05 and last(r, "d_loss") < 0.1,
    "saturated": lambda r, h: r["measures"]["samples"]["black"] < 0.05,
    "one_class": lambda r, h: max(r["measures"]["samples"]["kinds"]) > 0.6,
}


def play(seed, patient, steps=GAN["steps"], looks=GAN_LOOKS):
    """Play one game and record it: (result, rows of samples)."""
    game, z_dim, n = GAMES[patient], GAN["z_dim"], GAN["batch_size"]
    rng = torch.Generator().manual_seed(seed)
    as_last = {"memory_format": torch.channels_last}
    g = dcgan.Generator(z_dim, GAN["base_channels"], 1, 28, rng=rng).to(**as_last)
    g = g if game.output is nn.Identity else game.output(g)
    d = dcgan.Discriminator(1, GAN["base_channels"], 28, rng=rng).to(**as_last)
    opt_g, opt_d = game.optimizer_g(g, game.lr_g), adam(d, game.lr_d)
    images, labels = data.fashion_mnist("train")
    chosen = torch.isin(labels, torch.tensor(game.classes))
    images, labels = images[chosen], labels[chosen]
    batches = Batches(images, batch_size=n) if game.shuffled else SortedBatches(images, labels, n)
    kept = torch.randn(n, z_dim, generator=rng)
    codes = game.sampled_with(16, z_dim, generator=torch.Generator().manual_seed(12345))
    history, rows = [], []

    def noise():
        return torch.randn(n, z_dim, generator=rng) if game.fresh_noise else kept

    def turn_of_d():
        with torch.no_grad():
            fake = g(noise())
        real = batches.next(rng)
        real_logits, fake_logits = d(real), d(fake)
        loss = game.d_loss(real_logits, fake_logits)
        if game.clears_d_in_time:
            opt_d.zero_grad()
        loss.backward()
        opt_d.step()
        if not game.clears_d_in_time:
            opt_d.zero_grad()  # and G's turn, which comes next, leaves its gradient in D
        return loss, real_logits, fake_logits, data.to_uint8(real[:16]), data.to_uint8(fake[:16])

    for step in range(steps + 1):
        if step == 0:
            for _ in range(game.head_start):
                turn_of_d()
        if step in looks:
            rows.append(pictures(g, codes, game.one_by_one))
        if step == steps:
            break
        d_loss, real_logits, fake_logits, *seen = turn_of_d()
        g_loss = game.g_loss(d(g(noise())))
        opt_g.zero_grad()
        g_loss.backward()
        size = sum(p.grad.square().sum() for p in g.parameters()).sqrt()
        opt_g.step()
        history.append(
            [
                d_loss.item(),
                g_loss.item(),
                torch.sigmoid(real_logits).mean().item(),
                torch.sigmoid(fake_logits).mean().item(),
                size.item(),
            ]
        )
    curves = {
        name: text(numbers)
        for name, numbers in zip(("d_loss", "g_loss", "d_real", "d_fake", "g_gradient"), zip(*history))
    }
    result = {"steps": steps, "every": EVERY, "looks": list(looks), "curves": curves}
    return result | {"measures": examine(g, game)}, torch.stack([*rows, *seen])


@torch.no_grad()
def pictures(generator, codes, one_by_one=False):
    """Samples as one looks at them, in eval mode; or the faulty way, each alone and in train mode. uint8 (n, 1, 28, 28)."""
    training = generator.training
    generator.train(one_by_one)
    images = torch.cat([generator(part) for part in codes.split(1 if one_by_one else len(codes))])
    generator.train(training)
    return data.to_uint8(images)


@torch.no_grad()
def examine(g, game):
    """What can be measured of the samples at the end of a game; 1,000 fresh codes, 1,000 test images."""
    real = data.fashion_mnist("test")[0][:1000]
    judge = fashion_classifier()
    real_features = extract_features(judge, real)
    z = game.sampled_with(1000, GAN["z_dim"], generator=torch.Generator().manual_seed(1))
    measures = {}
    for name, images in (("samples", pictures(g, z, game.one_by_one)), ("real", real)):
        x, features = data.to_float(images), extract_features(judge, images)
        kinds = torch.bincount(judge.output(features).argmax(1), minlength=10) / len(x)
        distance = metrics.frechet_feature_distance(real_features, features).item()
        measures[name] = {
            "distance": round(distance, 1),  # Frechet, in the features of the shipped classifier
            "kinds": [
                round(share, 3) for share in kinds.tolist()
            ],  # shares of the ten classes, by that classifier
            # mean distance of two images, root mean square over pixels in [-1, 1]
            "spread": round((torch.pdist(x[:200].flatten(1)).mean() / 28).item(), 3),
            "black": round((x < -0.9).double().mean().item(), 3),  # share of pixels
            "least": round(x.min().item(), 3),
            "mean": round(x.mean().item(), 3),
        }
    return measures


# --- part 1: a small classifier -------------------------------------------------------------------------
COURSE = {"steps": 300, "batch_size": 64, "lr": 0.05, "momentum": 0.9}
COURSE_LOOKS = (0, 10, 25, 50, 75, 100, 150, 200, 250, 300)


def small_network(norm=False, last=nn.Identity):
    """Two stages of convolution and pooling, then ten logits: 1 x 28 x 28 -> 8 x 14 x 14 -> 16 x 7 x 7 -> 10."""
    between = (lambda c: [nn.BatchNorm2d(c)]) if norm else (lambda c: [])
    return nn.Sequential(
        *[nn.Conv2d(1, 8, 5, padding=2), *between(8), nn.ReLU(), nn.MaxPool2d(2)],
        *[nn.Conv2d(8, 16, 5, padding=2), *between(16), nn.ReLU(), nn.MaxPool2d(2)],
        *[nn.Flatten(), *([nn.BatchNorm1d(16 * 7 * 7)] if norm else []), nn.Linear(16 * 7 * 7, 10), last()],
    )


def torch_init(network):
    """What torch drew when the layers were made."""


@torch.no_grad()
def zero_init(network):
    for p in network.parameters():
        p.zero_()


class ApartBatches:
    """Images are shuffled at every epoch; the labels stay in their old order."""

    def __init__(self, images, labels, batch_size):
        self.images, self.labels = Batches(images, batch_size=batch_size), labels
        self.batch_size, self.position = batch_size, 0

    def next(self, rng):
        start = self.position if self.position + self.batch_size <= len(self.labels) else 0
        self.position = start + self.batch_size
        return self.images.next(rng), self.labels[start : self.position]


def together(images, labels, batch_size):
    return Batches(images, labels, batch_size=batch_size)


def usual_split(rng):
    """Training and held-out images: the data set's own splits."""
    return *data.fashion_mnist("train"), *(t[:500] for t in data.fashion_mnist("test"))


def split_after_augmenting(rng):
    """200 images, 20 moved and mirrored copies of each, *then* split at random: 3,500 for training, 500 held out."""
    images, labels = (t[:200].repeat_interleave(20, 0) for t in data.fashion_mnist("train"))
    images = data.augment(images, pad=2, generator=rng)
    order = torch.randperm(len(images), generator=rng)
    images, labels = images[order], labels[order]
    return images[500:], labels[500:], images[:500], labels[:500]


def by_logits(network, x):
    return network(x)


def by_probabilities(network, x):
    """`cross_entropy` applies a softmax of its own to what is one already."""
    return network(x).softmax(1)


@dataclass
class Course:
    """The recipe; a patient is this with one field replaced."""

    network: Callable = small_network
    init: Callable = torch_init
    batches: Callable = together
    split: Callable = usual_split
    output: Callable = by_logits  # what goes into the loss
    clears: bool = True  # zero_grad before backward
    scale: float = 1.0  # of the images after they were put into [-1, 1]
    shift: float = 0.0
    evaluated_right: bool = True  # in eval mode; else in train mode, over a test set sorted by class


COURSES = {
    "healthy": Course(),
    "labels_apart": Course(batches=ApartBatches),
    "zero_init": Course(init=zero_init),
    "no_zero_grad": Course(clears=False),
    "softmax_twice": Course(output=by_probabilities),
    "companions": Course(network=lambda: small_network(norm=True), evaluated_right=False),
    "leaky_split": Course(split=split_after_augmenting),
    "relu_logits": Course(network=lambda: small_network(last=nn.ReLU)),
    "pixels_255": Course(scale=127.5, shift=127.5),
}
COURSE_SYMPTOMS = {
    "healthy": lambda r, h: r["measures"]["held_out"] > 0.75,
    "labels_apart": lambda r, h: abs(last(r, "loss") - 2.3026) < 0.1 and last(r, "first_gradient") > 0.001,
    "zero_init": lambda r, h: abs(last(r, "loss") - 2.3026) < 0.05 and last(r, "first_gradient") == 0,
    "no_zero_grad": lambda r, h: r["measures"]["held_out"] < 0.5,
    # the least cross-entropy of a softmax taken for logits: log(1 + 9 / e)
    "softmax_twice": lambda r, h: last(r, "loss") > 1.4611 and r["measures"]["held_out"] > 0.5,
    "companions": lambda r, h: r["measures"]["held_out"] < r["measures"]["fresh"] - 0.2,
    "leaky_split": lambda r, h: r["measures"]["held_out"] > r["measures"]["fresh"] + 0.15,
    "relu_logits": lambda r, h: 0 in r["measures"]["predicted"] and 0 not in h["measures"]["predicted"],
    "pixels_255": lambda r, h: float(r["curves"]["loss"].split()[0]) > 2 * 2.3026,
}


@torch.no_grad()
def predictions(network, images, prepare, train_mode=False):
    training = network.training
    network.train(train_mode)
    found = torch.cat([network(prepare(data.to_float(part))).argmax(1) for part in images.split(50)])
    network.train(training)
    return found


def learn(seed, patient, steps=COURSE["steps"], looks=COURSE_LOOKS):
    """Train one classifier and record it: (result, rows of pictures: the last training batch, the first layer's filters)."""
    course, rng = COURSES[patient], torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = course.network()
    course.init(network)
    optimizer = torch.optim.SGD(network.parameters(), COURSE["lr"], COURSE["momentum"])
    train_images, train_labels, held_images, held_labels = course.split(rng)
    if not course.evaluated_right:
        order = held_labels.argsort(stable=True)
        held_images, held_labels = held_images[order], held_labels[order]
    fresh_images, fresh_labels = (t[500:1000] for t in data.fashion_mnist("test"))
    batches = course.batches(train_images, train_labels, COURSE["batch_size"])
    first = next(m for m in network if isinstance(m, nn.Conv2d))
    history, held, fresh, confusion = [], [], [], []

    def prepare(x):
        return x * course.scale + course.shift

    def share_right(images, labels, **mode):
        return (predictions(network, images, prepare, **mode) == labels).double().mean().item()

    for step in range(steps + 1):
        if step in looks:
            mode = {"train_mode": not course.evaluated_right}
            said = predictions(network, held_images, prepare, **mode)
            confusion.append(torch.bincount(10 * held_labels + said, minlength=100).tolist())
            held.append(round((said == held_labels).double().mean().item(), 3))
            fresh.append(round(share_right(fresh_images, fresh_labels), 3))
        if step == steps:
            break
        x, y = batches.next(rng)
        output = course.output(network, prepare(x))
        loss = nn.functional.cross_entropy(output, y)
        if course.clears:
            optimizer.zero_grad()
        loss.backward()
        size = first.weight.grad.square().sum().sqrt().item()
        optimizer.step()
        history.append([loss.item(), (output.argmax(1) == y).double().mean().item(), size])

    curves = {name: text(v) for name, v in zip(("loss", "accuracy", "first_gradient"), zip(*history))}
    mixed = torch.randperm(500, generator=torch.Generator().manual_seed(0))
    measures = {
        "held_out": held[-1],
        "fresh": fresh[-1],  # eval mode, images of no split that was used, shuffled
        "train_mode_shuffled": round(
            share_right(fresh_images[mixed], fresh_labels[mixed], train_mode=True), 3
        ),
        "predicted": [sum(confusion[-1][k::10]) for k in range(10)],  # how often each class was said
        "input_least_greatest": [prepare(x).min().item(), prepare(x).max().item()],
        "labels_of_pictures": y[:16].tolist(),
    }
    result = {"steps": steps, "every": EVERY, "looks": list(looks), "curves": curves}
    result |= {"held_out": held, "fresh": fresh, "confusion": [" ".join(map(str, c)) for c in confusion]}
    result |= {"filters": [[round(v, 3) for v in f.flatten().tolist()] for f in first.weight]}
    return result | {"measures": measures}, data.to_uint8(x[:16])[None]


# --- part 6: a small CycleGAN ---------------------------------------------------------------------------
TRIP = {
    "base_channels": 16,
    "batch_size": 8,
    "steps": 300,
    "lr_g": 2e-3,
    "lr_d": 2e-3,
    "lambda_cycle": 2.0,
    "pool": 50,
}
TRIP_LOOKS = (0, 25, 50, 100, 200, 300)
TRIP_SHOWN = (0, 66, 88, 110, 154, 176)  # of the test emoji


def own(images):
    return images


def next_in_batch(images):
    """The picture of the neighbour: an index slipped by one."""
    return images.roll(1, 0)


def channels_reversed(images):
    """Read by a library that keeps colours as blue, green, red."""
    return images.flip(1)


@dataclass
class Trip:
    """The recipe; a patient is this with one field replaced."""

    lambda_cycle: float = TRIP["lambda_cycle"]
    home: Callable = own  # what a round trip is compared with
    ways: tuple = ("x", "y")  # the round trips that count
    judges: tuple = ("y", "x")  # who judges the translations into y, into x
    loaded: Callable = own  # how the training pictures of y are read


TRIPS = {
    "healthy": Trip(),
    "no_cycle": Trip(lambda_cycle=0.0),
    "heavy_cycle": Trip(lambda_cycle=200.0),  # a sum over the colours and a slip of the pen: 2 became 200
    "wrong_home": Trip(home=next_in_batch),
    "one_way": Trip(ways=("x",)),
    "swapped_judges": Trip(judges=("x", "y")),
    "blue_for_red": Trip(loaded=channels_reversed),
}
# xy, yx: the measures of either direction. The truth changes a picture by 0.47 (of the range of a pixel, mean over the test set).
TRIP_SYMPTOMS = {
    "healthy": lambda r, h: (
        min(way["retrieval"] for way in r["measures"].values()) > 0.5 and r["measures"]["yx"]["l1"] < 0.15
    ),
    "no_cycle": lambda r, h: r["measures"]["xy"]["cycle"] > 1.5 * h["measures"]["xy"]["cycle"],
    "heavy_cycle": lambda r, h: r["measures"]["xy"]["change"] < 0.1 and last(r, "adversarial") > 1.5,
    "wrong_home": lambda r, h: r["measures"]["xy"]["retrieval"] < 0.5 * h["measures"]["xy"]["retrieval"],
    "one_way": lambda r, h: r["measures"]["yx"]["cycle"] > 1.5 * h["measures"]["yx"]["cycle"],
    "swapped_judges": lambda r, h: r["measures"]["xy"]["change"] < 0.1 and last(r, "adversarial") < 0.5,
    "blue_for_red": lambda r, h: (
        r["measures"]["xy"]["l1"] > 2 * h["measures"]["xy"]["l1"]
        and r["measures"]["xy"]["cycle"] < 1.5 * h["measures"]["xy"]["cycle"]
    ),
}


def travel(seed, patient, steps=TRIP["steps"], looks=TRIP_LOOKS):
    """Train one pair of translators and record it: (result, rows of pictures, four a look)."""
    trip, rng = TRIPS[patient], torch.Generator().manual_seed(seed)
    g_xy, g_yx = (SmallTranslator(TRIP["base_channels"], rng) for _ in range(2))
    d = {way: PatchDiscriminator(3, 16, 1, norm=nn.Identity, rng=rng) for way in "xy"}
    opt_g, opt_d = (
        adam(nn.ModuleList([g_xy, g_yx]), TRIP["lr_g"]),
        adam(nn.ModuleList(d.values()), TRIP["lr_d"]),
    )
    pools = {way: ImagePool(TRIP["pool"], rng) for way in "xy"}
    x, y = day_and_night("train")
    batches = UnpairedBatches(x[::2], trip.loaded(y[1::2]), TRIP["batch_size"])  # no emoji in both
    test = dict(zip("xy", day_and_night("test")))
    history, rows = [], []
    for step in range(steps + 1):
        if step in looks:
            fake_y, fake_x = translate(g_xy, test["x"]), translate(g_yx, test["y"])
            back_x, back_y = translate(g_yx, fake_y), translate(g_xy, fake_x)
            rows += [images[list(TRIP_SHOWN)] for images in (fake_y, back_x, fake_x, back_y)]
        if step == steps:
            break
        real = dict(zip("xy", batches.next(rng)))
        fake = {"y": g_xy(real["x"]), "x": g_yx(real["y"])}
        back = {"x": g_yx(fake["y"]), "y": g_xy(fake["x"])}
        adversarial = sum(gan.lsgan_generator_loss(d[who](fake[way])) for who, way in zip(trip.judges, "yx"))
        cycle = sum(l1(back[way], trip.home(real[way])) for way in trip.ways)
        opt_g.zero_grad()
        (adversarial + trip.lambda_cycle * cycle).backward()
        opt_g.step()
        losses = [
            gan.lsgan_discriminator_loss(d[way](real[way]), d[way](pools[way].query(fake[way]))) / 2
            for way in "xy"
        ]
        opt_d.zero_grad()
        sum(losses).backward()
        opt_d.step()
        trips = [
            l1(back[way].detach(), real[way]).item() for way in "xy"
        ]  # as they are, whatever was minimised
        change = l1(fake["y"].detach(), real["x"]).item()
        history.append([adversarial.item(), *trips, *(loss.item() for loss in losses), change])
    names = ("adversarial", "cycle_x", "cycle_y", "d_x", "d_y", "change")
    curves = {name: text(numbers) for name, numbers in zip(names, zip(*history))}
    result = {"steps": steps, "every": EVERY, "looks": list(looks), "curves": curves}
    measures = {
        "xy": arrival(fake_y, test["x"], test["y"], back_x),
        "yx": arrival(fake_x, test["y"], test["x"], back_y),
    }
    return result | {"measures": measures}, torch.stack(rows)


def arrival(translations, sources, partners, back):
    """What can be measured of one direction at the end, on 224 test pictures; distances are shares of a pixel's range."""
    return {
        "l1": round(l1_distance(translations, partners), 4),
        "retrieval": round(retrieval(translations, partners, 3), 3),
        "change": round(l1_distance(translations, sources), 4),
        "cycle": round(l1_distance(back, sources), 4),
        "mean_color": [round(v, 1) for v in translations.float().mean((0, 2, 3)).tolist()],
    }


# --- part 5: a small pix2pix ----------------------------------------------------------------------------
COPY = {"base_channels": 16, "batch_size": 8, "steps": 300, "lr_g": 2e-3, "lr_d": 1e-3, "lambda_l1": 10.0}
COPY_GENERATOR = {"base_channels": 16, "num_downs": 3, "max_channels": 32}  # 24 px down to 3
COPY_LOOKS = (0, 25, 50, 100, 200, 300)
COPY_SHOWN = (0, 66, 88, 110, 154, 176)  # of the test emoji


def other_way_round(x, y_fake):
    """`cat([y, x])` where real pairs are `cat([x, y])`: nothing crashes, both have three channels."""
    return judged(y_fake, x)


def both_alike(x, y, rng):
    return data.augment(x, y, pad=1, generator=rng)


def input_alone(x, y, rng):
    """Two calls where one was needed: input and target are moved and mirrored each by itself."""
    return data.augment(x, pad=1, generator=rng), data.augment(y, pad=1, generator=rng)


def unit_range(y):
    """Targets in [0, 1], for a generator that ends in tanh."""
    return (y + 1) / 2


@dataclass
class Copy:
    """The recipe; a patient is this with one field replaced."""

    lambda_l1: float = COPY["lambda_l1"]
    skips: bool = True
    fake_pair: Callable = judged  # how D is shown what G made
    augmented: Callable = both_alike
    loaded: Callable = own  # the targets as they come out of the loader


COPIES = {
    "healthy": Copy(),
    "other_order": Copy(fake_pair=other_way_round),
    "heavy_l1": Copy(lambda_l1=3000.0),  # a sum over the colours and a slip of the pen: 10 became 3,000
    "no_l1": Copy(lambda_l1=0.0),
    "wrong_partner": Copy(loaded=next_in_batch),
    "no_skips": Copy(skips=False),
    "flips_apart": Copy(augmented=input_alone),
    "unit_targets": Copy(loaded=unit_range),
}
# l1 is a share of a pixel's range; sharpness is that of the translations over that of the truth.
COPY_SYMPTOMS = {
    "healthy": lambda r, h: r["measures"]["l1"] < 0.09 and r["measures"]["retrieval"] > 0.9,
    "other_order": lambda r, h: (
        last(r, "d_loss") < last(h, "d_loss") - 0.08 and r["measures"]["l1"] > 1.1 * h["measures"]["l1"]
    ),
    "heavy_l1": lambda r, h: (
        last(r, "d_loss") < 0.5 * last(h, "d_loss")
        and r["measures"]["sharpness"] < h["measures"]["sharpness"]
    ),
    "no_l1": lambda r, h: (
        r["measures"]["l1"] > 1.15 * h["measures"]["l1"]
        and r["measures"]["sharpness"] > 1.2 * h["measures"]["sharpness"]
    ),
    "wrong_partner": lambda r, h: r["measures"]["l1"] > 2 * h["measures"]["l1"],
    "no_skips": lambda r, h: r["measures"]["retrieval"] < 0.9 * h["measures"]["retrieval"],
    "flips_apart": lambda r, h: (
        r["measures"]["l1"] > 1.4 * h["measures"]["l1"]
        and r["measures"]["retrieval"] < 0.7 * h["measures"]["retrieval"]
    ),
    # in training its L1 looks better than the healthy run's: half the range is half the distance
    "unit_targets": lambda r, h: r["measures"]["least"] > 0.3 and last(r, "l1") < last(h, "l1"),
}


def flat_and_solid(split):
    """Flat emoji at 24 px and the same in 3-D: two aligned uint8 tensors (N, 3, 24, 24)."""
    return tuple(
        nn.functional.interpolate(data.emoji(style, split).float(), size=(24, 24), mode="area")
        .round()
        .to(torch.uint8)
        for style in ("flat", "3d")
    )


def imitate(seed, patient, steps=COPY["steps"], looks=COPY_LOOKS):
    """Train one pix2pix and record it: (result, rows of pictures: one a look, then inputs and targets of the last batch)."""
    case, rng = COPIES[patient], torch.Generator().manual_seed(seed)
    g = UNetGenerator(3, 3, **COPY_GENERATOR, skips=case.skips, rng=rng)
    d = PatchDiscriminator(6, COPY["base_channels"], 1, rng=rng)
    opt_g, opt_d = adam(g, COPY["lr_g"]), adam(d, COPY["lr_d"])
    batches = Batches(*flat_and_solid("train"), batch_size=COPY["batch_size"])
    test_x, test_y = flat_and_solid("test")
    history, rows = [], []
    for step in range(steps + 1):
        if step in looks:
            rows.append(translate(g, test_x[list(COPY_SHOWN)]))
        if step == steps:
            break
        x, y = case.augmented(*batches.next(rng), rng)
        y = case.loaded(y)
        y_fake = g(x)
        real_logits, fake_logits = d(judged(x, y)), d(case.fake_pair(x, y_fake.detach()))
        d_loss = gan.discriminator_loss(real_logits, fake_logits) / 2
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        with gan.frozen(d):
            adversarial = gan.generator_loss(d(case.fake_pair(x, y_fake)))
            distance = (y - y_fake).abs().mean()
            opt_g.zero_grad()
            (adversarial + case.lambda_l1 * distance).backward()
            opt_g.step()
        answers = [torch.sigmoid(logits).mean().item() for logits in (real_logits, fake_logits)]
        history.append([d_loss.item(), *answers, adversarial.item(), distance.item()])
    names = ("d_loss", "d_real", "d_fake", "adversarial", "l1")
    curves = {name: text(numbers) for name, numbers in zip(names, zip(*history))}
    result = {"steps": steps, "every": EVERY, "looks": list(looks), "curves": curves}
    seen = [data.to_uint8(t[: len(COPY_SHOWN)]) for t in (x, y)]
    return result | {"measures": compare(translate(g, test_x), test_y)}, torch.stack([*rows, *seen])


def compare(translations, truth):
    """What can be measured at the end, on 224 test pictures."""

    def contrast(images, other):
        return (images.float() - other.float()).abs().mean().item()

    def sharpness(images):
        return contrast(images[..., 1:], images[..., :-1]) + contrast(images[..., 1:, :], images[..., :-1, :])

    return {
        "l1": round(l1_distance(translations, truth), 4),
        "retrieval": round(retrieval(translations, truth, 3), 3),
        "sharpness": round(sharpness(translations) / sharpness(truth), 3),
        "least": round(translations.min().item() / 255, 3),
    }


# --- part 4: a small conditional game -------------------------------------------------------------------
ORDERED = {
    "z_dim": 2,
    "width": 64,
    "batch_size": 64,
    "steps": 800,
    "lr_g": 1.5e-3,
    "lr_d": 1e-2,
    "decay": 0.98,
}
ORDER_LOOKS = (0, 50, 100, 200, 300, 400, 600, 800)


def numbered_from_one(y):
    """Kinds 1 to 4 where 0 to 3 were expected; a modulo silenced the error."""
    return (y + 1) % KINDS


@dataclass
class Order:
    """The recipe; a patient is this with one field replaced."""

    batches: Callable = together
    labels: Callable = own  # how the kinds of the training points are read
    d_is_told: bool = True  # of what kind a point is said to be
    d_mode: bool = True  # D in train mode while it trains
    normalised_g: bool = False
    decay: float = ORDERED["decay"]  # of the average of G, from which samples are drawn


ORDERS = {
    "healthy": Order(),
    "labels_apart": Order(batches=ApartBatches),
    "unjudged": Order(d_is_told=False),
    "from_one": Order(labels=numbered_from_one),
    "long_memory": Order(decay=0.9999),  # the decay of runs of 10^5 steps, in one of 800
    "sigma_frozen": Order(d_mode=False),
    "normalised_g": Order(normalised_g=True),
}
ORDER_SYMPTOMS = {
    "healthy": lambda r, h: (
        r["measures"]["average"]["agreement"] > 0.9
        and r["measures"]["average"]["modes"] == 8
        and r["measures"]["average"]["near"] > 0.5
    ),
    "labels_apart": lambda r, h: (
        r["measures"]["average"]["agreement"] < 0.4
        and r["measures"]["answer_moves"] > 0
        and r["measures"]["wrong_kind"] < 0.25 * h["measures"]["wrong_kind"]
    ),
    "unjudged": lambda r, h: (
        r["measures"]["average"]["agreement"] < 0.4 and r["measures"]["answer_moves"] == 0
    ),
    "from_one": lambda r, h: (
        r["measures"]["average"]["agreement"] < 0.1 and r["measures"]["average"]["near"] > 0.5
    ),
    "long_memory": lambda r, h: r["measures"]["average"]["near"] < 0.1 and r["measures"]["g"]["near"] > 0.5,
    "sigma_frozen": lambda r, h: r["measures"]["slope"] > 3,
    "normalised_g": lambda r, h: r["measures"]["average"]["near"] < 0.3 and r["measures"]["slope_of_g"] < 1.3,
}


def deliver(seed, patient, steps=ORDERED["steps"], looks=ORDER_LOOKS):
    """Train one conditional game on points and record it: (result with the points of every look, None)."""
    order, n, z_dim = ORDERS[patient], ORDERED["batch_size"], ORDERED["z_dim"]
    rng = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        g, d = (Perceptron(2 + KINDS, ORDERED["width"], ORDERED["width"], out) for out in (2, 1))
    spectral_norm(d, rng)
    if order.normalised_g:
        spectral_norm(g, rng)
    d.train(order.d_mode)
    average = weight_average(g, order.decay)
    average.update_parameters(g)
    opt_g, opt_d = (
        torch.optim.Adam(net.parameters(), lr, (0.5, 0.9), fused=True)
        for net, lr in ((g, ORDERED["lr_g"]), (d, ORDERED["lr_d"]))
    )
    x, y = points_and_kinds(4096, 0)
    batches = order.batches(x, order.labels(y), n)
    held_x, held_y = points_and_kinds(1000, 1)
    asked = torch.arange(KINDS).repeat_interleave(500)
    codes = torch.randn(len(asked), z_dim, generator=torch.Generator().manual_seed(12345))
    history, points, found = [], [], []

    def kinds():
        return torch.randint(KINDS, (n,), generator=rng)

    def made(y):
        return g(told(torch.randn(n, z_dim, generator=rng), y))

    for step in range(steps + 1):
        if step in looks:
            with torch.no_grad():
                made_now = {
                    "average": average.module.eval()(told(codes, asked)),
                    "g": g(told(codes, asked)),
                }
            found.append({name: examine_order(p, asked) for name, p in made_now.items()})
            points.append(packed_points(made_now["average"].view(KINDS, -1, 2)[:, :40]))
        if step == steps:
            break
        if step % EVERY == 0:
            slope = slope_bound(d)
        real, real_y = batches.next(rng)
        fake_y = kinds()
        with torch.no_grad():
            fake = made(fake_y)
        real_logits = d(told(real, real_y, order.d_is_told))
        fake_logits = d(told(fake, fake_y, order.d_is_told))
        d_loss = gan.hinge_discriminator_loss(real_logits, fake_logits)
        opt_d.zero_grad()
        d_loss.backward()
        opt_d.step()
        with gan.frozen(d):
            fake_y = kinds()
            g_loss = gan.hinge_generator_loss(d(told(made(fake_y), fake_y, order.d_is_told)))
            opt_g.zero_grad()
            g_loss.backward()
            opt_g.step()
        average.update_parameters(g)
        history.append(
            [d_loss.item(), g_loss.item(), real_logits.mean().item(), fake_logits.mean().item(), slope]
        )
    names = ("d_loss", "g_loss", "d_real", "d_fake", "slope")
    curves = {name: text(numbers) for name, numbers in zip(names, zip(*history))}
    d.eval()
    with torch.no_grad():
        wrong = [(held_y + k) % KINDS for k in range(KINDS)]  # the first is right
        answers = torch.stack([d(told(held_x, y, order.d_is_told)) for y in wrong])
    measures = found[-1] | {
        # how much less D likes a new real point when it is told a wrong kind
        "wrong_kind": round((answers[0] - answers[1:].mean(0)).mean().item(), 4),
        "answer_moves": round((answers[1:] - answers[0]).abs().max().item(), 4),
        "slope": round(slope_bound(d), 3),
        "slope_of_g": round(slope_bound(g), 3),
    }
    whole = seed == SEEDS[0] or (patient == "healthy" and seed == SEEDS[1])
    points = points if whole else points[-1:]
    result = {"steps": steps, "every": EVERY, "looks": list(looks), "curves": curves, "points": points}
    result |= {"agreement": [look["average"]["agreement"] for look in found]}
    return result | {"measures": measures}, None


def examine_order(points, asked):
    """Of points (N, 2) and the kinds that were asked for: share of the right kind, share near a place, counts."""
    place, _ = ring().nearest(points)
    modes, near = modes_covered(points, ring())
    seen = place % KINDS
    return {
        # the nearest place is of the kind asked for
        "agreement": round((seen == asked).double().mean().item(), 3),
        "near": round(near, 3),  # within three standard deviations of any place
        "modes": modes,
        "seen": torch.bincount(KINDS * asked + seen, minlength=KINDS**2).view(KINDS, KINDS).tolist(),
    }


# --- records ------------------------------------------------------------------------------------------
def text(numbers):
    """A curve in few letters: means of EVERY steps, four digits each."""
    groups = torch.tensor(numbers, dtype=torch.float64).split(EVERY)
    return " ".join(f"{group.mean().item():.4g}" for group in groups)


def keep_pictures(part, patient, seed, rows):
    """Rows of uint8 images (rows, n, C, H, W) as one sheet; of seeds after the first only the last look's."""
    whole = seed == SEEDS[0] or (
        patient == "healthy" and seed == SEEDS[1]
    )  # a healthy one lies among the patients
    rows = rows if whole else rows[-LAST_ROWS[part] :]
    n, channels, height, width = rows.shape[1:]
    sheet = rows.permute(0, 3, 1, 4, 2).reshape(-1, n * width, channels)
    assert sheet.shape == (len(rows) * height, n * width, channels)
    kind, options = (
        (".webp", {"quality": 75, "method": 6})
        if channels == 1
        else (".jpg", {"quality": 60, "subsampling": 0})
    )
    path = RESULTS / f"clinic_{part}_{patient}_{seed}{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet.squeeze(2).numpy()).save(path, **options)
    return path.name


RESERVED_FOR_QUESTIONS = {"relu_logits", "pixels_255", "swapped_targets", "saturated", "one_class"}
PARTS = {
    "1": (COURSES, learn),
    "2": (GAMES, play),
    "4": (ORDERS, deliver),
    "5": (COPIES, imitate),
    "6": (TRIPS, travel),
}
LAST_ROWS = {"1": 3, "2": 3, "5": 3, "6": 4}  # of a run's pictures
HOW_TO_READ = (
    "runs[i].result.curves.NAME is a text of numbers, each the mean over `every` steps; measures were taken at the end; "
    "pictures of a run lie in result.pictures, in rows. {rows} data_scripts/clinic_runs.py says what each patient's fault is; "
    "course_lib/clinic.py reads all this."
)
ROWS = {
    "1": "One row of 16: images of the last training batch, whose labels are in measures. Also: held_out and fresh (accuracies at the "
    "looks), confusion (true class by row, counts) and the first layer's filters.",
    "2": "Rows of 16: the samples of the same codes at each step in looks, then the real and the generated images that D saw in its "
    "last turn; of seeds 1 and 2 the last three rows only, but for the healthy run of seed 1.",
    "4": "No pictures: result.points are texts, one a look (of seeds 1 and 2 the last only, but for the healthy run of seed 1), base64 of "
    "int16 (4 kinds asked for, 40 points, 2) in hundredths, made by the averaged G; measures has average, g: share of the kind asked "
    "for, share near a place, places covered, counts of kinds (asked, seen).",
    "5": "Rows of 6: the translations of the same test pictures at each step in looks, then inputs and targets of the last training "
    "batch; of seeds 1 and 2 the last three rows only, but for the healthy run of seed 1.",
    "6": "Rows of 6, four at each step in looks: test pictures of x translated into y, their way back, pictures of y translated into x, "
    "their way back; of seeds 1 and 2 the last look only, but for the healthy run of seed 1.",
}


def shown(part, runs):
    """patient -> seed -> whether the run shows what it is recorded for, where the healthy run of that seed is there."""
    symptoms = {
        "1": COURSE_SYMPTOMS,
        "2": GAME_SYMPTOMS,
        "4": ORDER_SYMPTOMS,
        "5": COPY_SYMPTOMS,
        "6": TRIP_SYMPTOMS,
    }[part]
    healthy = {r["seed"]: r["result"] for r in runs if r["setting"]["patient"] == "healthy"}
    found = {}
    for r in runs:
        key, seed = r["setting"]["patient"], r["seed"]
        if seed in healthy:
            found.setdefault(key, {})[str(seed)] = bool(symptoms[key](r["result"], healthy[seed]))
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--status", action="store_true")
    options = parser.parse_args()
    patients, record = PARTS[options.part]
    sweep = Sweep(f"clinic_{options.part}", __file__)
    header = {"script": sweep.content["script"], "how_to_read": HOW_TO_READ.format(rows=ROWS[options.part])}
    sweep.content = header | {"runs": sweep.content["runs"]}
    settings = [{"patient": key} for key in options.only or patients]

    def run(seed, patient):
        result, rows = record(seed, patient)
        if rows is None:  # part 4 keeps points
            return result
        return result | {"pictures": keep_pictures(options.part, patient, seed, rows)}

    if not options.status:
        sweep.work(run, settings, SEEDS[: options.seeds], tell=lambda line: print(line[:70], flush=True))
        runs = sweep.content["runs"]
        write_json(sweep.path, header | {"symptom_shown": shown(options.part, runs), "runs": runs})
    print(f"{sweep.path}: {len(sweep.missing(settings, SEEDS))} runs missing")


if __name__ == "__main__":
    main()
