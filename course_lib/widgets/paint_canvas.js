function render({ model, el }) {
  const { height, width, columns, degrees, names, colors } = Object.fromEntries(
    ["height", "width", "columns", "degrees", "names", "colors"].map((name) => [name, model.get(name)]));
  const zoom = Math.max(1, Math.floor(190 / Math.max(height, width)));
  const canvases = ["original", "edit", "transferred"].map((name) => pixelCanvas(height, width, zoom, name));
  const [original, edited, transferred] = canvases;
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const strength = element("input", { type: "range", min: "0", max: String(degrees), step: "1", style: { width: "120px" } });
  let speed = null, silent = false, answer = null; // answer: the kernel's pictures, until another example is opened

  // the two sheets: strokes as indices, and pictures, a column an example: original, G along the way, transfers
  const starts = tileSheet(model, opened, "drawings");
  const sheet = tileSheet(model, opened);
  const pixels = tileReader(height, width);
  const tile = (row) => row * columns + model.get("example");

  const pad = drawingSurface({ height, width, zoom, colors, names, pen: 1, label: "the projection, to paint on:",
    ground: () => (sheet.ready() ? pixels(sheet, tile(1)) : null),
    changed: () => { say(); model.set("drag", pad.drag()); line.send(); }, moved: say, drags: true });
  const line = drawingLine(model, "edit", pad.drawing, (none) => { silent = none; if (none) say(); });

  function draw() { // the edit and the transfer at the chosen strength
    const t = model.get("strength"), size = 3 * height * width;
    strength.value = String(t);
    strength.setAttribute("aria-valuetext", `${Math.round(100 * t / degrees)} %`);
    if (answer) {
      drawBytes(edited, answer, t * size);
      drawBytes(transferred, answer, (degrees + 1 + t) * size);
    } else {
      sheet.tile(edited, tile(1 + t));
      sheet.tile(transferred, tile(2 + degrees + t));
    }
    say();
  }
  function say() {
    const t = model.get("strength"), u = answer ? model.get("violation") : model.get("violations")[model.get("example")];
    const told = model.get("error") ? `The edit failed. ${model.get("error")}`
      : silent ? "Run the cell to paint strokes of your own; until then the prepared strokes show what editing does."
      : `Strength ${Math.round(100 * t / degrees)} %: constraint U from ${decimal(u[0], 3)} to ${decimal(u[t], 3)}.`
        + (speed === null ? "" : ` Stroke to picture: ${Math.round(speed)} ms.`);
    canvases.forEach((canvas, i) => canvas.setAttribute("aria-label", `${["original", "edit", "transferred"][i]}: ${described(canvas)}`));
    readout.textContent = `${pad.spoken()} Transferred: ${described(transferred)}. ${told}`;
  }
  function opened() { if (starts.ready() && sheet.ready()) load(model.get("example")); }
  function load(number) {
    const data = pixels(starts, number);
    speed = answer = null;
    sheet.tile(original, tile(0));
    pad.load(Uint8Array.from({ length: height * width }, (_, i) => data[4 * i]));
    draw();
  }
  model.on("change:result", () => {
    const rgb = bytesOf(model, "result");
    if (rgb.length !== 6 * (degrees + 1) * height * width) return;
    answer = rgb;
    silent = false; // late, but alive
    speed = line.elapsed();
    draw();
  });
  model.on("change:error", say);
  model.on("change:strength", draw);

  strength.addEventListener("input", () => { model.set("strength", Number(strength.value)); model.save_changes(); });
  const button = (text, onclick) => element("button", { type: "button", textContent: text, onclick });
  const another = button("another picture", () => {
    model.set("example", (model.get("example") + 1) % columns);
    model.save_changes();
    load(model.get("example"));
  });
  const { undo, bucket, grab, size } = pad.tools;
  el.append(card("paint-canvas", "paint canvas",
    element("div", { className: "controls" }, ...(columns > 1 ? [another] : []), undo, button("reset", pad.clear), bucket, grab, size,
      labelled("strength", strength)),
    pad.swatches,
    pad.numbers,
    element("div", { className: "panels" }, titled("original", original), titled("projection: paint here", pad.node),
      titled("edit, G(z)", edited), titled("transferred", transferred)),
    readout));
}
