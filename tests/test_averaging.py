"""course_lib.averaging: the recursion by hand, BatchNorm statistics that belong to the weights."""

import torch
from torch import nn
from torch.testing import assert_close

from course_lib.averaging import refresh_batch_norm, weight_average


def test_weight_average_by_hand():
    net = nn.Linear(1, 1, bias=False)
    average = weight_average(net, decay=0.75)
    for value in (1.0, 2.0, 4.0):
        net.weight.data.fill_(value)
        average.update_parameters(net)
    # 1, then .75 * 1 + .25 * 2 = 1.25, then .75 * 1.25 + .25 * 4
    assert_close(average.module.weight.data, torch.tensor([[1.9375]]))
    assert net.weight.item() == 4


def test_refreshed_statistics_are_those_of_the_batches():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, momentum=0.2), nn.Dropout(0.5)).double().eval()
    net[1].running_mean.fill_(9.0)
    x = torch.randn(4, 5, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weights = [p.clone() for p in net.parameters()]
    assert refresh_batch_norm(net, x) is net
    hidden = net[0](x)  # (4 batches, 5, 3)
    assert_close(net[1].running_mean, hidden.mean((0, 1)).detach())
    assert_close(net[1].running_var, hidden.var(1).mean(0).detach())
    assert_close(list(net.parameters()), weights, rtol=0, atol=0)
    assert net[1].momentum == 0.2
    assert not any(m.training for m in net.modules())
