const DIM = 0.6, ORANGE = [255, 140, 0];

function render({ model, el }) {
  const { height, width, zoom, names } = Object.fromEntries(["height", "width", "zoom", "names"].map((name) => [name, model.get(name)]));
  const rows = model.get("grid_rows"), columns = model.get("grid_columns"), places = rows * columns;
  const canvas = pixelCanvas(height, width, zoom, "the picture; orange where the chosen place looks");
  const mark = element("div", { style: { position: "absolute", boxSizing: "border-box", pointerEvents: "none",
    border: "2px solid #56b4e9", outline: "1px solid #000", width: `${100 / columns}%`, height: `${100 / rows}%` } });
  const pad = element("div", { tabIndex: 0, role: "application", className: "pad",
    aria: { label: `${rows} by ${columns} places: click one, or press the arrow keys, to see where it looks` },
    style: { position: "relative", display: "inline-block", touchAction: "none", cursor: "crosshair", lineHeight: 0 } }, canvas, mark);
  const readout = element("p", { className: "readout", aria: { live: "polite" } });
  const vertical = frameSlider(model, "row", rows, "row"), horizontal = frameSlider(model, "column", columns, "column");
  const pictures = selector(names, model.get("picture"), (value) => { model.set("picture", value); model.save_changes(); });
  const plain = element("canvas", { width, height }); // the picture without its map

  let maps = null;
  async function inflate() {
    const stream = new Blob([bytesOf(model, "maps")]).stream().pipeThrough(new DecompressionStream("deflate"));
    maps = new Uint8Array(await new Response(stream).arrayBuffer());
    draw();
  }
  const sheet = tileSheet(model, draw);
  inflate();

  function draw() {
    if (!sheet.ready() || !maps) return;
    const row = model.get("row"), column = model.get("column"), picture = model.get("picture");
    const start = (picture * places + row * columns + column) * places;
    const level = maps.subarray(start, start + places);
    sheet.tile(plain, picture);
    const image = plain.getContext("2d").getImageData(0, 0, width, height), data = image.data;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const share = level[Math.floor(y * rows / height) * columns + Math.floor(x * columns / width)] / 255;
        for (let c = 0, i = 4 * (y * width + x); c < 3; c++)
          data[i + c] = Math.floor(DIM * data[i + c] * (1 - share) + ORANGE[c] * share + 0.5);
      }
    canvas.getContext("2d").putImageData(image, 0, 0);
    mark.style.left = `${100 * column / columns}%`;
    mark.style.top = `${100 * row / rows}%`;
    vertical.show(`row ${row + 1} of ${rows}`);
    horizontal.show(`column ${column + 1} of ${columns}`);
    pictures.value = String(picture);
    readout.textContent = spoken(level, row, column);
  }
  function spoken(level, row, column) {
    const total = level.reduce((sum, value) => sum + value, 0);
    const order = [...level.keys()].sort((a, b) => level[b] - level[a]); // stable: equal places keep their order
    let half = 0;
    for (let sum = 0; half < places && sum < 0.5 * total; half++) sum += level[order[half]];
    const top = order.slice(0, 3).map((i) =>
      `row ${Math.floor(i / columns) + 1} column ${i % columns + 1} (${(100 * level[i] / total).toFixed(0)} %)`);
    return `Row ${row + 1}, column ${column + 1} looks most at ${top.join(", ")}.\n`
      + `Half of its attention lies on ${half} of ${places} places.`;
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
    const box = canvas.getBoundingClientRect();
    go(Math.floor((event.clientY - box.top) / box.height * rows), Math.floor((event.clientX - box.left) / box.width * columns));
  };
  pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); follow(event); });
  pad.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  for (const name of ["row", "column", "picture"]) model.on(`change:${name}`, draw);

  el.append(card("attention-map", "attention map",
    element("div", { className: "controls" }, ...(names.length > 1 ? [labelled("picture", pictures)] : []), ...vertical.nodes, ...horizontal.nodes),
    element("div", { className: "panels" }, titled("click a place, or move with the arrow keys; blue asks, orange is looked at", pad)),
    readout));
}
