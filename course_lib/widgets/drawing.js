// Shared by the widgets that are drawn on: a surface for mouse, finger and keyboard, whose pixels hold indices of colours.

// Indices of the pixels within `radius` of the segment from a to b.
function segment(a, b, radius, height, width) {
  const covered = [], reach = radius + 0.3;
  const [dx, dy] = [b.x - a.x, b.y - a.y], length = dx * dx + dy * dy;
  for (let y = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach)); y <= Math.min(height - 1, Math.ceil(Math.max(a.y, b.y) + reach)); y++)
    for (let x = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach)); x <= Math.min(width - 1, Math.ceil(Math.max(a.x, b.x) + reach)); x++) {
      const t = length ? Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length)) : 0;
      if (Math.hypot(x - a.x - t * dx, y - a.y - t * dy) <= Math.max(reach, 0.71)) covered.push(y * width + x);
    }
  return covered;
}

// Indices of the area of one colour that a pixel belongs to.
function area(drawing, start, height, width) {
  const colour = drawing[start], seen = new Uint8Array(drawing.length), found = [], todo = [start];
  seen[start] = 1;
  while (todo.length) {
    const at = todo.pop(), x = at % width;
    found.push(at);
    for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width])
      if (next >= 0 && next < drawing.length && !seen[next] && drawing[next] === colour) { seen[next] = 1; todo.push(next); }
  }
  return found;
}

// A surface of height x width indices of `colors`; 0 is nothing drawn. `ground()` gives the RGBA of what lies under it, or null.
// `changed()` is called after every change, `moved()` when the cursor of the keys has moved.
function drawingSurface({ height, width, zoom, colors, names, pen, label, ground, changed, moved }) {
  const pad = pixelCanvas(height, width, zoom, "");
  const mark = element("div", { style: { position: "absolute", boxSizing: "border-box", pointerEvents: "none", display: "none",
    border: "2px solid #d55e00", outline: "1px solid #fff" } });
  const node = element("div", { tabIndex: 0, role: "application", className: "pad",
    aria: { label: `${label} of ${height} by ${width} pixels: draw with mouse or finger; or move with the arrow keys, space puts the pen down and lifts it` },
    style: { position: "relative", display: "inline-block", touchAction: "none", cursor: "crosshair", lineHeight: 0 } }, pad, mark);
  let drawing = new Uint8Array(height * width), undo = [];
  let colour = 1, fill = false;
  let cursor = { x: width >> 1, y: height >> 1 }, down = false, keys = false; // keys: the pen is moved by them

  function show() {
    const context = pad.getContext("2d"), image = context.createImageData(width, height), under = ground();
    for (let i = 0; i < drawing.length; i++) {
      let rgb = colors[drawing[i]];
      if (drawing[i] === 0) { // paper: faintly chequered, so that white paint is seen on it
        const light = ((i % width >> 2) + (Math.floor(i / width) >> 2)) % 2 ? 255 : 242;
        rgb = under ? under.subarray(4 * i, 4 * i + 3) : [light, light, light];
      }
      image.data.set([rgb[0], rgb[1], rgb[2], 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }
  function become(next) {
    drawing = next;
    show();
    changed();
  }
  function remember() {
    undo.push(drawing.slice());
    if (undo.length > 50) undo.shift();
  }
  function put(indices) {
    for (const i of indices) drawing[i] = colour;
    show();
    changed();
  }
  const stroke = (from, to) => put(segment(from, to, pen, height, width));
  function press(place) {
    remember();
    if (fill) put(area(drawing, place.y * width + place.x, height, width));
    else stroke(place, place);
  }
  function place(event) {
    const box = pad.getBoundingClientRect(), inside = (value, count) => Math.min(count - 1, Math.max(0, Math.floor(value * count)));
    return { x: inside((event.clientX - box.left) / box.width, width), y: inside((event.clientY - box.top) / box.height, height) };
  }
  let last = null;
  node.addEventListener("pointerdown", (event) => {
    node.setPointerCapture(event.pointerId);
    mark.style.display = "none";
    keys = false;
    last = place(event);
    press(last);
  });
  node.addEventListener("pointermove", (event) => {
    if (!last || fill) return;
    const next = place(event);
    if (next.x !== last.x || next.y !== last.y) stroke(last, next);
    last = next;
  });
  for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, () => { last = null; });

  const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  function showCursor() {
    const size = 2 * pen + 1;
    Object.assign(mark.style, { display: "block", width: `${100 * size / width}%`, height: `${100 * size / height}%`,
      left: `${100 * (cursor.x - pen) / width}%`, top: `${100 * (cursor.y - pen) / height}%`, borderStyle: down ? "solid" : "dashed" });
  }
  node.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); back(); return; }
    const step = STEPS[event.key];
    if (step) {
      const reach = event.shiftKey ? 8 : 1, inside = (value, count) => Math.min(count - 1, Math.max(0, value));
      const next = { x: inside(cursor.x + reach * step[0], width), y: inside(cursor.y + reach * step[1], height) };
      if (down) stroke(cursor, next);
      cursor = next;
    } else if (event.key === " ") {
      down = !down && !fill;
      if (down || fill) press(cursor);
    } else return;
    event.preventDefault();
    showCursor();
    keys = true;
    moved();
  });
  node.addEventListener("blur", () => { down = keys = false; mark.style.display = "none"; });

  function back() { if (undo.length) become(undo.pop()); }
  const button = (text, onclick) => element("button", { type: "button", textContent: text, onclick });
  const toggle = (control, on) => { control.setAttribute("aria-pressed", String(on)); control.style.boxShadow = on ? "0 0 0 2px #0072b2" : "none"; };
  const swatches = names.map((name, i) => {
    const [r, g, b] = colors[i], dark = 0.3 * r + 0.6 * g + 0.1 * b < 140;
    const swatch = button(i ? name : "eraser", () => pick(i));
    Object.assign(swatch.style, i ? { background: `rgb(${r},${g},${b})`, color: dark ? "#fff" : "#1c2733" } : {});
    return swatch;
  });
  function pick(index) {
    colour = index;
    swatches.forEach((swatch, i) => toggle(swatch, i === index));
  }
  const bucket = button("fill area", () => { fill = !fill; toggle(bucket, fill); });
  toggle(bucket, false);
  const size = element("input", { type: "range", min: "0", max: "8", step: "1", value: String(pen), style: { width: "90px" } });
  size.addEventListener("input", () => { pen = Number(size.value); });
  pick(1);

  return {
    node,
    show,
    drawing: () => drawing,
    load(indices) { drawing = indices; undo = []; show(); }, // a new picture: nothing to go back to, nothing to be told
    clear() { remember(); become(new Uint8Array(height * width)); },
    tools: { undo: button("undo", back), bucket, size: labelled("pen", size) },
    swatches: element("div", { className: "controls", style: { gap: "5px" }, role: "group", aria: { label: "colours" } }, ...swatches),
    spoken() { // where the keys are, and the drawing in words
      const at = keys ? `row ${cursor.y + 1}, column ${cursor.x + 1}: ${names[drawing[cursor.y * width + cursor.x]]}; pen ${down ? "down" : "up"}. ` : "";
      const counts = new Array(names.length).fill(0);
      for (const index of drawing) counts[index]++;
      const said = counts.map((n, i) => [n / drawing.length, names[i]]).slice(1).filter(([share]) => share > 0)
        .sort((a, b) => b[0] - a[0]).slice(0, 5).map(([share, name]) => `${name} ${Math.max(1, Math.round(100 * share))} %`);
      return at + (said.length ? `Drawn: ${said.join(", ")}.` : "Nothing drawn yet.");
    },
  };
}

// The RGBA of one tile of a sheet.
function tileReader(height, width) {
  const scratch = element("canvas", { width, height });
  return (sheet, number) => {
    scratch.getContext("2d").clearRect(0, 0, width, height);
    sheet.tile(scratch, number);
    return scratch.getContext("2d").getImageData(0, 0, width, height).data;
  };
}

// Sends the drawing while the pen moves, one at a time: what was drawn meanwhile goes out with the next, so the latest wins.
// `settled(silent)` is called after each answer, and when none came; the result is the time since the last drawing left, in ms.
function drawingLine(model, ask, drawing, settled) {
  const line = kernelLine(model);
  let stale = false, sentAt = 0;
  function send() {
    stale = true;
    if (line.busy()) return;
    stale = false;
    sentAt = performance.now();
    model.set("drawing", new DataView(drawing().slice().buffer));
    const after = (silent) => () => { settled(silent); if (stale) send(); }; // a slow answer must not lose the latest stroke
    line.ask(ask, after(false), after(true));
  }
  return { send, elapsed: () => performance.now() - sentAt };
}

// Draws height x width x RGB bytes, from `offset` on.
function drawBytes(canvas, bytes, offset = 0) {
  const context = canvas.getContext("2d"), image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++)
    image.data.set([bytes[offset + 3 * i], bytes[offset + 3 * i + 1], bytes[offset + 3 * i + 2], 255], 4 * i);
  context.putImageData(image, 0, 0);
}
