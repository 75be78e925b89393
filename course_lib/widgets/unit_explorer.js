function render({ model, el }) {
  const { names, fields, channels, notes, columns, height, width } = Object.fromEntries(
    ["names", "fields", "channels", "notes", "columns", "height", "width"].map((name) => [name, model.get(name)]));
  const canvas = pixelCanvas(height, width, 4, "nine patches, and their nine projections");
  canvas.style.border = "none";
  const layer = selector(names, model.get("layer"), (value) => { model.set("layer", value); model.save_changes(); });
  const slider = frameSlider(model, "unit", columns, "unit", 900);
  const readout = element("p", { className: "readout" });
  const sheet = tileSheet(model, draw);

  function draw() {
    if (!sheet.ready()) return;
    const row = model.get("layer"), number = row * columns + model.get("unit");
    sheet.tile(canvas, number);
    layer.value = String(row);
    const said = `${names[row]}, unit ${channels[number]}`;
    slider.show(said);
    readout.textContent = `${said} (${model.get("unit") + 1} of ${columns}): sees ${fields[row]} \u00d7 ${fields[row]} pixels`
      + (notes[number] ? `\n${notes[number]}` : "");
  }
  model.on("change:unit", draw);
  model.on("change:layer", draw);

  el.append(card("unit-explorer", "unit explorer",
    element("div", { className: "controls" }, labelled("layer", layer), ...slider.nodes),
    titled("left: the nine patches that excite this unit most; right: what it takes from each", canvas),
    readout));
  return slider.stop;
}
