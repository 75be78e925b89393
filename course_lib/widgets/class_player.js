function render({ model, el }) {
  const { names, between, steps, height, width } = Object.fromEntries(
    ["names", "between", "steps", "height", "width"].map((name) => [name, model.get(name)]));
  const apart = between + 1, places = (names.length - 1) * apart + 1;
  const image = pixelCanvas(height, width, Math.max(1, Math.floor(196 / width)), "the image at this class and code");
  const readout = element("p", { className: "readout" });
  const kind = frameSlider(model, "place", places, "class"), path = frameSlider(model, "frame", steps, "code z", 160);
  const doors = names.map((name, k) => {
    const canvas = pixelCanvas(height, width, Math.max(1, Math.floor(58 / width)), name);
    const button = element("button", { type: "button", aria: { label: `go to class ${name}` },
      style: { padding: "3px", display: "grid", justifyItems: "center", fontSize: "12px" } },
      canvas, element("span", { textContent: name }));
    button.onclick = () => { model.set("place", k * apart); model.save_changes(); };
    return { canvas, button };
  });
  const sheet = tileSheet(model, draw);

  function where(place) {
    const k = Math.floor(place / apart), share = place % apart;
    return share ? `between ${names[k]} and ${names[k + 1]}, ${Math.round(100 * share / apart)} % of the latter` : names[k];
  }
  function draw() {
    if (!sheet.ready()) return;
    const place = model.get("place"), frame = model.get("frame");
    sheet.tile(image, place * steps + frame);
    doors.forEach(({ canvas, button }, k) => {
      sheet.tile(canvas, k * apart * steps + frame);
      button.setAttribute("aria-pressed", String(k * apart === place));
    });
    kind.show(where(place));
    path.show(`code ${frame + 1} of ${steps}`);
    readout.textContent = `class: ${where(place)}; code ${frame + 1} of ${steps}`;
  }
  model.on("change:place", draw);
  model.on("change:frame", draw);

  el.append(card("class-player", "class player",
    element("div", { className: "controls" }, ...kind.nodes, ...path.nodes),
    element("div", { className: "panels" },
      titled("this class, this code", image),
      titled("the same code in every class: press one", element("div",
        { style: { display: "grid", gridTemplateColumns: "repeat(5, auto)", gap: "6px", justifyContent: "start" } },
        ...doors.map(({ button }) => button)))),
    readout));
  return path.stop;
}
