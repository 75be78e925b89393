// y[i, j] = sum over u, v of w[u, v] x[i + u, j + v]: no padding, no flip.
function correlate(x, height, width, kernel) {
  const k = kernel.length, rows = height - k + 1, columns = width - k + 1;
  const y = new Float64Array(rows * columns);
  for (let u = 0; u < k; u++)
    for (let v = 0; v < k; v++) {
      const w = kernel[u][v];
      if (w === 0) continue;
      for (let i = 0; i < rows; i++)
        for (let j = 0, at = (i + u) * width + v; j < columns; j++) y[i * columns + j] += w * x[at + j];
    }
  return { y, rows, columns };
}

function render({ model, el }) {
  const height = model.get("height"), width = model.get("width"), names = model.get("names");
  const presets = model.get("presets"), presetNames = Object.keys(presets);
  const bytes = bytesOf(model, "pixels"), palette = bytesOf(model, "palette");
  const zoom = Math.max(1, Math.floor(256 / width));
  const input = pixelCanvas(height, width, zoom, "the image");
  const output = pixelCanvas(height, width, zoom, "the response map");
  const grid = element("div", { className: "kernel", role: "group", aria: { label: "kernel weights" } });
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  let x = new Float64Array(0);

  const push = (name, value) => { model.set(name, value); model.save_changes(); };

  function drawImage() {
    const shown = bytes.subarray(model.get("image") * height * width, (model.get("image") + 1) * height * width);
    x = Float64Array.from(shown, toUnit);
    drawValues(input, x, greyColour);
    drawResponse();
  }

  function drawResponse() {
    const kernel = model.get("kernel"), signed = model.get("signed");
    const { y, rows, columns } = correlate(x, height, width, kernel);
    let low = Infinity, high = -Infinity;
    for (const value of y) { if (value < low) low = value; if (value > high) high = value; }
    const limit = Math.max(Math.abs(low), Math.abs(high)) || 1;
    if (output.width !== columns) { output.width = columns; output.height = rows; output.style.width = `${columns * zoom}px`; }
    drawValues(output, y, signed ? signedColour(palette, limit) : greyColour);
    output.response = y; // what the pixels show, before rounding to colours
    const sum = kernel.flat().reduce((a, b) => a + b, 0);
    const colours = signed ? `blue ${decimal(-limit)}, white 0, orange ${decimal(limit)}` : "black \u22121, white 1, clipped outside";
    readout.textContent = `Weights sum to ${decimal(sum)}. Responses run from ${decimal(low)} to ${decimal(high)} (${colours}). Map: ${rows} \u00d7 ${columns}.`;
  }

  function buildGrid() {
    const kernel = model.get("kernel"), k = kernel.length;
    grid.style.gridTemplateColumns = `repeat(${k}, max-content)`;
    grid.replaceChildren(...kernel.flatMap((row, u) => row.map((w, v) => {
      const cell = element("input", { type: "number", step: "0.25", value: String(+w.toFixed(3)),
        aria: { label: `weight in row ${u + 1}, column ${v + 1}` } });
      cell.addEventListener("input", () => {
        const next = model.get("kernel").map((r) => [...r]);
        next[u][v] = Number(cell.value) || 0;
        ownEdit = true;
        push("kernel", next);
        ownEdit = false;
        preset.value = "own";
      });
      return cell;
    })));
  }
  let ownEdit = false; // while a cell is being typed in, its text is the reader's

  function setKernel(kernel, signed = model.get("signed")) {
    model.set("signed", signed);
    push("kernel", kernel);
  }

  const preset = selector(presetNames, 0, (i) => {
    const kernel = presets[presetNames[i]];
    setKernel(kernel, kernel.flat().reduce((a, b) => a + b, 0) < 0.5);
  });
  preset.append(element("option", { value: "own", textContent: "your own" }));
  const start = presetNames.findIndex((name) => JSON.stringify(presets[name]) === JSON.stringify(model.get("kernel")));
  preset.value = start < 0 ? "own" : String(start);
  const colours = selector(["greys", "blue\u2013orange (signed)"], model.get("signed") ? 1 : 0, (i) => push("signed", i === 1));
  const picture = selector(names, model.get("image"), (i) => push("image", i));
  const act = (text, change) => element("button", { type: "button", textContent: text, onclick: () => {
    setKernel(change(model.get("kernel").map((row) => [...row])));
    preset.value = "own";
  } });

  model.on("change:kernel", () => { if (!ownEdit) buildGrid(); drawResponse(); });
  model.on("change:signed", () => { colours.value = model.get("signed") ? "1" : "0"; drawResponse(); });
  model.on("change:image", () => { picture.value = String(model.get("image")); drawImage(); });

  el.append(element("div", { className: "course-widget kernel-explorer", role: "group", aria: { label: "kernel explorer" } },
    element("div", { className: "controls" }, labelled("Kernel", preset), labelled("Image", picture), labelled("Colours", colours)),
    element("div", { className: "panels" },
      titled("image x", input),
      titled("kernel w: type, or arrow keys", grid,
        element("div", { className: "buttons" },
          act("turn 180\u00b0", (k) => k.map((row) => row.reverse()).reverse()),
          act("change sign", (k) => k.map((row) => row.map((w) => (w === 0 ? 0 : -w)))),
          act("transpose", (k) => k.map((_, i) => k.map((row) => row[i]))))),
      titled("response y", output)),
    readout));
  buildGrid();
  drawImage();
}
