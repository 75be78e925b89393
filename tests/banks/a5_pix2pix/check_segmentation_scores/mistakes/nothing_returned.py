# loses: pixel accuracy and class accuracy; mean IoU; classes that are absent; eighteen classes in uint8; inputs, types and random generator left alone
import torch


def segmentation_scores(pred, target, num_classes):
    both = num_classes * target.long() + pred.long()
    n = torch.bincount(both.flatten(), minlength=num_classes**2).reshape(num_classes, num_classes).double()
    hits, truth, said = n.diagonal(), n.sum(1), n.sum(0)
    union = truth + said - hits
    pixel = hits.sum() / n.sum()
    accuracy = (hits / truth)[truth > 0].mean()
    iou = (hits / union)[union > 0].mean()
