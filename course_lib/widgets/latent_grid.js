function render({ model, el }) {
  const { rows, columns, height, width, down, across } = Object.fromEntries(
    ["rows", "columns", "height", "width", "down", "across"].map((name) => [name, model.get(name)]));
  const image = pixelCanvas(height, width, Math.max(1, Math.floor(288 / width)), "the image at this place");
  const overview = element("canvas", { width: columns * width, height: rows * height, role: "img", aria: { label: `${rows} by ${columns} images` },
    style: { width: `${Math.round(288 * Math.min(1, columns * width / (rows * height)))}px`, imageRendering: "auto" } });
  const cursor = element("div", { style: { position: "absolute", boxSizing: "border-box", pointerEvents: "none",
    border: "2px solid #d55e00", outline: "1px solid #fff", width: `${100 / columns}%`, height: `${100 / rows}%` } });
  // a plane has no ARIA role: the two sliders say the same to a screen reader
  const pad = element("div", { tabIndex: 0, role: "application", className: "pad",
    aria: { label: `overview of ${rows} by ${columns} images: drag, or press the arrow keys` },
    style: { position: "relative", display: "inline-block", touchAction: "none", cursor: "crosshair" } }, overview, cursor);
  const readout = element("p", { className: "readout" });
  const vertical = frameSlider(model, "row", rows, down), horizontal = frameSlider(model, "column", columns, across);

  const sheet = tileSheet(model, () => { overview.getContext("2d").drawImage(sheet.bitmap(), 0, 0); draw(); });

  function draw() {
    if (!sheet.ready()) return;
    const row = model.get("row"), column = model.get("column");
    sheet.tile(image, row * columns + column);
    cursor.style.left = `${100 * column / columns}%`;
    cursor.style.top = `${100 * row / rows}%`;
    vertical.show(`${down}: ${row + 1} of ${rows}`);
    horizontal.show(`${across}: ${column + 1} of ${columns}`);
    readout.textContent = `row ${row + 1} of ${rows} (${down}), column ${column + 1} of ${columns} (${across})`;
  }
  function go(row, column) {
    const inside = (value, count) => Math.min(count - 1, Math.max(0, value));
    model.set("row", inside(row, rows));
    model.set("column", inside(column, columns));
    model.save_changes();
  }
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  pad.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    go(model.get("row") + step[0], model.get("column") + step[1]);
  });
  const follow = (event) => {
    const box = overview.getBoundingClientRect();
    go(Math.floor((event.clientY - box.top) / box.height * rows), Math.floor((event.clientX - box.left) / box.width * columns));
  };
  pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); follow(event); });
  pad.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  model.on("change:row", draw);
  model.on("change:column", draw);

  el.append(card("latent-grid", "latent grid player",
    element("div", { className: "controls" }, ...vertical.nodes, ...horizontal.nodes),
    element("div", { className: "panels" }, titled("every image: drag, or arrow keys", pad), titled("the image at this place", image)),
    readout));
}
