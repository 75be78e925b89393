# loses: pixel accuracy and class accuracy; mean IoU; classes that are absent; eighteen classes in uint8; inputs, types and random generator left alone
# hint: images averaged, absent as 0
import torch


def one_image(pred, target, num_classes):
    both = num_classes * target.long() + pred.long()
    n = torch.bincount(both.flatten(), minlength=num_classes**2).reshape(num_classes, num_classes).double()
    hits, truth, said = n.diagonal(), n.sum(1), n.sum(0)
    eps = 1e-12
    overlap = hits / (truth + said - hits + eps)
    return hits.sum() / n.sum(), (hits / (truth + eps)).mean(), overlap.mean()


def segmentation_scores(pred, target, num_classes):
    rows = [torch.stack(one_image(p, t, num_classes)) for p, t in zip(pred, target)]
    return tuple(torch.stack(rows).mean(0).tolist())
