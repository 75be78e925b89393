const CHANNELS = ["red", "green", "blue"];
const TILE = 13; // CSS pixels a weight

// How many windows fit along n pixels.
const outputSize = (n, k, stride, padding, dilation) => Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;

function render({ model, el }) {
  const height = model.get("height"), width = model.get("width"), weight = model.get("weight"), bias = model.get("bias");
  const k = weight[0].length;
  const bytes = bytesOf(model, "pixels"), palette = bytesOf(model, "palette");
  const x = Float64Array.from(bytes, toUnit);
  const largestWeight = Math.max(...weight.flat(2).map(Math.abs));
  // outside the image the padding is zero, which is mid-grey, not black
  const at = (c, i, j) => (i < 0 || j < 0 || i >= height || j >= width ? 0 : x[(c * height + i) * width + j]);

  function dots(row, column) { // the three partial dot products of one window
    const { stride, padding, dilation } = settings();
    return CHANNELS.map((_, c) => {
      let sum = 0;
      for (let u = 0; u < k; u++)
        for (let v = 0; v < k; v++) sum += weight[c][u][v] * at(c, stride * row + dilation * u - padding, stride * column + dilation * v - padding);
      return sum;
    });
  }
  const settings = () => ({ stride: model.get("stride"), padding: model.get("padding"), dilation: model.get("dilation") });

  const imageCanvas = element("canvas", { role: "img", aria: { label: "the image, with the current window outlined" } });
  const mapCanvas = element("canvas", { role: "img", aria: { label: "the output map, filled so far" } });
  const chunks = CHANNELS.map((name) => element("canvas", { width: TILE * k, height: TILE * k, role: "img", aria: { label: `${name} slice of the chunk` } }));
  const filters = CHANNELS.map((name) => element("canvas", { width: TILE * k, height: TILE * k, role: "img", aria: { label: `${name} slice of the filter` } }));
  const sums = CHANNELS.map(() => element("td"));
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const slider = element("input", { type: "range", min: "0", value: "0", aria: { label: "step: which window" } });
  const play = element("button", { type: "button", textContent: "\u25b6 play" });
  let map = new Float64Array(0), rows = 0, columns = 0, limit = 1, timer = null;

  function recompute() {
    const { stride, padding, dilation } = settings();
    rows = outputSize(height, k, stride, padding, dilation);
    columns = outputSize(width, k, stride, padding, dilation);
    map = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) map[i * columns + j] = dots(i, j).reduce((a, b) => a + b, bias);
    limit = map.reduce((m, value) => Math.max(m, Math.abs(value)), 0) || 1;
    mapCanvas.response = map; // what the pixels show, before rounding to colours
    slider.max = String(map.length - 1);
    if (model.get("step") >= map.length) { model.set("step", map.length - 1); model.save_changes(); }
    draw();
  }

  function fill(context, colour, left, top, size) {
    context.fillStyle = `rgb(${colour.join()})`;
    context.fillRect(left, top, size, size);
  }

  function drawSlices(canvas, value, colour) {
    const context = canvas.getContext("2d");
    for (let u = 0; u < k; u++) for (let v = 0; v < k; v++) fill(context, colour(value(u, v)), TILE * v, TILE * u, TILE);
  }

  function draw() {
    const { stride, padding, dilation } = settings();
    const step = Math.min(model.get("step"), map.length - 1), row = Math.floor(step / columns), column = step % columns;
    const zoom = Math.floor(256 / (Math.max(height, width) + 2 * padding));
    imageCanvas.width = (width + 2 * padding) * zoom;
    imageCanvas.height = (height + 2 * padding) * zoom;
    const context = imageCanvas.getContext("2d");
    for (let i = -padding; i < height + padding; i++)
      for (let j = -padding; j < width + padding; j++)
        fill(context, [0, 1, 2].map((c) => toByte(at(c, i, j))), (j + padding) * zoom, (i + padding) * zoom, zoom);
    if (padding) {
      context.setLineDash([4, 3]);
      context.strokeStyle = "#1c2733";
      context.strokeRect(padding * zoom, padding * zoom, width * zoom, height * zoom);
      context.setLineDash([]);
    }
    for (let u = 0; u < k; u++) for (let v = 0; v < k; v++) {
      const left = (stride * column + dilation * v) * zoom, top = (stride * row + dilation * u) * zoom;
      context.lineWidth = 3; context.strokeStyle = "#1c2733"; context.strokeRect(left + 1, top + 1, zoom - 2, zoom - 2);
      context.lineWidth = 1; context.strokeStyle = "#ffffff"; context.strokeRect(left + 1, top + 1, zoom - 2, zoom - 2);
    }

    CHANNELS.forEach((_, c) => {
      const tint = (value) => { const rgb = [0, 0, 0]; rgb[c] = toByte(value); return rgb; };
      drawSlices(chunks[c], (u, v) => at(c, stride * row + dilation * u - padding, stride * column + dilation * v - padding), tint);
      drawSlices(filters[c], (u, v) => weight[c][u][v], signedColour(palette, largestWeight));
    });
    const parts = dots(row, column);
    parts.forEach((sum, c) => { sums[c].textContent = decimal(sum); });

    const cell = Math.max(4, Math.min(24, Math.floor(256 / Math.max(rows, columns))));
    mapCanvas.width = columns * cell;
    mapCanvas.height = rows * cell;
    const out = mapCanvas.getContext("2d"), colour = signedColour(palette, limit);
    out.fillStyle = "#e9edf0"; // not yet computed
    out.fillRect(0, 0, mapCanvas.width, mapCanvas.height);
    for (let n = 0; n <= step; n++) fill(out, colour(map[n]), (n % columns) * cell, Math.floor(n / columns) * cell, cell);
    out.lineWidth = 2; out.strokeStyle = "#1c2733"; out.strokeRect(column * cell + 1, row * cell + 1, cell - 2, cell - 2);

    slider.value = String(step);
    const terms = parts.map((sum) => decimal(sum)).join(" + ").replaceAll("+ \u2212", "\u2212 ");
    const signedBias = bias < 0 ? `\u2212 ${decimal(-bias)}` : `+ ${decimal(bias)}`;
    readout.textContent = `Window ${step + 1} of ${map.length}. y[${row}, ${column}] = ${terms} ${signedBias} (bias) = ${decimal(map[step])}.\n`
      + `Map: \u230a(${height} + 2\u00b7${padding} \u2212 ${dilation}\u00b7(${k} \u2212 1) \u2212 1) / ${stride}\u230b + 1 = ${rows} rows.`;
  }

  const push = (name, value) => { model.set(name, value); model.save_changes(); };
  const choice = (name, text, least, most) => labelled(text, selector(
    Array.from({ length: most - least + 1 }, (_, i) => String(i + least)), model.get(name) - least, (i) => { stop(); push(name, i + least); }));
  function stop() { clearInterval(timer); timer = null; play.textContent = "\u25b6 play"; }
  play.onclick = () => {
    if (timer) return stop();
    if (model.get("step") >= map.length - 1) push("step", 0);
    play.textContent = "\u275a\u275a pause";
    timer = setInterval(() => {
      if (!el.isConnected || model.get("step") >= map.length - 1) return stop();
      push("step", model.get("step") + 1);
    }, STILL.matches ? 700 : 90); // reduced motion: a slow change, not a film
  };
  slider.addEventListener("input", () => { stop(); push("step", Number(slider.value)); });
  model.on("change:step", draw);
  for (const name of ["stride", "padding", "dilation"]) model.on(`change:${name}`, recompute);

  const cell = (tag, ...content) => element(tag, {}, ...content);
  const table = element("table", { className: "dot" },
    cell("tr", cell("th"), ...CHANNELS.map((name) => element("th", { scope: "col", textContent: name }))),
    cell("tr", element("th", { scope: "row", textContent: "chunk" }), ...chunks.map((canvas) => cell("td", canvas))),
    cell("tr", element("th", { scope: "row", textContent: "filter" }), ...filters.map((canvas) => cell("td", canvas))),
    cell("tr", element("th", { scope: "row", textContent: "dot" }), ...sums));
  el.append(element("div", { className: "course-widget sliding-window", role: "group", aria: { label: "sliding window" } },
    element("div", { className: "controls" }, play, labelled("window", slider),
      choice("stride", "stride", 1, 4), choice("padding", "padding", 0, 4), choice("dilation", "dilation", 1, 3)),
    element("div", { className: "panels" }, titled("image x and the window", imageCanvas),
      titled(`one dot product of ${3 * k * k} terms`, table), titled("output map y, so far", mapCanvas)),
    readout));
  recompute();
}
