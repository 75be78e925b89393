r"""LeNet-5 against a linear classifier, for lecture 02: `python data_scripts/sweep_components.py [--minutes 20]`.

Fashion-MNIST 10k, 8,000 images for training and 2,000 for the test, 28 px in [-1, 1], no augmentation, one thread, three
seeds. What is measured and what counts as success was written here before the final run and not changed after it; a trial
with seed 100 came first.

Every network: cross-entropy, Adam, batches of 32, 1,500 steps (six epochs), the learning rate falling to 0 along a cosine.
The number is the share of test images with the right class after the last step.

* "LeNet-5": components.LeNet5, 61,706 parameters, ReLU and max pooling.
* "LeNet-5, no bend, average pooling": the same 61,706 parameters and no nonlinearity left, so a linear classifier in disguise.
* "linear": one layer, 7,850 parameters. It is done a favour: three learning rates, and the best test accuracy of any of
  them at any of six looks counts. So it cannot be said that it was trained badly.

Success, for each seed: LeNet-5 exceeds the linear classifier by at least LENET_AT_LEAST, and the LeNet-5 without a bend does
not exceed it by more than UNBENT_AT_MOST. Chance is .1. The first seed's LeNet-5 is shipped as lenet5_fashion.
"""

import torch
from running import hardware
from sweep import Sweep
from torch import nn
from torch.nn.functional import cross_entropy

from course_lib import data
from course_lib.checkpoint import save_checkpoint
from course_lib.components import LeNet5
from course_lib.training import Batches

SEEDS = (0, 1, 2)
LENET_AT_LEAST = 0.02
UNBENT_AT_MOST = 0.01
STEPS, BATCH = 1500, 32
LOOK = 250  # steps between two measurements
LEARNING_RATES = {"LeNet-5": (4e-3,), "linear": (1e-3, 3e-3, 1e-2)}


def lenet(bend, pool):
    """components.LeNet5 out of torch's own layers: the same function (tests/test_components.py), at half the price."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), bend(), pool(2),
        nn.Conv2d(6, 16, 5), bend(), pool(2),
        nn.Conv2d(16, 120, 5), bend(), nn.Flatten(),
        nn.Linear(120, 84), bend(), nn.Linear(84, 10),
    )  # fmt: skip


NETWORKS = {
    "LeNet-5": lambda: lenet(nn.ReLU, nn.MaxPool2d),
    "LeNet-5, no bend, average pooling": lambda: lenet(nn.Identity, nn.AvgPool2d),
    "linear": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 10)),
}


@torch.no_grad()
def accuracy(network, images, labels):
    """Share of images (N, 1, 28, 28) uint8 that get the right class."""
    right = [
        (network(data.to_float(x)).argmax(1) == y).sum() for x, y in zip(images.split(250), labels.split(250))
    ]
    return torch.stack(right).sum().item() / len(labels)


def train(name, seed, learning_rate):
    """The network after the last step, and its test accuracy every LOOK steps."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = NETWORKS[name]()
    rng = torch.Generator().manual_seed(seed)
    batches = Batches(*data.fashion_mnist("train"), batch_size=BATCH)
    optimizer = torch.optim.Adam(network.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    test, looks = data.fashion_mnist("test"), []
    for step in range(1, STEPS + 1):
        x, y = batches.next(rng)
        loss = cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % LOOK == 0:
            looks.append(accuracy(network, *test))
    return network, looks


def run(network, seed):
    """Test accuracy: LeNet-5's after the last step, the linear classifier's best."""
    rates = LEARNING_RATES.get(network, LEARNING_RATES["LeNet-5"])
    runs = {rate: train(network, seed, rate) for rate in rates}
    if network == "linear":
        best = max(runs, key=lambda rate: max(runs[rate][1]))
        return {"accuracy": max(runs[best][1]), "learning_rate": best, "looks": runs[best][1]}
    ((trained, looks),) = runs.values()
    if network == "LeNet-5" and seed == SEEDS[0]:
        card = {
            "script": "data_scripts/sweep_components.py",
            "data": "Fashion-MNIST 10k of course_lib.data, split train (8,000)",
            "architecture": {"in_channels": 1, "num_classes": 10},
            "seed": seed,
            "steps": STEPS,
            "batch_size": BATCH,
            "hardware": hardware(),
            "metrics": {"test_accuracy": looks[-1]},
        }
        shipped = LeNet5()
        shipped.load_state_dict(dict(zip(shipped.state_dict(), trained.state_dict().values())))
        save_checkpoint("lenet5_fashion", shipped, card)
    return {"accuracy": looks[-1], "learning_rate": rates[0], "looks": looks}


if __name__ == "__main__":
    torch.set_num_threads(1)
    sweep = Sweep("02_components", __file__)
    sweep.content["thresholds"] = {"lenet_at_least": LENET_AT_LEAST, "unbent_at_most": UNBENT_AT_MOST}
    sweep.main(run, [{"network": name} for name in NETWORKS], SEEDS)
