function render({ model, el }) {
  const { steps, rows, rolls, names, height, width } = Object.fromEntries(
    ["steps", "rows", "rolls", "names", "height", "width"].map((name) => [name, model.get(name)]));
  const zoom = Math.max(1, Math.floor((rows > 1 ? 112 : 160) / width));
  const tileOf = (row, m, frame) => ((model.get("roll") * rows + row) * names.length + m) * steps + frame;
  const norm = (tile) => `‖z‖ = ${decimal(model.get("norms")[tile])}`;

  // one line a path: its first end, the two ways, its last end
  const lines = Array.from({ length: rows }, (_, row) => {
    const which = rows > 1 ? `path ${row + 1}, ` : "";
    return ["first end, t = 0", ...names, "last end, t = 1"].map((title) => {
      const canvas = pixelCanvas(height, width, zoom, which + title);
      const below = element("div", { className: "readout", style: { margin: "2px 0 0" } });
      return { canvas, below, node: titled(title, canvas, below) };
    });
  });
  const readout = element("p", { className: "readout" });
  const again = element("button", { type: "button", textContent: "new codes" });
  const slider = frameSlider(model, "frame", steps, "t", 70);

  const sheet = tileSheet(model, draw);
  const kernel = kernelLine(model);

  function put({ canvas, below }, tile) {
    sheet.tile(canvas, tile);
    const text = norm(tile);
    if (below.textContent !== text) below.textContent = text;
  }
  function draw() {
    if (!sheet.ready()) return;
    const frame = model.get("frame"), t = decimal(frame / (steps - 1));
    lines.forEach((line, row) => {
      put(line[0], tileOf(row, 0, 0));
      names.forEach((_, m) => put(line[m + 1], tileOf(row, m, frame)));
      put(line.at(-1), tileOf(row, 0, steps - 1));
    });
    slider.show(`t = ${t}`);
    readout.textContent = `t = ${t}, frame ${frame + 1} of ${steps}; pair ${model.get("roll") + 1} of ${rolls}`;
  }
  function show(roll) {
    model.set("roll", roll);
    model.save_changes();
  }
  again.onclick = () => {
    if (kernel.busy()) return;
    const next = (model.get("roll") + 1) % rolls;
    if (next !== 0 || !kernel.alive()) return show(next);
    again.textContent = "drawing \u2026";
    const done = () => { again.textContent = "new codes"; };
    kernel.ask("new paths", done, () => { done(); show(0); });
  };
  model.on("change:frame", draw);
  model.on("change:roll", draw);

  el.append(card("latent-path", "latent path player",
    element("div", { className: "controls" }, ...slider.nodes, again),
    ...lines.map((line) => element("div", { className: "panels", style: { marginBottom: "8px" } }, ...line.map(({ node }) => node))),
    readout));
  return slider.stop;
}
