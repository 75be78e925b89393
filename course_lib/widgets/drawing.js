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
// `changed()` is called after every change, `moved()` when the cursor of the keys has moved. With `drags` there is
// also a tool, tools.grab, that drags a round patch of the ground elsewhere, one at a time.
function drawingSurface({ height, width, zoom, colors, names, pen, label, ground, changed, moved, drags = false }) {
  const pad = pixelCanvas(height, width, zoom, label);
  const mark = element("div", { style: { position: "absolute", boxSizing: "border-box", pointerEvents: "none", display: "none",
    border: "2px solid #d55e00", outline: "1px solid #fff" } });
  const node = element("div", { tabIndex: 0, role: "application", className: "pad",
    aria: { label: `${label} of ${height} by ${width} pixels: draw with mouse or finger; or move with the arrow keys, space puts the pen down and lifts it` },
    style: { position: "relative", display: "inline-block", touchAction: "none", cursor: "crosshair", lineHeight: 0 } }, pad, mark);
  let drawing = new Uint8Array(height * width), undo = [];
  let colour = 1, fill = false, grab = false;
  let drag = null; // { x, y, radius, right, down }: the patch around (x, y) shall appear that many pixels away
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
    if (drag && under) showDrag(image.data, under);
    context.putImageData(image, 0, 0);
  }
  function showDrag(data, under) { // the patch where it is wanted, and an orange line from where it was
    const to = { x: drag.x + drag.right, y: drag.y + drag.down };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = { x: x - drag.right, y: y - drag.down };
        if (from.x < 0 || from.x >= width || from.y < 0 || from.y >= height) continue;
        if ((from.x - drag.x) ** 2 + (from.y - drag.y) ** 2 > drag.radius ** 2) continue;
        const at = 4 * (from.y * width + from.x);
        data.set(under.subarray(at, at + 3), 4 * (y * width + x));
      }
    for (const i of segment(drag, to, 0, height, width)) data.set([213, 94, 0], 4 * i);
  }
  function become(next) {
    ({ drawing, drag } = next);
    show();
    changed();
  }
  function remember() {
    undo.push({ drawing: drawing.slice(), drag });
    if (undo.length > 50) undo.shift();
  }
  function put(indices) {
    for (const i of indices) drawing[i] = colour;
    show();
    changed();
  }
  const dragged = (from, to) => become({ drawing, drag: { x: from.x, y: from.y, radius: 2 * pen + 1, right: to.x - from.x, down: to.y - from.y } });
  function stroke(from, to) {
    if (grab) dragged(drag, to);
    else put(segment(from, to, pen, height, width));
  }
  function press(place) {
    remember();
    if (grab) dragged(place, place);
    else if (fill) put(area(drawing, place.y * width + place.x, height, width));
    else stroke(place, place);
  }
  function place(event) {
    const box = pad.getBoundingClientRect(), inside = (value, count) => Math.min(count - 1, Math.max(0, Math.floor(value * count)));
    return { x: inside((event.clientX - box.left) / box.width, width), y: inside((event.clientY - box.top) / box.height, height) };
  }
  let last = null, pointer = null; // one finger draws: a second one, or the palm, does not
  node.addEventListener("pointerdown", (event) => {
    if (last) return;
    pointer = event.pointerId;
    node.setPointerCapture(event.pointerId);
    mark.style.display = "none";
    keys = false;
    last = place(event);
    press(last);
  });
  node.addEventListener("pointermove", (event) => {
    if (!last || fill || event.pointerId !== pointer) return;
    const next = place(event);
    if (next.x !== last.x || next.y !== last.y) stroke(last, next);
    last = next;
  });
  for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, (event) => { if (event.pointerId === pointer) last = null; });

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
  const toggle = (control, on) => { control.setAttribute("aria-pressed", String(on)); };
  const swatches = names.map((name, i) => {
    const swatch = button(i ? name : "eraser", () => pick(i));
    Object.assign(swatch.style, i ? { background: `rgb(${colors[i]})`, color: readableOn(...colors[i]) } : {});
    return swatch;
  });
  function pick(index) {
    colour = index;
    use(fill, false);
    swatches.forEach((swatch, i) => toggle(swatch, i === index));
  }
  const bucket = button("fill area", () => use(!fill, false)), hand = button("drag a patch", () => use(false, !grab));
  function use(filling, grabbing) {
    [fill, grab, down] = [filling, grabbing, false];
    toggle(bucket, fill);
    toggle(hand, grab);
  }
  const size = element("input", { type: "range", min: "0", max: "8", step: "1", value: String(pen), style: { width: "90px" } });
  size.addEventListener("input", () => { pen = Number(size.value); });
  pick(1);

  // the same without a hand or an eye on the surface
  const places = ["row", "column", "to row", "to column"].map((name, i) => {
    const input = element("input", { type: "number", min: "1", max: String(i % 2 ? width : height), value: String(i < 2 ? 1 : i % 2 ? width : height) });
    input.style.width = "56px";
    return { name, input };
  });
  const shape = selector(["line", "rectangle", "area of one colour", ...(drags ? ["drag of a patch"] : [])], 0, () => {});
  const byNumbers = button("draw", () => {
    const [top, left, bottom, right] = places.map(({ input }) => Math.min(Number(input.max), Math.max(1, Math.round(Number(input.value)) || 1)) - 1);
    remember();
    if (shape.value === "2") return put(area(drawing, top * width + left, height, width));
    const [from, to] = [{ x: left, y: top }, { x: right, y: bottom }];
    if (shape.value === "3") return dragged(from, to);
    if (shape.value === "0") return put(segment(from, to, pen, height, width));
    put([...drawing.keys()].filter((i) => {
      const x = i % width, y = Math.floor(i / width);
      return (x - left) * (x - right) <= 0 && (y - top) * (y - bottom) <= 0;
    }));
  });
  const numbers = element("details", { style: { marginBottom: "10px" } }, element("summary", { textContent: "draw by numbers" }),
    element("div", { className: "controls", style: { marginTop: "6px" } }, labelled("shape", shape),
      ...places.map(({ name, input }) => labelled(name, input)), byNumbers),
    element("p", { style: { margin: "6px 0 0" }, textContent: `In the chosen colour; rows 1 to ${height} from the top, columns 1 to ${width} from the left.` }));

  return {
    node,
    numbers,
    show,
    drawing: () => drawing,
    drag: () => (drag ? [drag.y, drag.x, drag.radius, drag.down, drag.right] : []),
    load(indices) { drawing = indices; drag = null; undo = []; show(); }, // a new picture: nothing to go back to, nothing to be told
    clear() { remember(); become({ drawing: new Uint8Array(height * width), drag: null }); },
    tools: { undo: button("undo", back), bucket, grab: hand, size: labelled("pen", size) },
    swatches: element("div", { className: "controls", style: { gap: "5px" }, role: "group", aria: { label: "colours" } }, ...swatches),
    spoken() { // where the keys are, and the drawing in words
      const at = keys ? `row ${cursor.y + 1}, column ${cursor.x + 1}: ${names[drawing[cursor.y * width + cursor.x]]}; pen ${down ? "down" : "up"}. ` : "";
      const counts = new Array(names.length).fill(0);
      for (const index of drawing) counts[index]++;
      const said = counts.map((n, i) => [n / drawing.length, names[i]]).slice(1).filter(([share]) => share > 0)
        .sort((a, b) => b[0] - a[0]).slice(0, 5).map(([share, name]) => `${name} ${Math.max(1, Math.round(100 * share))} %`);
      const away = drag ? `Patch at row ${drag.y + 1}, column ${drag.x + 1} dragged ${minus(String(drag.down))} down, ${minus(String(drag.right))} right.` : "";
      return at + [said.length ? `Drawn: ${said.join(", ")}.` : away ? "" : "Nothing drawn yet.", away].join(" ").trim();
    },
  };
}

const HUES = [[15, "red"], [42, "orange"], [68, "yellow"], [165, "green"], [195, "turquoise"], [255, "blue"], [290, "purple"], [345, "pink"], [361, "red"]];

function colourName(r, g, b) {
  const most = Math.max(r, g, b), range = most - Math.min(r, g, b);
  if (most < 45) return "black";
  if (range < 30) return most > 225 ? "white" : "grey";
  const hue = (60 * (most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range) + 360) % 360;
  const name = HUES.find(([end]) => hue < end)[1];
  return (name === "orange" || name === "red") && hue < 42 && most < 170 ? "brown" : name;
}

// A picture in words, for those who do not see it: its three commonest colours, how much of it and where they lie.
function described(canvas) {
  const { width, height } = canvas, { data } = canvas.getContext("2d").getImageData(0, 0, width, height), found = {};
  for (let i = 0; i < width * height; i++) {
    const entry = (found[colourName(data[4 * i], data[4 * i + 1], data[4 * i + 2])] ||= { n: 0, x: 0, y: 0 });
    entry.n += 1;
    entry.x += (i % width) / width;
    entry.y += Math.floor(i / width) / height;
  }
  const third = (value, low, high) => (value < 0.42 ? low : value > 0.58 ? high : "");
  return Object.entries(found).sort((a, b) => b[1].n - a[1].n).slice(0, 3).map(([name, { n, x, y }]) => {
    const where = `${third(y / n, "top", "bottom")} ${third(x / n, "left", "right")}`.trim() || "middle";
    return `${name} ${Math.round(100 * n / (width * height))} % (${where})`;
  }).join(", ");
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
