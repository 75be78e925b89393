"""course_lib.classifier: shapes, features, extraction that leaves the network as it was."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from course_lib import data
from course_lib.classifier import Classifier, extract_features, fashion_classifier


@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32)])
def test_shapes(channels, size):
    net = Classifier(channels, 7, size, base_channels=4)
    x = torch.zeros(2, channels, size, size)
    assert net(x).shape == (2, 7)
    assert net.features(x).shape == (2, 128)
    assert net.features(x).min() >= 0


def test_extraction_is_in_eval_mode_in_batches_and_takes_pixels_or_floats():
    net = Classifier(base_channels=4).train()
    images = torch.randint(256, (7, 1, 28, 28), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    got = extract_features(net, images, batch_size=3)
    assert net.training
    assert not got.requires_grad
    assert_close(dict(net.state_dict()), state, rtol=0, atol=0)  # BatchNorm's statistics did not move
    assert_close(got, extract_features(net, data.to_float(images)))
    assert_close(got, net.eval().features(data.to_float(images)).detach())
    assert_close(extract_features(nn.Flatten(), images), data.to_float(images).flatten(1))


def test_the_shipped_classifier_knows_clothes_it_has_not_seen():
    net = fashion_classifier()
    images, labels = data.fashion_mnist("test")
    predicted = net.output(extract_features(net, images[:500])).argmax(1)
    assert (predicted == labels[:500]).float().mean() > 0.85
    assert not net.training
    assert not any(p.requires_grad for p in net.parameters())
