"""Change a kernel, watch the response map: the widget of lecture 01."""

import torch
import traitlets

from course_lib import viz
from course_lib.convolution import conv2d

from .base import CourseWidget


def _box(k):
    return [[1 / k**2] * k for _ in range(k)]


PRESETS = {
    "identity: copy the pixel": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "box blur 3 × 3": _box(3),
    "box blur 5 × 5": _box(5),
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "left to right change (Sobel)": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "top to bottom change (Sobel)": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "any direction (Laplacian)": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "shift by one pixel": [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    "all zero: start your own": [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
}


class KernelExplorer(CourseWidget):
    """One image, one k x k kernel, the map of its responses; everything is computed in the browser.

    The map has no padding, so it is k - 1 pixels smaller than the image.

    Args:
        images: name -> uint8 grey image (1, 1, H, W); all of one size.
        preset: name of the kernel shown first, one of `PRESETS`.
    """

    script = "kernel_explorer.js"
    pixels = traitlets.Bytes().tag(sync=True)  # every image, one after the other, row by row
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    image = traitlets.Int(0).tag(sync=True)  # which one is shown
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    kernel = traitlets.List().tag(sync=True)  # k rows of k weights
    signed = traitlets.Bool(False).tag(sync=True)  # colours: blue to orange, or greys

    def __init__(self, images, preset="left to right change (Sobel)", **kwargs):
        sizes = {tuple(image.shape) for image in images.values()}
        if len(sizes) != 1 or next(iter(sizes))[:2] != (1, 1):
            raise ValueError(f"images: expected uint8 tensors of one size (1, 1, H, W), got {sorted(sizes)}")
        _, _, height, width = sizes.pop()
        super().__init__(
            pixels=torch.cat(list(images.values())).contiguous().numpy().tobytes(),
            names=list(images),
            height=height,
            width=width,
            kernel=PRESETS[preset],
            signed=sum(map(sum, PRESETS[preset])) < 0.5,
            **kwargs,
        )

    @property
    def x(self):
        """The shown image, (1, 1, H, W) in [-1, 1], float64."""
        all_pixels = torch.frombuffer(bytearray(self.pixels), dtype=torch.uint8)
        return (all_pixels.view(-1, 1, 1, self.height, self.width)[self.image].double()) / 127.5 - 1

    @property
    def response(self):
        """What the browser shows, computed by course_lib: (1, 1, H - k + 1, W - k + 1), float64."""
        return conv2d(self.x, torch.tensor(self.kernel, dtype=torch.float64)[None, None])

    def static_frame(self):
        return viz.response_maps(
            self.response[0],
            image=self.x,
            titles=[f"image: {self.names[self.image]}", "response"],
            size=2.2,
            alt=f"Kernel explorer. Left, a grey picture ({self.names[self.image]}); right, the response of the "
            f"{len(self.kernel)} by {len(self.kernel)} kernel {self.kernel}.",
            caption="Kernel explorer (still): open the notebook in JupyterLab, or its HTML export, to edit the kernel.",
        )
