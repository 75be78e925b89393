# loses: codes; images, and gradients; classes that nobody in the batch has; inputs, types and random generator left alone
# hint: only the class
from torch.nn import functional as F


def concat_class(z, y, num_classes):
    code = F.one_hot(y, num_classes).to(z)
    if z.ndim == 4:
        code = code[:, :, None, None].expand(-1, -1, *z.shape[2:])
    return code
