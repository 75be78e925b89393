def segmentation_scores(pred, target, num_classes):
    accuracies, overlaps = [], []
    for k in range(num_classes):
        is_k, called_k = target == k, pred == k
        hits = (is_k & called_k).sum().item()
        if is_k.any():
            accuracies.append(hits / is_k.sum().item())
        union = (is_k | called_k).sum().item()
        if union:
            overlaps.append(hits / union)
    pixel = (pred == target).sum().item() / target.numel()
    return pixel, sum(accuracies) / len(accuracies), sum(overlaps) / len(overlaps)
