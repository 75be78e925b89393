"""Figures: one look for the whole course.

Every function returns a :class:`Picture`; a notebook cell that ends in one shows it, with its caption and its
alt text. Images are uint8 or floats in [-1, 1], (N, C, H, W); a signed response map is coloured blue for negative,
white for zero, orange for positive. matplotlib is imported at the first figure, not with this module.
"""

import base64
import functools
import html
import io

import torch

INK, PAPER, MUTED = "#1c2733", "#ffffff", "#5b6770"
# Okabe and Ito's palette, readable with every common colour blindness (jfly.uni-koeln.de/color, 2008).
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# Stops of the signed palette, negative to positive; both arms darken at the same rate.
SIGNED_STOPS = ("#08306b", "#2f7fbc", "#9ecae1", "#ffffff", "#fdbe7b", "#e0701a", "#7a2c02")
DPI = 120  # 1.25 image pixels a CSS pixel: sharp enough on a dense screen, small in the notebook


class Picture:
    """An encoded image with the words that belong to it.

    `text/html` is the form that carries alt text everywhere: JupyterLab drops the `alt` of an image output's
    metadata, and nbconvert's lab template does too.

    Args:
        data: PNG or WebP bytes.
        alt: what a reader who cannot see it needs to know; one or two sentences.
        caption: what to look at, shown under the picture.
        width: in CSS pixels.
    """

    def __init__(self, data, alt, caption="", width=None):
        if not alt.strip():
            raise ValueError("a picture needs alt text, got an empty string")
        self.data, self.alt, self.caption, self.width = data, alt, caption, width

    @property
    def mime(self):
        return "image/png" if self.data.startswith(b"\x89PNG") else "image/webp"

    def to_html(self):
        uri = f"data:{self.mime};base64,{base64.b64encode(self.data).decode()}"
        width = f' width="{self.width}"' if self.width else ""
        image = f'<img src="{uri}" alt="{html.escape(self.alt)}"{width} style="max-width:100%;background:{PAPER};padding:6px;border-radius:6px">'
        caption = f"<figcaption><em>{html.escape(self.caption)}</em></figcaption>" if self.caption else ""
        return f'<figure style="margin:0.5em 0">{image}{caption}</figure>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/html": self.to_html(), "text/plain": f"[figure: {self.alt}]"}
        if self.mime == "image/png":  # for viewers that render no HTML
            bundle["image/png"] = base64.b64encode(self.data).decode()
        return bundle


def to_pixels(images):
    """uint8 or [-1, 1] float images (N, 1 or 3, H, W) -> uint8 array (N, H, W, 3)."""
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"images: expected (N, 1 or 3, H, W), got {tuple(images.shape)}")
    images = images.detach().cpu()
    if images.dtype != torch.uint8:
        images = ((images.double() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return images.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous().numpy()


@functools.cache
def signed_palette():
    """The signed palette as a uint8 tensor (255, 3): entry 127 is zero, white."""
    stops = torch.tensor(
        [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in SIGNED_STOPS], dtype=torch.float64
    )
    t = torch.linspace(0, len(SIGNED_STOPS) - 1, 255, dtype=torch.float64)
    low = t.floor().long().clamp(max=len(SIGNED_STOPS) - 2)
    return torch.lerp(stops[low], stops[low + 1], (t - low)[:, None]).round().to(torch.uint8)


def signed_images(maps, limit):
    """Signed maps (..., H, W) as images for `image_grid`: uint8 (..., 3, H, W), -limit..limit over the palette."""
    index = ((maps.detach().cpu().double() / limit).clamp(-1, 1) * 127 + 127).round().long()
    return signed_palette()[index].movedim(-1, -3)


@functools.cache
def _matplotlib():
    """Import matplotlib and set the course's style, once."""
    import matplotlib
    from matplotlib.colors import ListedColormap

    matplotlib.rcParams.update(
        {
            "figure.facecolor": PAPER,
            "axes.facecolor": PAPER,
            "savefig.facecolor": PAPER,
            "figure.dpi": DPI,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": MUTED,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "axes.prop_cycle": matplotlib.cycler(color=COLORS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "grid.color": "#e3e7ea",
            "font.size": 10.5,
            "axes.titlesize": 10.5,
            "axes.titlepad": 6,
            "lines.linewidth": 1.8,
            "legend.frameon": False,
            "image.interpolation": "nearest",
        }
    )
    return ListedColormap(signed_palette().numpy() / 255, name="signed")


def figure(width=7.5, height=3.0, nrows=1, ncols=1, **subplots):
    """A figure in the course's look: (matplotlib figure, its axes as `Figure.subplots` gives them); inches."""
    _matplotlib()
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), layout="constrained")
    return fig, fig.subplots(nrows, ncols, **subplots)


def picture(fig, *, alt, caption=""):
    """Encode a matplotlib figure: PNG of 256 colours, or WebP where photographs make that smaller."""
    from PIL import Image

    raw = io.BytesIO()
    fig.savefig(raw, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})  # encoded well once, below
    image = Image.open(raw).convert("RGB")
    encoded = io.BytesIO()
    image.quantize(256).save(encoded, format="PNG", optimize=True)
    if encoded.tell() > 25_000:
        webp = io.BytesIO()
        image.save(webp, format="WEBP", quality=85, method=6)
        encoded = min(encoded, webp, key=lambda file: file.tell())
    return Picture(encoded.getvalue(), alt, caption, width=round(image.width * 96 / DPI))


def draw_image(ax, pixels, title=""):
    """Draw one (H, W, 3) image on axes without ticks."""
    ax.imshow(pixels)
    ax.set(xticks=[], yticks=[], title=title)
    for side in ax.spines.values():
        side.set_visible(False)


def _inches(label):
    """How wide a label is set, in inches."""
    _matplotlib()
    from matplotlib import rcParams
    from matplotlib.textpath import TextPath

    return (
        max(
            TextPath((0, 0), f"{line}.", rcParams["font.size"]).get_extents().width
            for line in label.split("\n")
        )
        / 72
    )


def image_grid(rows, *, alt, caption="", row_labels=(), column_labels=(), size=1.1):
    """Rows of images, each row labelled with what it is.

    Args:
        rows: a list of batches (N, C, H, W), one a row; or one batch, which is one row.
        row_labels, column_labels: a word or two each.
        size: inches an image.
    """
    rows = [rows] if isinstance(rows, torch.Tensor) else list(rows)
    if row_labels and len(row_labels) != len(rows):
        raise ValueError(f"row_labels: expected {len(rows)}, one a row, got {len(row_labels)}")
    pixels = [to_pixels(row) for row in rows]
    columns = max(len(row) for row in pixels)
    aspect = pixels[0].shape[1] / pixels[0].shape[2]
    margin = max(map(_inches, row_labels)) + 0.1 if row_labels else 0
    lines = max((1 + title.count("\n") for title in column_labels), default=0)
    longest = max((len(line) for title in column_labels for line in title.split("\n")), default=0)
    fig, axes = figure(
        columns * size + margin,
        len(rows) * (size * aspect + 0.06) + (0.19 * lines + 0.14 if lines else 0),
        len(rows),
        columns,
        squeeze=False,
    )
    fig.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.02, hspace=0.02)
    for r, row in enumerate(pixels):
        for c in range(columns):
            if c < len(row):
                draw_image(axes[r, c], row[c], column_labels[c] if r == 0 and c < len(column_labels) else "")
                title = axes[r, c].title
                # a letter is about 0.6 of its size wide: a long label must fit its column
                title.set_fontsize(min(title.get_fontsize(), 72 * size / (0.6 * max(longest, 1))))
            else:
                axes[r, c].set_axis_off()
        if row_labels:
            axes[r, 0].set_ylabel(row_labels[r], rotation=0, ha="right", va="center")
    return picture(fig, alt=alt, caption=caption)


def response_maps(maps, *, alt, caption="", titles=(), image=None, limit=None, columns=None, size=1.9):
    """Signed maps on one colour scale, with a colour bar; the image they come from, if given, stands first.

    Args:
        maps: (N, H, W) tensor, or a list of (H, W) tensors of any sizes.
        titles: one for each panel, the image's first where there is one.
        image: (1, C, H, W), or None.
        limit: value of the deepest orange; None: the largest magnitude in `maps`.
        columns: panels a line; None: all in one.
        size: inches a panel is wide.
    """
    maps = [m.detach().cpu().double() for m in maps]
    limit = limit or max(m.abs().max().item() for m in maps) or 1.0
    panels = len(maps) + (image is not None)
    columns = columns or panels
    lines = -(-panels // columns)
    aspect = maps[0].shape[0] / maps[0].shape[1]
    title_lines = max((1 + title.count("\n") for title in titles), default=0)
    height = lines * (size * aspect + 0.1 + (0.19 * title_lines + 0.14 if title_lines else 0))
    fig, axes = figure(columns * size + 0.9, height, lines, columns, squeeze=False)
    axes = axes.ravel()
    titles = list(titles) + [""] * (panels - len(titles))
    if image is not None:
        draw_image(axes[0], to_pixels(image)[0], titles[0])
    for ax, m, title in zip(axes[panels - len(maps) :], maps, titles[panels - len(maps) :]):
        shown = ax.imshow(m.numpy(), cmap=_matplotlib(), vmin=-limit, vmax=limit)
        ax.set(xticks=[], yticks=[], title=title)
        for side in ax.spines.values():
            side.set(visible=True, color="#cfd6db")
    for ax in axes[panels:]:
        ax.set_axis_off()
    bar = fig.colorbar(shown, ax=list(axes), fraction=0.05, aspect=14 * lines, pad=0.01)
    bar.outline.set_visible(False)
    return picture(fig, alt=alt, caption=caption)


def curves(x, series, *, alt, xlabel, ylabel, caption="", title="", width=6.5, height=3.2, logy=False):
    """Curves with bands: each entry of `series`, name -> (T,) or (runs, T), gives a median and its range."""
    fig, ax = figure(width, height)
    for (name, values), color in zip(series.items(), COLORS):
        runs = torch.atleast_2d(torch.as_tensor(values)).detach().cpu().double()
        ax.plot(x, runs.median(0).values.numpy(), color=color, label=name)
        if len(runs) > 1:
            ax.fill_between(
                x,
                runs.min(0).values.numpy(),
                runs.max(0).values.numpy(),
                color=color,
                alpha=0.18,
                linewidth=0,
            )
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, yscale="log" if logy else "linear")
    ax.grid(True)
    if len(series) > 1:
        ax.legend()
    return picture(fig, alt=alt, caption=caption)
