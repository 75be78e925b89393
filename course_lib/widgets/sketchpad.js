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

function render({ model, el }) {
  const { height, width, columns, names, colors, noun } = Object.fromEntries(
    ["height", "width", "columns", "names", "colors", "noun"].map((name) => [name, model.get(name)]));
  const zoom = Math.max(1, Math.floor(320 / Math.max(height, width)));
  const pad = pixelCanvas(height, width, zoom, "");
  const picture = pixelCanvas(height, width, zoom, `the ${noun}`);
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const mark = element("div", { style: { position: "absolute", boxSizing: "border-box", pointerEvents: "none", display: "none",
    border: "2px solid #d55e00", outline: "1px solid #fff" } });
  const surface = element("div", { tabIndex: 0, role: "application", className: "pad",
    aria: { label: `drawing of ${height} by ${width} pixels: draw with mouse or finger; or move with the arrow keys, space puts the pen down and lifts it` },
    style: { position: "relative", display: "inline-block", touchAction: "none", cursor: "crosshair", lineHeight: 0 } }, pad, mark);

  let drawing = new Uint8Array(height * width), undo = [];
  let colour = 1, fill = false, pen = model.get("pen");
  let stale = false, sentAt = 0, speed = null, silent = false; // stale: drawn on since the last drawing was sent
  let cursor = { x: width >> 1, y: height >> 1 }, down = false, keys = false; // keys: the pen is moved by them
  const ink = colors.map((rgb) => rgb);

  // the three sheets: examples as indices, what lies under them, their translations
  const starts = tileSheet(model, () => opened(), "drawings");
  const under = model.get("grounds").byteLength ? tileSheet(model, () => show(), "grounds") : null;
  const translations = tileSheet(model, () => opened());
  const scratch = element("canvas", { width, height });

  function tileData(sheet, number) {
    scratch.getContext("2d").clearRect(0, 0, width, height);
    sheet.tile(scratch, number);
    return scratch.getContext("2d").getImageData(0, 0, width, height).data;
  }
  function show() {
    const context = pad.getContext("2d"), image = context.createImageData(width, height);
    const ground = under && under.ready() ? tileData(under, model.get("example")) : null;
    for (let i = 0; i < drawing.length; i++) {
      let rgb = ink[drawing[i]];
      if (drawing[i] === 0) { // paper: faintly chequered, so that white paint is seen on it
        const light = ((i % width >> 2) + (Math.floor(i / width) >> 2)) % 2 ? 255 : 242;
        rgb = ground ? ground.subarray(4 * i, 4 * i + 3) : [light, light, light];
      }
      image.data.set([rgb[0], rgb[1], rgb[2], 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }
  function shares() { // the drawing in words
    const counts = new Array(names.length).fill(0);
    for (const index of drawing) counts[index]++;
    const said = counts.map((n, i) => [n / drawing.length, names[i]]).slice(1).filter(([share]) => share > 0)
      .sort((a, b) => b[0] - a[0]).slice(0, 5).map(([share, name]) => `${name} ${Math.max(1, Math.round(100 * share))} %`);
    return said.length ? `Drawn: ${said.join(", ")}.` : "Nothing drawn yet.";
  }
  function say() {
    const told = model.get("error") ? `The function failed. ${model.get("error")}`
      : silent ? `Run the cell to translate drawings of your own; until then the examples show what the network does.`
      : speed === null ? "" : `Stroke to picture: ${Math.round(speed)} ms.`;
    const at = keys ? `row ${cursor.y + 1}, column ${cursor.x + 1}: ${names[drawing[cursor.y * width + cursor.x]]}; pen ${down ? "down" : "up"}. ` : "";
    readout.textContent = `${at}${shares()} ${told}`.trim();
  }
  function opened() { if (starts.ready() && translations.ready()) load(model.get("example")); }
  function load(number) {
    const data = tileData(starts, number);
    drawing = Uint8Array.from({ length: height * width }, (_, i) => data[4 * i]);
    undo = [];
    speed = null;
    translations.tile(picture, number);
    show();
    say();
  }

  const line = kernelLine(model);
  function translate() {
    stale = true;
    if (line.busy()) return;
    stale = false;
    sentAt = performance.now();
    model.set("drawing", new DataView(drawing.slice().buffer));
    line.ask("translate", () => { silent = false; if (stale) translate(); }, () => { silent = true; say(); });
  }
  function answered() {
    const rgb = bytesOf(model, "result");
    if (rgb.length !== 3 * height * width) return;
    const context = picture.getContext("2d"), image = context.createImageData(width, height);
    for (let i = 0; i < height * width; i++) image.data.set([rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], 255], 4 * i);
    context.putImageData(image, 0, 0);
    speed = performance.now() - sentAt;
    say();
  }
  model.on("change:result", answered);
  model.on("change:error", say);

  function remember() {
    undo.push(drawing.slice());
    if (undo.length > 50) undo.shift();
  }
  function put(indices) {
    for (const i of indices) drawing[i] = colour;
    show();
    say();
    translate();
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
  surface.addEventListener("pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    mark.style.display = "none";
    keys = false;
    last = place(event);
    press(last);
  });
  surface.addEventListener("pointermove", (event) => {
    if (!last || fill) return;
    const next = place(event);
    if (next.x !== last.x || next.y !== last.y) stroke(last, next);
    last = next;
  });
  for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, () => { last = null; });

  const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  function showCursor() {
    const size = 2 * pen + 1;
    Object.assign(mark.style, { display: "block", width: `${100 * size / width}%`, height: `${100 * size / height}%`,
      left: `${100 * (cursor.x - pen) / width}%`, top: `${100 * (cursor.y - pen) / height}%`, borderStyle: down ? "solid" : "dashed" });
  }
  surface.addEventListener("keydown", (event) => {
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
    say();
  });
  surface.addEventListener("blur", () => { down = keys = false; mark.style.display = "none"; });

  function back() {
    if (!undo.length) return;
    drawing = undo.pop();
    show();
    say();
    translate();
  }
  const button = (text, onclick) => element("button", { type: "button", textContent: text, onclick });
  const toggle = (node, on) => { node.setAttribute("aria-pressed", String(on)); node.style.boxShadow = on ? "0 0 0 2px #0072b2" : "none"; };
  const swatches = names.map((name, i) => {
    const [r, g, b] = colors[i], dark = 0.3 * r + 0.6 * g + 0.1 * b < 140;
    const node = button(i ? name : "eraser", () => pick(i));
    Object.assign(node.style, i ? { background: `rgb(${r},${g},${b})`, color: dark ? "#fff" : "#1c2733" } : {});
    return node;
  });
  function pick(index) {
    colour = index;
    swatches.forEach((node, i) => toggle(node, i === index));
  }
  const bucket = button("fill area", () => { fill = !fill; toggle(bucket, fill); });
  toggle(bucket, false);
  const size = element("input", { type: "range", min: "0", max: "8", step: "1", value: String(pen), style: { width: "90px" } });
  size.addEventListener("input", () => { pen = Number(size.value); });
  const another = button("another example", () => {
    model.set("example", (model.get("example") + 1) % columns);
    model.save_changes();
    load(model.get("example"));
  });
  const clear = button("clear", () => { remember(); drawing = new Uint8Array(height * width); show(); say(); translate(); });
  pick(1);

  el.append(card("sketchpad", "sketchpad",
    element("div", { className: "controls" }, ...(columns > 1 ? [another] : []), button("undo", back), clear, bucket, labelled("pen", size)),
    element("div", { className: "controls", style: { gap: "5px" }, role: "group", aria: { label: "colours" } }, ...swatches),
    element("div", { className: "panels" }, titled("your drawing", surface), titled(noun, picture)),
    readout));
}
