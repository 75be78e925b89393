import torch


def concat_class(z, y, num_classes):
    rows = []
    for row, k in zip(z, y):
        marks = torch.zeros(num_classes, *row.shape[1:], dtype=row.dtype)
        marks[k] = 1
        rows.append(torch.cat([row, marks]))
    return torch.stack(rows)
