function render({ model, el }) {
  const { height, width, columns, names, colors, noun } = Object.fromEntries(
    ["height", "width", "columns", "names", "colors", "noun"].map((name) => [name, model.get(name)]));
  const zoom = Math.max(1, Math.floor(320 / Math.max(height, width)));
  const picture = pixelCanvas(height, width, zoom, `the ${noun}`);
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  let speed = null, silent = false;

  // the three sheets: examples as indices, what lies under them, their translations
  const starts = tileSheet(model, opened, "drawings");
  const under = model.get("grounds").byteLength ? tileSheet(model, () => pad.show(), "grounds") : null;
  const translations = tileSheet(model, opened);
  const pixels = tileReader(height, width);

  const pad = drawingSurface({ height, width, zoom, colors, names, pen: model.get("pen"), label: "drawing",
    ground: () => (under && under.ready() ? pixels(under, model.get("example")) : null),
    changed: () => { say(); line.send(); }, moved: say });
  const line = drawingLine(model, "translate", pad.drawing, (none) => { silent = none; if (none) say(); });

  function say() {
    const told = model.get("error") ? `The function failed. ${model.get("error")}`
      : silent ? `Run the cell to translate drawings of your own; until then the examples show what the network does.`
      : speed === null ? "" : `Stroke to picture: ${Math.round(speed)} ms.`;
    const shown = described(picture);
    picture.setAttribute("aria-label", `the ${noun}: ${shown}`);
    readout.textContent = `${pad.spoken()} Result: ${shown}. ${told}`.trim();
  }
  function opened() { if (starts.ready() && translations.ready()) load(model.get("example")); }
  function load(number) {
    const data = pixels(starts, number);
    speed = null;
    translations.tile(picture, number);
    pad.load(Uint8Array.from({ length: height * width }, (_, i) => data[4 * i]));
    say();
  }
  model.on("change:result", () => {
    const rgb = bytesOf(model, "result");
    if (rgb.length !== 3 * height * width) return;
    drawBytes(picture, rgb);
    silent = false; // late, but alive
    speed = line.elapsed();
    say();
  });
  model.on("change:error", say);

  const button = (text, onclick) => element("button", { type: "button", textContent: text, onclick });
  const another = button("another example", () => {
    model.set("example", (model.get("example") + 1) % columns);
    model.save_changes();
    load(model.get("example"));
  });
  const { undo, bucket, size } = pad.tools;
  el.append(card("sketchpad", "sketchpad",
    element("div", { className: "controls" }, ...(columns > 1 ? [another] : []), undo, button("clear", pad.clear), bucket, size),
    pad.swatches,
    pad.numbers,
    element("div", { className: "panels" }, titled("your drawing", pad.node), titled(noun, picture)),
    readout));
}
