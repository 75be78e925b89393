// Shared by the course's widgets: elements, controls, colours. A widget's own script follows and defines render().

function element(tag, properties = {}, ...children) {
  const { style, aria, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  if (style) Object.assign(node.style, style);
  for (const [name, value] of Object.entries(aria || {})) node.setAttribute(`aria-${name}`, value);
  // JupyterLab takes arrow keys and Enter for itself in command mode, unless the focused element says otherwise
  if (node.tabIndex >= 0) node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

// A control with a visible label, which is also its accessible name.
function labelled(text, control) {
  if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", text);
  return element("label", {}, text, control);
}

function selector(options, value, onChange) {
  const select = element("select", {}, ...options.map((text, i) => element("option", { value: String(i), textContent: text })));
  select.value = String(value);
  select.addEventListener("change", () => onChange(Number(select.value)));
  return select;
}

// A canvas of rows x columns pixels, shown `zoom` CSS pixels a pixel.
function pixelCanvas(rows, columns, zoom, label) {
  const canvas = element("canvas", { width: columns, height: rows, role: "img", aria: { label } });
  canvas.style.width = `${columns * zoom}px`;
  return canvas;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const chartText = (words, attributes) => svg("text", { fill: "var(--quiet)", "font-size": 11, ...attributes }, words);

// An entry of a legend: a piece of its line, dashed as that is, and words.
function legend(color, dash, ...words) {
  const sample = svg("line", { x1: 0, x2: 24, y1: 4, y2: 4, stroke: color, "stroke-width": 2.5, "stroke-dasharray": dash });
  return element("span", { className: "legend" }, svg("svg", { width: 24, height: 8, "aria-hidden": "true" }, sample), ...words);
}

// Black or white, whichever is easier to read on a colour of 0..255 (WCAG's relative luminance).
function readableOn(...rgb) {
  const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 3295 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

function titled(title, ...content) {
  return element("figure", {}, element("figcaption", { textContent: title }), ...content);
}

function bytesOf(model, name) {
  const view = model.get(name);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

const toUnit = (byte) => byte / 127.5 - 1; // 0..255 -> -1..1, the course's pixel range
const toByte = (value) => Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));

// Index into the signed palette: 127 is zero (white), 0 is -limit (blue), 254 is +limit (orange).
const signedIndex = (value, limit) => Math.round(127 + 127 * Math.min(1, Math.max(-1, value / limit)));

// Draw values (row by row) on a canvas; colour(value) gives [r, g, b].
function drawValues(canvas, values, colour) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    const [r, g, b] = colour(values[i]);
    image.data[4 * i] = r;
    image.data[4 * i + 1] = g;
    image.data[4 * i + 2] = b;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

const greyColour = (value) => { const b = toByte(value); return [b, b, b]; };
const signedColour = (palette, limit) => (value) => {
  const i = 3 * signedIndex(value, limit);
  return [palette[i], palette[i + 1], palette[i + 2]];
};

const minus = (text) => text.replace("-", "\u2212"); // a real minus sign
const decimal = (value, digits = 2) => minus(value.toFixed(digits)).replace(/^\u2212(0\.?0*)$/, "$1");
