function render({ model, el }) {
  const { knobs, panels, readouts, height, width, zoom } = Object.fromEntries(
    ["knobs", "panels", "readouts", "height", "width", "zoom"].map((name) => [name, model.get(name)]));
  const canvases = panels.map((title) => pixelCanvas(height, width, zoom, title));
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const sliders = knobs.map(([name, values], k) => {
    const input = element("input", { type: "range", min: "0", max: String(values.length - 1), step: "1" });
    const shown = element("output", { style: { minWidth: "4em", fontVariantNumeric: "tabular-nums" } });
    input.addEventListener("input", () => {
      model.set("chosen", model.get("chosen").map((place, i) => (i === k ? Number(input.value) : place)));
      model.save_changes();
    });
    const label = labelled(name, input);
    label.append(shown);
    return { input, shown, label, values };
  });
  const sheet = tileSheet(model, draw);

  function draw() {
    if (!sheet.ready()) return;
    const chosen = model.get("chosen");
    const setting = chosen.reduce((number, place, k) => number * knobs[k][1].length + place, 0);
    canvases.forEach((canvas, p) => sheet.tile(canvas, setting * panels.length + p));
    sliders.forEach(({ input, shown, values }, k) => {
      input.value = String(chosen[k]);
      shown.textContent = values[chosen[k]];
      input.setAttribute("aria-valuetext", values[chosen[k]]);
    });
    readout.textContent = readouts[setting];
  }
  model.on("change:chosen", draw);

  el.append(card("setting-player", "setting player",
    element("div", { className: "controls" }, ...sliders.map(({ label }) => label)),
    element("div", { className: "panels" }, ...canvases.map((canvas, p) => titled(panels[p], canvas))),
    readout));
}
