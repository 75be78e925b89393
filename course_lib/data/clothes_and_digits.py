"""Fashion-MNIST and MNIST in small: 28 x 28 grey images of ten classes, 800 for training and 200 for testing a class."""

import torch

from . import store

FASHION_CLASSES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def fashion_mnist(split="train"):
    """Clothes: Fashion-MNIST 10k (Xiao et al. 2017, arXiv:1708.07747), chosen by hash from its own train and test sets.

    Returns:
        (images, labels): uint8 (N, 1, 28, 28), white on black, and long (N,) in 0..9, named by FASHION_CLASSES. N is 8,000 for "train",
        2,000 for "test", 10,000 for "all". The classes take turns (the first 100 images hold ten of each): shuffle before training.
    """
    images = _images("fashion_mnist", split)
    return images, torch.arange(len(images)) % 10  # both parts hold a multiple of ten


def mnist(split="train"):
    """Handwritten digits: 10,000 of MNIST (LeCun, Cortes and Burges 1998), split by hash.

    Returns:
        (images, labels): uint8 (N, 1, 28, 28), white on black, and long (N,) in 0..9. N is 8,000 for "train", 2,000 for "test",
        10,000 for "all"; the classes differ a little in size (863 fives, 1,127 ones).
    """
    images = _images("mnist", split)
    digits = store.table("mnist.json")
    text = digits["train"] + digits["test"] if split == "all" else digits[split]
    return images, torch.tensor([int(c) for c in text])


def _images(name, split):
    store.check_split(split)
    parts = ("train", "test") if split == "all" else (split,)
    return torch.cat([store.tiles(f"{name}_{part}.png") for part in parts])  # cat of one copies as well
