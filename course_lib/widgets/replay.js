function render({ model, el }) {
  const steps = model.get("steps"), count = model.get("columns"), height = model.get("height"), width = model.get("width");
  const side = Math.ceil(Math.sqrt(count)), lines = Math.ceil(count / side);
  const zoom = Math.max(1, Math.floor(320 / (side * width)));
  const canvas = pixelCanvas(lines * height, side * width, zoom, "samples at this step");
  const charts = model.get("charts").map((chart) => lineChart(chart, steps[0], steps.at(-1), model.get("colors")));
  const slider = frameSlider(model, "frame", steps.length, "snapshot", 160);
  const readout = element("p", { className: "readout" });
  const sheet = tileSheet(model, draw);

  function draw() {
    if (!sheet.ready()) return;
    const frame = model.get("frame"), step = steps[frame];
    for (let n = 0; n < count; n++) sheet.tile(canvas, frame * count + n, (n % side) * width, Math.floor(n / side) * height);
    const values = charts.map((chart) => chart.at(step)).filter((text) => text).join("; ");
    slider.show(`step ${step}: ${values}`);
    readout.textContent = `step ${step} (snapshot ${frame + 1} of ${steps.length}): ${values}`;
  }
  model.on("change:frame", draw);

  el.append(card("training-replay", "training replay",
    element("div", { className: "controls" }, ...slider.nodes),
    element("div", { className: "panels" }, titled(model.get("title"), canvas),
      element("div", {}, ...charts.map((chart) => chart.node))),
    readout));
  return slider.stop;
}
