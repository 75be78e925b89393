r"""Batches out of tensors in memory: shuffled, cropped and flipped per image by slicing, still uint8.

The data of this course fits into memory as uint8; a batch becomes float32 in [-1, 1] (`to_float`) only when a network asks for it.
Cutting windows out of one tensor is ten times faster than decoding and transforming image by image.
"""

import torch


def batches(*tensors, batch_size, generator=None, drop_last=True):
    """One pass over aligned tensors in random order: yields tuples of batches, or single batches for one tensor.

    Args:
        tensors: (N, ...) each, the same N. generator: a torch.Generator; None draws from torch's global one.
        drop_last: leave out the last batch if it is smaller (BatchNorm dislikes batches of one).
    """
    sizes = {len(t) for t in tensors}
    if len(sizes) != 1:
        raise ValueError(f"batches: the tensors must be equally long, got {[len(t) for t in tensors]}")
    if batch_size < 1:
        raise ValueError(f"batches: batch_size must be at least 1, got {batch_size}")
    order = torch.randperm(sizes.pop(), generator=generator)
    for chosen in order.split(batch_size):
        if len(chosen) == batch_size or not drop_last:
            picked = tuple(t.index_select(0, chosen.to(t.device)) for t in tensors)  # five times t[chosen]
            yield picked if len(picked) > 1 else picked[0]


def augment(*images, size=None, pad=0, flip=True, generator=None):
    r"""A random window and, with probability 1/2, a mirror image, drawn per image; aligned batches get the same ones.

    The classic recipe of pix2pix: store at 286 px, `augment(x, y, size=256)`. At 64 px: `augment(x, y, pad=4)`.

    Args:
        images: (N, C, H, W) each, any dtype; N, H and W agree, the channels may differ.
        size: side of the window in pixels; None keeps H x W. pad: pixels added around first, repeating the border.
        flip: mirror left and right. generator: a CPU torch.Generator.

    Returns:
        new tensors (N, C, size, size), a tuple for more than one batch.
    """
    n, _, height, width = images[0].shape
    for x in images:
        if x.shape[0] != n or x.shape[2:] != (height, width):
            raise ValueError(f"augment: batches must be aligned, got {[tuple(i.shape) for i in images]}")
    rows, columns = (height, width) if size is None else (size, size)
    free = height + 2 * pad - rows, width + 2 * pad - columns
    if min(free) < 0:
        raise ValueError(
            f"augment: a window of {rows} x {columns} exceeds images of {height} x {width} with pad {pad}"
        )
    top, left = (torch.randint(f + 1, (n,), generator=generator).tolist() for f in free)
    mirrored = (torch.rand(n, generator=generator) < 0.5).tolist() if flip else [False] * n

    out = []
    for x in images:
        if pad:
            down = torch.arange(-pad, height + pad, device=x.device).clamp(0, height - 1)
            across = torch.arange(-pad, width + pad, device=x.device).clamp(0, width - 1)
            x = x.index_select(2, down).index_select(3, across)
        cut = x.new_empty(n, x.shape[1], rows, columns)
        for i, (r, c, mirror) in enumerate(zip(top, left, mirrored)):
            window = x[i, :, r : r + rows, c : c + columns]
            cut[i] = window.flip(-1) if mirror else window
        out.append(cut)
    return tuple(out) if len(out) > 1 else out[0]
