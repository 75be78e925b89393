function render({ model, el }) {
  const { titles, moves, values, notes, text, height, width, columns } = Object.fromEntries(
    ["titles", "moves", "values", "notes", "text", "height", "width", "columns"].map((name) => [name, model.get(name)]));
  const gap = 2, zoom = Math.max(1, Math.min(3, Math.floor(820 / (columns * (width + gap)))));
  const rows = titles.map((title) => pixelCanvas(height, columns * (width + gap) - gap, zoom, title));
  const readout = element("p", { className: "readout" });
  const slider = frameSlider(model, "frame", values.length, text, 160);
  const sheet = tileSheet(model, draw);

  function draw() {
    if (!sheet.ready()) return;
    const frame = model.get("frame");
    let first = 0;
    rows.forEach((canvas, row) => {
      const start = columns * (first + (moves[row] ? frame : 0));
      for (let i = 0; i < columns; i++) sheet.tile(canvas, start + i, i * (width + gap), 0);
      first += moves[row] ? values.length : 1;
    });
    readout.textContent = `${text} = ${values[frame]}: ${notes[frame]}`;
    slider.show(readout.textContent);
  }
  model.on("change:frame", draw);

  el.append(card("strip", "strip player",
    element("div", { className: "controls" }, ...slider.nodes),
    ...rows.map((canvas, row) => element("div", { style: { marginBottom: "6px" } }, titled(titles[row], canvas))), readout));
  return slider.stop;
}
