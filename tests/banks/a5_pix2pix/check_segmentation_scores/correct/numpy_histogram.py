import numpy


def segmentation_scores(pred, target, num_classes):
    n = numpy.zeros((num_classes, num_classes))
    numpy.add.at(n, (target.numpy().ravel(), pred.numpy().ravel()), 1)
    hits, truth, said = numpy.diag(n), n.sum(1), n.sum(0)
    with numpy.errstate(invalid="ignore"):
        accuracy, overlap = numpy.nanmean(hits / truth), numpy.nanmean(hits / (truth + said - hits))
    return float(hits.sum() / n.sum()), float(accuracy), float(overlap)
