"""Walk a filter over a small colour image, one dot product at a time: the second widget of lecture 01."""

import torch
import traitlets

from course_lib import viz
from course_lib.convolution import conv2d

from .base import CourseWidget


class SlidingWindow(CourseWidget):
    """One filter (3, k, k) on one small image: step through the windows, watch the map fill.

    Args:
        image: uint8 (1, 3, H, W), at most 32 pixels a side.
        weight: (3, k, k), float.
        bias: float.
        stride, padding, dilation: where the reader starts.
    """

    script = "sliding_window.js"
    pixels = traitlets.Bytes().tag(sync=True)  # channel, row, column
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    weight = traitlets.List().tag(sync=True)  # channel, row, column, nested
    bias = traitlets.Float(0.0).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=4).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=4).tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=3).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)  # windows before the shown one, row by row

    def __init__(self, image, weight, bias=0.0, **kwargs):
        if image.ndim != 4 or image.shape[:2] != (1, 3) or max(image.shape[2:]) > 32:
            raise ValueError(f"image: expected (1, 3, H, W) of at most 32 pixels, got {tuple(image.shape)}")
        if weight.ndim != 3 or len(weight) != 3:
            raise ValueError(f"weight: expected (3, k, k), got {tuple(weight.shape)}")
        super().__init__(
            pixels=image.contiguous().numpy().tobytes(),
            height=image.shape[2],
            width=image.shape[3],
            weight=weight.double().tolist(),
            bias=float(bias),
            **kwargs,
        )

    @property
    def x(self):
        """The image, (1, 3, H, W) in [-1, 1], float64."""
        pixels = torch.frombuffer(bytearray(self.pixels), dtype=torch.uint8)
        return pixels.view(1, 3, self.height, self.width).double() / 127.5 - 1

    @property
    def response(self):
        """The whole map, computed by course_lib: (1, 1, H_out, W_out), float64."""
        weight = torch.tensor(self.weight, dtype=torch.float64)[None]
        bias = torch.tensor([self.bias], dtype=torch.float64)
        return conv2d(self.x, weight, bias, self.stride, self.padding, self.dilation)

    def static_frame(self):
        size = tuple(self.response.shape[2:])
        return viz.response_maps(
            self.response[0],
            image=self.x,
            titles=["image", f"the whole map, {size[0]} × {size[1]}"],
            size=2.2,
            alt=f"Sliding window. Left, a small {self.height} by {self.width} colour image; right, the "
            f"{size[0]} by {size[1]} map of one filter's responses.",
            caption="Sliding window (still): open the notebook in JupyterLab, or its HTML export, to step through it.",
        )
