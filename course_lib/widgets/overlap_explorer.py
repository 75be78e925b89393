"""Paint an image with kernels and count the overlaps: the widget of lecture 02 on checkerboards."""

import torch
import traitlets

from course_lib import viz
from course_lib.components import overlap_count, upsample_nearest
from course_lib.convolution import conv2d, conv_transpose2d

from .base import CourseWidget

WEIGHTS = ("all equal", "tent", "random")
LAYERS = ("transposed convolution", "resize, then convolve")
LARGEST = 7  # kernel
# Random enough, and the same for every reader: the golden ratio times squares, without their whole parts.
RANDOM = [round(((i * i * 0.6180339887498949) % 1) * 2 - 0.5, 4) for i in range(3, 3 + LARGEST**2)]


def kernel_of(weights, k):
    """The k x k kernel of that name, float64, sum 1."""
    if weights == "all equal":
        w = torch.ones(k, k, dtype=torch.float64)
    elif weights == "tent":
        one = torch.arange(k, dtype=torch.float64)
        one = torch.minimum(one, k - 1 - one) + 0.5
        w = torch.outer(one, one)
    else:
        w = torch.tensor(RANDOM, dtype=torch.float64).view(LARGEST, LARGEST)[:k, :k]
    return w / w.sum()


class OverlapExplorer(CourseWidget):
    """One small image, enlarged by a layer of the reader's choice; beside it an even grey wall, enlarged the same way.

    The kernel is scaled so that the mean brightness stays; the ruler is the wall: where the layer is even, it stays even.
    Everything is computed in the browser.

    Args:
        image: uint8 grey image (1, 1, H, W).
        kernel, stride: 1 to 7 and 1 to 4.
        weights: one of WEIGHTS; layer: one of LAYERS (resize: with an odd kernel, an even one is shown one larger).
    """

    script = "overlap_explorer.js"
    pixels = traitlets.Bytes().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=LARGEST).tag(sync=True)
    stride = traitlets.Int(2, min=1, max=4).tag(sync=True)
    weights = traitlets.Enum(WEIGHTS, "all equal").tag(sync=True)
    layer = traitlets.Enum(LAYERS, LAYERS[0]).tag(sync=True)
    choices = traitlets.Dict({"weights": list(WEIGHTS), "layer": list(LAYERS)}).tag(sync=True)
    random = traitlets.List(RANDOM).tag(sync=True)

    def __init__(self, image, **kwargs):
        if image.dtype != torch.uint8 or image.shape[:2] != (1, 1) or min(image.shape[2:]) < 24:
            raise ValueError(
                f"image: expected uint8 (1, 1, H, W), at least 24 pixels a side, got {image.dtype} {tuple(image.shape)}"
            )
        _, _, height, width = image.shape
        super().__init__(pixels=image.contiguous().numpy().tobytes(), height=height, width=width, **kwargs)

    @property
    def x(self):
        """The image, (1, 1, H, W) in [-1, 1], float64."""
        return (
            torch.frombuffer(bytearray(self.pixels), dtype=torch.uint8)
            .view(1, 1, self.height, self.width)
            .double()
            / 127.5
            - 1
        )

    def enlarged(self, x):
        """What the browser shows for an image (1, 1, H, W): (1, 1, H', W'), float64."""
        k, s = self.kernel, self.stride
        if self.layer == LAYERS[0]:
            return conv_transpose2d(x, s * s * kernel_of(self.weights, k)[None, None], stride=s)
        k += 1 - k % 2
        return conv2d(upsample_nearest(x, s), kernel_of(self.weights, k)[None, None], padding=k // 2)

    @property
    def count(self):
        """How many kernels overlap at each pixel of the transposed convolution: (H', W')."""
        return overlap_count((self.height, self.width), self.kernel, self.stride)

    @property
    def unevenness(self):
        """Standard deviation over mean of an enlarged wall of 1, over whole periods away from the border."""
        edge = LARGEST - 1  # pixels of the image
        rows, columns = (
            slice(edge * self.stride, (n - edge - 1) * self.stride) for n in (self.height, self.width)
        )
        inside = self.enlarged(torch.ones_like(self.x))[0, 0, rows, columns]
        return (inside.std(correction=0) / inside.mean()).item()

    def static_frame(self):
        wall = self.enlarged(0.5 * torch.ones_like(self.x))
        part = (..., slice(16, 40), slice(16, 40))
        return viz.image_grid(
            [torch.cat([self.enlarged(self.x)[part], wall[part]]).clamp(-1, 1)],
            column_labels=["the image, enlarged", "a wall, enlarged"],
            size=2.4,
            alt=f"Overlap explorer. Left a part of the image, right an even wall, both enlarged by a {self.layer} "
            f"with kernel {self.kernel}, stride {self.stride} and weights {self.weights}; unevenness {self.unevenness:.2f}.",
            caption="Overlap explorer (still): open the notebook in JupyterLab, or its HTML export, to choose the layer.",
        )
