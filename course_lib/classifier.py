r"""A small convolutional classifier. Its features are the eyes of the course's metrics.

Frechet distance, KID, precision and recall compare images by the features of a network that has learned what matters
in them. For photographs that is an Inception network; for 28 px clothes a small classifier sees more.
Lecture: 07_evaluation.
"""

import torch
from torch import nn

from course_lib.checkpoint import shipped
from course_lib.data.store import to_float


class Classifier(nn.Module):
    r"""Three stages of convolution and pooling, 128 features, one linear layer of logits.

    Args:
        in_channels: 1 for grey images, 3 for colour.
        num_classes: 10 kinds of clothes.
        size: side of the images, in pixels, from 8.
        base_channels: of the first stage; the second has twice, the third four times as many.

    Shapes:
        x (N, in_channels, size, size), in [-1, 1] -> logits (N, num_classes);
        ``features(x)`` -> (N, 128), the last hidden layer, at least 0.
    """

    def __init__(self, in_channels=1, num_classes=10, size=28, base_channels=32):
        super().__init__()
        layers, channels = [], in_channels
        for width in (base_channels, 2 * base_channels, 4 * base_channels):
            layers += [
                nn.Conv2d(channels, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            ]
            channels = width
        self.net = nn.Sequential(*layers)  # (N, 4 * base_channels, size / 8, size / 8), rounded down
        self.hidden = nn.Linear(channels * (size // 8) ** 2, 128)
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(128, num_classes)

    def features(self, x):
        return self.hidden(self.net(x).flatten(1)).relu()  # (N, 128)

    def forward(self, x):
        return self.output(self.dropout(self.features(x)))


def fashion_classifier():
    """The shipped classifier of 28 px clothes, in eval mode, its parameters frozen."""
    return shipped("classifier_fashion", Classifier)


def mnist_classifier():
    """The shipped classifier of 28 px digits, in eval mode, its parameters frozen."""
    return shipped("classifier_mnist", Classifier)


def faces_classifier():
    """The shipped classifier of 32 px face compositions: logits of the eyes, then of the mouths, blush, tear."""
    return shipped("classifier_faces", Classifier)


def style_classifier():
    """The shipped classifier of 64 px emoji: logits of Noto and of Fluent flat."""
    return shipped("classifier_styles", Classifier)


@torch.no_grad()
def extract_features(network, images, batch_size=500):
    r"""The features of many images, batch by batch, in eval mode.

    Args:
        network: a module, images -> features; one with a method `features` is asked for those.
        images: (N, C, H, W), uint8 or already in [-1, 1].

    Returns:
        (N, d) float32 on the CPU; the network's mode is kept.
    """
    device = next((p.device for p in network.parameters()), "cpu")
    training = network.training
    network.eval()
    try:
        compute = getattr(network, "features", network)
        batches = (b.to(device) for b in images.split(batch_size))
        return torch.cat(
            [compute(to_float(b) if b.dtype == torch.uint8 else b).flatten(1).float().cpu() for b in batches]
        )
    finally:
        network.train(training)
