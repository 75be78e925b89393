"""What every widget of the course shares: three forms of one drawing.

* live: an anywidget; its state is stored in the executed notebook, so it works when the notebook is opened;
* exported: `text/html` with the same script and the state inside, for pages without a kernel or a network;
* static: a picture with alt text inside that HTML, for readers without JavaScript.
"""

import base64
import json
import re
import uuid
import zlib
from pathlib import Path

import anywidget
import traitlets

from course_lib import viz

HERE = Path(__file__).parent
# The script comes packed: `render` is what it exports.
UNPACK = """
const packed = Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0));
const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
const script = new Blob([await new Response(inflated).text()], { type: "text/javascript" });
const { render } = (await import(URL.createObjectURL(script))).default;"""
# Without network, kernel or bundler: `model` has the four methods of anywidget's model that a script uses.
STANDALONE = """
const state = %s;
for (const name of %s) {
  const bytes = Uint8Array.from(atob(state[name]), (c) => c.charCodeAt(0));
  state[name] = new DataView(bytes.buffer);
}
const listeners = {};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; (listeners[`change:${name}`] || []).forEach((call) => call()); },
  on: (event, call) => { (listeners[event] ||= []).push(call); },
  save_changes: () => {},
};
const el = document.getElementById("%s");
el.replaceChildren();
render({ model, el });
"""


class CourseWidget(anywidget.AnyWidget):
    """A widget drawn by `<script>.js`, which defines `function render({ model, el })`.

    A subclass names its `script`, declares its synced traits and gives `static_frame()`. base.js (controls, palette,
    canvases) is put before the script; base.css styles `.course-widget`.
    """

    script = None  # file name beside this module
    shared = ("base.js",)  # put before it
    palette = traitlets.Bytes(read_only=True).tag(sync=True)  # the signed palette of viz, 255 x RGB

    def __init_subclass__(cls, **kwargs):
        if "script" in cls.__dict__:
            source = "".join((HERE / name).read_text() for name in (*cls.shared, cls.script))
            # a notebook stores it for each widget: without comment lines and indentation
            source = re.sub(r"^[ \t]*//.*\n|^[ \t]+", "", source, flags=re.MULTILINE)
            # anywidget makes traits of _esm and _css; the texts stay under these names
            cls.script_text = cls._esm = source + "\nexport default { render };\n"
            cls.style_text = cls._css = (HERE / "base.css").read_text()
        super().__init_subclass__(**kwargs)

    @traitlets.default("palette")
    def _palette(self):
        return viz.signed_palette().numpy().tobytes()

    def static_frame(self):
        """The first frame as a viz.Picture, computed by course_lib."""
        raise NotImplementedError(f"{type(self).__name__} has no static_frame()")

    def to_html(self):
        """The exported form: self-contained, nothing is fetched from anywhere."""
        return self._page(self.static_frame())

    def _page(self, frame):
        names = [name for name in self.traits(sync=True) if name in type(self).own_traits()]
        state = {name: getattr(self, name) for name in names}
        binary = [name for name, value in state.items() if isinstance(value, bytes)]
        for name in binary:
            state[name] = base64.b64encode(state[name]).decode()
        identity = f"widget-{uuid.uuid4().hex[:12]}"
        start = STANDALONE % (json.dumps(state), json.dumps(binary), identity)
        start = start.replace("</", "<\\/")  # would end the script early
        return f'<div id="{identity}">{frame.to_html()}</div>\n{self.exported_head()}{start}</script>'

    @classmethod
    def exported_head(cls):
        """Style and script of the exported form, before the state. A module: two widgets on a page do not meet."""
        packed = base64.b64encode(zlib.compress(cls.script_text.encode(), 9)).decode()  # a third of the text
        return f'<style>{cls.style_text}</style>\n<script type="module">{UNPACK % packed}'

    @classmethod
    def own_traits(cls):
        """Names of the synced traits declared by the course, not by ipywidgets or anywidget."""
        theirs = set(anywidget.AnyWidget.class_traits())
        return {
            name for name in cls.class_traits(sync=True) if name not in theirs and not name.startswith("_")
        }

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        frame = self.static_frame()
        data |= {"text/html": self._page(frame), "text/plain": f"[widget: {frame.alt}]"}
        return data, metadata
