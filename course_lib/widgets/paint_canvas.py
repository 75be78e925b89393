"""Paint on a picture's projection and see the edit: in G's language, and transferred to the original."""

import torch
import traitlets

from course_lib import viz
from course_lib.editing import add_constraints, color_constraint, edit, sketch_constraint, warp_constraint
from course_lib.transfer import transfer_edit

from .base import CourseWidget
from .frames import tiled
from .sketchpad import _png as png

DEGREES = 4  # pictures on the way from the projection to the full edit


class PaintCanvas(CourseWidget):
    """Four pictures: the original, its projection (paint here), the edit G(z) and the original with the edit's change.

    Brushes ask for colours, the pen for edges, and a patch of the projection can be dragged to where it is wanted.

    The drawing lives in the browser and is sent while the pen moves, one drawing at a time: the latest stroke wins and
    nothing queues. The kernel edits anew from the projection for each drawing, so that undo gives back exactly what was,
    and answers with the whole way from the projection to the edit; "strength" walks along it in the browser.
    A stroke on a face of 32 px (14 steps, the transfer) takes the kernel 182 ms of processor time, p95 of 30 strokes 209 ms, on one thread
    of an Intel Xeon that others were using, too; the goal, from stroke to picture, is 400 ms.
    Without a kernel the examples' strokes and their ways are there, computed beforehand.

    Args:
        generator, discriminator: in eval mode; D returns logits of "real".
        originals: (E, C, H, W) in [-1, 1].
        codes: their projections' codes, (E, d).
        palette: name -> (r, g, b) of the brushes.
        examples: strokes to open with, (E, H, W): 0 nothing, k the k-th brush, len(palette) + 1 the sketching pen.
        steps, lr, lambda_z, lambda_d: as for `editing.edit`.
        sketch_weight: of the sketch in U.

    Raises:
        ValueError: naming what does not fit.
    """

    script = "paint_canvas.js"
    shared = (*CourseWidget.shared, "player.js", "drawing.js")
    height = traitlets.Int().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    columns = traitlets.Int().tag(sync=True)  # examples, one a column of each sheet
    degrees = traitlets.Int(DEGREES).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    colors = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    sheet = traitlets.Bytes().tag(sync=True)  # rows: original, then G along the way, then the transfers
    drawings = traitlets.Bytes().tag(sync=True)  # the examples' strokes, an index a pixel, PNG
    violations = traitlets.List(traitlets.List(traitlets.Float())).tag(
        sync=True
    )  # of each example along the way
    example = traitlets.Int(0, min=0).tag(sync=True)
    strength = traitlets.Int(DEGREES, min=0, max=DEGREES).tag(sync=True)
    drawing = (
        traitlets.Bytes().tag(  # height x width indices, from the browser, where they come as a memoryview
            sync=True, echo_update=False, from_json=lambda view, widget: bytes(view)
        )
    )
    # row, column and radius of a patch, pixels down and right; or nothing
    drag = traitlets.List(traitlets.Int()).tag(sync=True, echo_update=False)
    result = traitlets.Bytes().tag(
        sync=True
    )  # G along the way, then the transfers: each height x width x RGB
    violation = traitlets.List(traitlets.Float()).tag(sync=True)  # U along the way of `result`
    error = traitlets.Unicode().tag(sync=True)
    request = traitlets.Unicode().tag(sync=True, echo_update=False)
    reply = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        generator,
        discriminator,
        originals,
        codes,
        palette,
        examples,
        steps=12,
        lr=0.15,
        lambda_z=0.002,
        lambda_d=0.01,
        sketch_weight=10.0,
        **kwargs,
    ):
        examples = torch.as_tensor(examples).long()
        count, _, height, width = originals.shape
        if examples.shape != (count, height, width) or len(codes) != count:
            raise ValueError(
                f"examples, codes: expected {(count, height, width)} and {count} codes, one for each original, "
                f"got {tuple(examples.shape)} and {len(codes)}"
            )
        names = ["nothing", *palette, "sketch"]
        if examples.min() < 0 or examples.max() >= len(names):
            raise ValueError(f"examples: {len(palette)} brushes and the pen, got {int(examples.max())}")
        self.generator, self.discriminator = generator, discriminator
        self.originals, self.codes, self.starts = originals, codes.detach(), examples
        self.options = {"steps": steps, "lr": lr, "lambda_z": lambda_z, "lambda_d": lambda_d}
        self.sketch_weight = sketch_weight
        bytes_ = torch.tensor([[255, 255, 255], *palette.values(), [30, 30, 30]], dtype=torch.uint8)
        self.inks = bytes_.to(originals.dtype) / 127.5 - 1  # (K, 3)
        ways, violations = zip(*(self.way(drawing, i) for i, drawing in enumerate(examples)))
        rows = torch.cat(
            [originals[:, None], torch.stack(ways)], dim=1
        )  # (E, 1 + 2 * (DEGREES + 1), C, H, W)
        super().__init__(
            **tiled(rows.transpose(0, 1).flatten(0, 1), count),
            drawings=png(torch.cat(list(examples), dim=1).to(torch.uint8)),
            violations=list(violations),
            names=names,
            colors=bytes_.tolist(),
            **kwargs,
        )

    def constraint(self, drawing, drag=(), before=None):
        """U of a drawing (H, W): colour where a brush has been, edges where the pen has been, and a patch where it was dragged.

        Args:
            drag: row, column and radius of a patch of `before` (C, H, W), pixels down and right; or nothing.
        """
        inks = self.inks.mean(1, keepdim=True) if self.originals.shape[1] == 1 else self.inks
        pen = drawing == len(self.inks) - 1
        target = inks[drawing].permute(2, 0, 1)  # (C, H, W)
        line = torch.where(pen, -1.0, 1.0).to(target.dtype)[None]
        wishes = [(1.0, color_constraint(target, (drawing > 0) & ~pen))]
        if pen.any():
            wishes.append((self.sketch_weight, sketch_constraint(line, pen)))
        if drag:
            row, column, radius, *shift = drag
            rows, columns = torch.meshgrid(*map(torch.arange, drawing.shape), indexing="ij")
            patch = (rows - row).square() + (columns - column).square() <= radius**2
            wishes.append((1.0, warp_constraint(before, patch, shift)))
        return add_constraints(*wishes)

    def way(self, drawing, example, drag=()):
        """G along the way to the edit and the transfers, (2 * (DEGREES + 1), C, H, W), and U along it."""
        z0, x = self.codes[example : example + 1], self.originals[example : example + 1]
        with torch.no_grad():
            violated = self.constraint(drawing, drag, self.generator(z0)[0])
        z1 = z0
        if drawing.any() or drag:
            z1, _ = edit(self.generator, self.discriminator, z0, violated, **self.options)
        path, results = transfer_edit(self.generator, x, z0[0], z1[0], DEGREES)
        with torch.no_grad():
            return torch.cat([path, results]), [round(u, 4) for u in violated(path).tolist()]

    @traitlets.observe("request")
    def _answer(self, change):
        with self.hold_sync():
            if change.new.startswith("edit"):
                self._edit_drawing()
            self.reply = change.new

    def _edit_drawing(self):
        expected = self.height * self.width
        if len(self.drawing) != expected or max(self.drawing) >= len(self.names):
            self.error = f"a drawing of {expected} indices below {len(self.names)} was expected"
            return
        if self.drag and (len(self.drag) != 5 or not 0 < self.drag[2] <= expected):
            self.error = f"a drag of row, column, radius, down, right was expected, got {self.drag}"
            return
        drawing = torch.frombuffer(bytearray(self.drawing), dtype=torch.uint8).view(self.height, self.width)
        try:
            pictures, violation = self.way(drawing.long(), self.example, self.drag)
        except Exception as error:  # the reader's own networks: say what they said, stay alive
            self.error = f"{type(error).__name__}: {error}"
            return
        self.error = ""
        self.violation = violation
        self.result = viz.to_pixels(pictures).tobytes()

    def static_frame(self):
        painted = torch.from_numpy(viz.to_pixels(self.generator(self.codes))).permute(0, 3, 1, 2)
        ink = torch.tensor(self.colors, dtype=torch.uint8)[self.starts].permute(0, 3, 1, 2)
        painted = torch.where(self.starts[:, None] > 0, ink, painted)
        ways = torch.stack([self.way(drawing, i)[0] for i, drawing in enumerate(self.starts)])
        as_bytes = [
            torch.from_numpy(viz.to_pixels(p)).permute(0, 3, 1, 2)
            for p in (self.originals, ways[:, DEGREES], ways[:, -1])
        ]
        return viz.image_grid(
            [as_bytes[0], painted, *as_bytes[1:]],
            row_labels=["original", "painted on its\nprojection", "edit", "transferred"],
            size=1.1,
            alt=f"Paint canvas. {len(self.starts)} originals, strokes painted on their projections, what G makes of them, and the "
            "originals with the same change.",
            caption="Paint canvas (still): open the notebook in JupyterLab to paint; its HTML export shows the prepared strokes by degrees.",
        )
