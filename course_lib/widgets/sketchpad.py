"""Draw, and see every stroke translated: labels into pictures, lines into colour, hints into a colourised photo."""

import io

import torch
import traitlets
from PIL import Image

from course_lib import viz

from .base import CourseWidget
from .frames import encoded, tiled


class Sketchpad(CourseWidget):
    """A drawing of `palette` colours on the left; on the right what `translate` makes of it, after each stroke.

    The drawing lives in the browser; it is sent to the kernel while the pen moves, one drawing at a time: what was
    drawn meanwhile goes out with the next, so the latest stroke wins and nothing queues. Without a kernel the examples
    and their stored translations can still be looked at, and drawn over.

    Args:
        translate: (drawing, example) -> picture. The drawing is long (H, W), for each pixel the index of its colour, 0
            where nothing is drawn; `example` is the number of the example it began from; the picture is (3, H, W) or
            (1, H, W), uint8 or float in [-1, 1].
        palette: name -> (r, g, b), at most 255 of them. The first is the paper: nothing drawn.
        examples: drawings to begin from, integers (E, H, W) or (E, 1, H, W); the pad opens with the first.
        grounds: pictures under the drawing, one an example, (E, 1 or 3, H, W), uint8 or float in [-1, 1]; none: paper.
        pen: radius of the pen in pixels; 0 draws single ones.
        noun: what the picture is called above the right panel.

    Raises:
        ValueError: naming what does not fit.
    """

    script = "sketchpad.js"
    shared = (*CourseWidget.shared, "player.js", "drawing.js")
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    columns = traitlets.Int().tag(sync=True)  # examples, one a tile of each sheet
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colors = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    noun = traitlets.Unicode().tag(sync=True)
    pen = traitlets.Int().tag(sync=True)
    sheet = traitlets.Bytes().tag(sync=True)  # the examples' translations
    drawings = traitlets.Bytes().tag(sync=True)  # the examples, an index a pixel, PNG
    grounds = traitlets.Bytes().tag(sync=True)  # what lies under them, or nothing
    example = traitlets.Int(0, min=0).tag(sync=True)
    drawing = (
        traitlets.Bytes().tag(  # height x width indices, from the browser, where they come as a memoryview
            sync=True, echo_update=False, from_json=lambda view, widget: bytes(view)
        )
    )
    result = traitlets.Bytes().tag(sync=True)  # height x width x RGB, from the kernel
    error = traitlets.Unicode().tag(sync=True)  # what went wrong with it
    request = traitlets.Unicode().tag(sync=True, echo_update=False)
    reply = traitlets.Unicode().tag(sync=True)

    def __init__(self, translate, palette, examples, grounds=None, pen=3, noun="translation", **kwargs):
        examples = torch.as_tensor(examples)
        examples = (examples[:, 0] if examples.ndim == 4 else examples).long()
        if examples.ndim != 3 or not len(examples):
            raise ValueError(f"examples: expected drawings (E, H, W), got {tuple(examples.shape)}")
        if not 2 <= len(palette) <= 255:
            raise ValueError(f"palette: expected 2 to 255 colours, got {len(palette)}")
        if examples.min() < 0 or examples.max() >= len(palette):
            raise ValueError(f"examples: {len(palette)} colours, got an index of {int(examples.max())}")
        if grounds is not None and (len(grounds) != len(examples) or grounds.shape[2:] != examples.shape[1:]):
            raise ValueError(
                f"grounds: expected one for each of {tuple(examples.shape)}, got {tuple(grounds.shape)}"
            )
        self.translate, self.starts = translate, examples
        height, width = examples.shape[1:]
        row = torch.cat(list(examples), dim=1).to(torch.uint8)  # one tile beside the other
        self.translations = torch.cat(
            [self._translated(drawing, i)[None] for i, drawing in enumerate(examples)]
        )
        self.under = viz.to_pixels(grounds) if grounds is not None else None  # (E, H, W, 3)
        super().__init__(
            **tiled(self.translations, len(examples)),
            drawings=_png(row),
            grounds=b"" if grounds is None else encoded(Image.fromarray(_beside(self.under))),
            names=list(palette),
            colors=[list(color) for color in palette.values()],
            noun=noun,
            pen=pen,
            **kwargs,
        )
        assert (self.height, self.width) == (height, width)

    @torch.no_grad()
    def _translated(self, drawing, example):
        """The picture of a drawing as uint8 (3, H, W)."""
        picture = torch.as_tensor(self.translate(drawing, example))
        if picture.ndim != 3 or picture.shape[0] not in (1, 3) or picture.shape[1:] != drawing.shape:
            raise ValueError(
                f"translate: expected (3, {drawing.shape[0]}, {drawing.shape[1]}), got {tuple(picture.shape)}"
            )
        return torch.from_numpy(viz.to_pixels(picture[None].cpu()))[0].permute(2, 0, 1)

    @traitlets.observe("request")
    def _answer(self, change):
        with self.hold_sync():
            if change.new.startswith("translate"):
                self._translate_drawing()
            self.reply = change.new

    def _translate_drawing(self):
        expected = self.height * self.width
        if len(self.drawing) != expected or max(self.drawing) >= len(self.names):
            self.error = f"a drawing of {expected} indices below {len(self.names)} was expected"
            return
        drawing = (
            torch.frombuffer(bytearray(self.drawing), dtype=torch.uint8).view(self.height, self.width).long()
        )
        try:
            picture = self._translated(drawing, self.example)
        except Exception as error:  # the reader's own function: say what it said, stay alive
            self.error = f"{type(error).__name__}: {error}"
            return
        self.error = ""
        self.result = picture.permute(1, 2, 0).contiguous().numpy().tobytes()

    def static_frame(self):
        colors = torch.tensor(self.colors, dtype=torch.uint8)
        painted = colors[self.starts]  # (E, H, W, 3)
        if self.under is not None:
            painted = torch.where(self.starts[..., None] == 0, torch.from_numpy(self.under), painted)
        shown = slice(0, 6)
        return viz.image_grid(
            [painted[shown].permute(0, 3, 1, 2), self.translations[shown]],
            row_labels=["drawing", self.noun],
            size=1.0,
            alt=f"Sketchpad. Drawings in the colours {', '.join(self.names[1:])} above, and below each its {self.noun}.",
            caption="Sketchpad (still): open the notebook in JupyterLab to draw; its HTML export shows the examples.",
        )


def _beside(pixels):
    """(E, H, W, 3) as one row of tiles (H, E * W, 3)."""
    count, height, width, _ = pixels.shape
    return pixels.transpose(1, 0, 2, 3).reshape(height, count * width, 3)


def _png(indices):
    file = io.BytesIO()
    Image.fromarray(indices.numpy()).save(file, "PNG")
    return file.getvalue()
