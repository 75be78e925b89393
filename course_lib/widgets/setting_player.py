"""Turn one or more knobs and watch pictures that were computed for every setting: a player for any experiment."""

import math

import torch
import traitlets

from course_lib import viz

from .frames import Player, tiled


class SettingPlayer(Player):
    """Pictures of every setting of some knobs, side by side; the browser shows those of the setting chosen.

    Args:
        frames: (n_1, ..., n_k, P, C, H, W), uint8 or in [-1, 1]: P pictures for every setting of k knobs.
        knobs: name -> the n_i texts of its values.
        panels: P titles.
        readouts: a text for every setting, the last knob running fastest.
        alt: what the pictures show, one sentence.
        chosen: the place of each knob at first; None: all in the middle.
        zoom: CSS pixels a pixel.
    """

    script = "setting_player.js"
    knobs = traitlets.List().tag(sync=True)  # [name, [text, ...]] each
    panels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    readouts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    zoom = traitlets.Int(2).tag(sync=True)

    def __init__(self, frames, knobs, panels, readouts, alt, chosen=None, **kwargs):
        counts = [len(values) for values in knobs.values()]
        expected = (*counts, len(panels))
        if frames.ndim != len(expected) + 3 or tuple(frames.shape[:-3]) != expected:
            raise ValueError(f"frames: expected {expected} + (C, H, W), got {tuple(frames.shape)}")
        if len(readouts) != math.prod(counts):
            raise ValueError(f"readouts: expected {math.prod(counts)}, one a setting, got {len(readouts)}")
        super().__init__(
            **tiled(frames.reshape(-1, *frames.shape[-3:]), len(panels)),
            knobs=[[name, list(values)] for name, values in knobs.items()],
            panels=list(panels),
            readouts=list(readouts),
            chosen=[n // 2 for n in counts] if chosen is None else list(chosen),
            alt=alt,
            **kwargs,
        )

    @property
    def setting(self):
        """The number of the chosen setting, the last knob running fastest."""
        number = 0
        for place, (_, values) in zip(self.chosen, self.knobs):
            number = number * len(values) + place
        return number

    def static_frame(self):
        tiles = self.setting * len(self.panels) + torch.arange(len(self.panels))
        now = ", ".join(f"{name} {values[k]}" for k, (name, values) in zip(self.chosen, self.knobs))
        return viz.image_grid(
            self.static_frames(tiles),
            column_labels=self.panels,
            size=1.9,
            alt=f"Setting player. {self.alt} Here at {now}: {self.readouts[self.setting]}",
            caption=f"Setting player (still), {now}: open the notebook in JupyterLab, or its HTML export, to turn the knobs.",
        )
