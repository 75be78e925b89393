# loses: classes that are absent
import torch


def segmentation_scores(pred, target, num_classes):
    both = num_classes * target.long() + pred.long()
    n = torch.bincount(both.flatten(), minlength=num_classes**2).reshape(num_classes, num_classes).double()
    hits, truth, said = n.diagonal(), n.sum(1), n.sum(0)
    union = truth + said - hits
    pixel = hits.sum() / n.sum()
    accuracy = torch.tensor([h / t for h, t in zip(hits.tolist(), truth.tolist())]).mean()
    iou = (hits / union)[union > 0].mean()
    return pixel.item(), accuracy.item(), iou.item()
