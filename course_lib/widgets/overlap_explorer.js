// The kernel of that name, row by row, its sum 1.
function kernelOf(weights, k, random) {
  const largest = Math.round(Math.sqrt(random.length));
  const tent = (u) => Math.min(u, k - 1 - u) + 0.5;
  const w = [];
  for (let u = 0; u < k; u++)
    for (let v = 0; v < k; v++)
      w.push(weights === "all equal" ? 1 : weights === "tent" ? tent(u) * tent(v) : random[u * largest + v]);
  const sum = w.reduce((a, b) => a + b, 0);
  return w.map((weight) => weight / sum);
}

// Every pixel paints a kernel, s pixels apart.
function paint(x, height, width, w, k, s) {
  const rows = (height - 1) * s + k, columns = (width - 1) * s + k, y = new Float64Array(rows * columns);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++)
      for (let u = 0; u < k; u++)
        for (let v = 0; v < k; v++) y[(i * s + u) * columns + j * s + v] += w[u * k + v] * x[i * width + j];
  return { y, rows, columns };
}

// Repeat the pixels s times, then filter; zeros around.
function resizeConvolve(x, height, width, w, k, s) {
  const rows = height * s, columns = width * s, p = (k - 1) / 2, y = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let u = 0; u < k; u++)
        for (let v = 0; v < k; v++) {
          const a = i + u - p, b = j + v - p;
          if (a >= 0 && a < rows && b >= 0 && b < columns) sum += w[u * k + v] * x[Math.floor(a / s) * width + Math.floor(b / s)];
        }
      y[i * columns + j] = sum;
    }
  return { y, rows, columns };
}

function render({ model, el }) {
  const height = model.get("height"), width = model.get("width"), choices = model.get("choices");
  const x = Float64Array.from(bytesOf(model, "pixels"), toUnit), one = new Float64Array(x.length).fill(1);
  const LARGEST = 7, EDGE = LARGEST - 1, DETAIL = 12, PART = 57, SIDE = 228; // pixels of the wall: with their counts, and shown; on the screen
  const image = pixelCanvas(8, 8, 1, "the image, enlarged"), wall = pixelCanvas(8, 8, 1, "an even wall, enlarged");
  const counts = element("div", { className: "counts", role: "img", style: { display: "grid", width: `${SIDE}px`, height: `${SIDE}px`,
    gridTemplateColumns: `repeat(${DETAIL}, ${SIDE / DETAIL}px)`, gridAutoRows: `${SIDE / DETAIL}px`, font: "11px system-ui, sans-serif" } });
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const push = (name, value) => { model.set(name, value); model.save_changes(); };
  const range = (name, max) => {
    const input = element("input", { type: "range", min: "1", max: String(max), step: "1", style: { width: "120px" } });
    input.addEventListener("input", () => push(name, Number(input.value)));
    const shown = element("output", { style: { minWidth: "1em" } });
    const label = labelled(name, input);
    label.append(shown);
    return { input, shown, label };
  };
  const sliders = { kernel: range("kernel", LARGEST), stride: range("stride", 4) };
  const select = (name) => selector(choices[name], 0, (i) => push(name, choices[name][i]));
  const weights = select("weights"), layer = select("layer");

  function show(canvas, y, rows, columns, scale, zoom) {
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.width = `${columns * zoom}px`; // whole pixels: another size would draw grids of its own
    drawValues(canvas, y, (value) => greyColour(scale * value));
  }

  function draw() {
    const s = model.get("stride"), transposed = model.get("layer") === choices.layer[0];
    const asked = model.get("kernel"), k = transposed ? asked : asked + 1 - asked % 2;
    const w = kernelOf(model.get("weights"), k, model.get("random"));
    const enlarge = (pixels) => (transposed ? paint(pixels, height, width, w.map((weight) => weight * s * s), k, s)
      : resizeConvolve(pixels, height, width, w, k, s));
    const even = enlarge(one), { y, rows, columns } = even;
    const picture = enlarge(x).y, part = Math.min(PART, rows - 8), from = Math.floor((rows - part) / 2);
    show(image, picture, rows, columns, 1, Math.max(1, Math.floor(SIDE / columns)));
    show(wall, Float64Array.from({ length: part * part }, (_, i) => y[(from + Math.floor(i / part)) * columns + from + i % part]),
      part, part, 0.5, Math.floor(SIDE / part));
    el.enlarged = picture; // for tests, as is el.measured

    let n = 0, sum = 0, squares = 0;
    const [top, bottom, right] = [EDGE, height - EDGE - 1, width - EDGE - 1].map((pixel) => pixel * s); // whole periods, away from the border
    for (let i = top; i < bottom; i++)
      for (let j = top; j < right; j++) { const value = y[i * columns + j]; n += 1; sum += value; squares += value * value; }
    const mean = sum / n, uneven = Math.sqrt(Math.max(0, squares / n - mean * mean)) / mean;

    const overlaps = transposed ? paint(one, height, width, new Array(k * k).fill(1), k, s) : null, seen = new Set();
    const largest = overlaps ? overlaps.y.reduce((a, b) => Math.max(a, b), 0) : 1;
    const cells = [];
    for (let i = 0; i < DETAIL; i++)
      for (let j = 0; j < DETAIL; j++) {
        // from 12 pixels inside on, aligned with the stride: away from the border
        const at = 3 * 4 * s, count = overlaps ? overlaps.y[(at + i) * overlaps.columns + at + j] : k * k;
        seen.add(count);
        const share = overlaps ? count / largest : 1, tint = [0, 114, 178].map((c) => Math.round(255 + (c - 255) * share));
        cells.push(element("span", { textContent: String(count), style: { display: "flex", alignItems: "center", justifyContent: "center",
          boxSizing: "border-box",
          background: `rgb(${tint})`, color: readableOn(...tint) } }));
      }
    counts.replaceChildren(...cells);
    const list = [...seen].sort((a, b) => a - b).join(", ");
    counts.setAttribute("aria-label", `terms per output pixel: ${list}`);
    el.measured = { uneven, counts: [...seen].sort((a, b) => a - b) };
    for (const [name, { input, shown }] of Object.entries(sliders)) {
      input.value = String(model.get(name));
      shown.textContent = String(name === "kernel" ? k : s);
      input.setAttribute("aria-valuetext", `${name} ${shown.textContent}`);
    }
    weights.value = String(choices.weights.indexOf(model.get("weights")));
    layer.value = String(choices.layer.indexOf(model.get("layer")));
    readout.textContent = `Kernel ${k}, stride ${s}: an output pixel inside is a sum of ${list} terms. `
      + `The wall's unevenness, standard deviation over mean: ${decimal(uneven, 3)}. ${width} \u00d7 ${height} pixels became ${columns} \u00d7 ${rows}.`;
  }
  for (const name of ["kernel", "stride", "weights", "layer"]) model.on(`change:${name}`, draw);

  el.append(element("div", { className: "course-widget overlap-explorer", role: "group", aria: { label: "overlap explorer" } },
    element("div", { className: "controls" }, labelled("layer", layer), labelled("weights", weights), sliders.kernel.label, sliders.stride.label),
    element("div", { className: "panels" }, titled("terms in each output pixel (a part)", counts),
      titled("an even wall, enlarged (a part)", wall), titled("the image, enlarged", image)),
    readout));
  draw();
}
