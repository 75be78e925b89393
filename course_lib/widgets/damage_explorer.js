const PLOT = { width: 250, height: 120, left: 40, right: 10, top: 8, bottom: 18 };

// One metric against strength: every damage as a thin grey line, the chosen one in colour with a dot.
function metricChart(metric, color) {
  const { width, height, left, right, top, bottom } = PLOT;
  const all = metric.values.flat(), levels = metric.values[0].length;
  let low = Math.min(...all), high = Math.max(...all);
  if (!(low < high)) { low -= 1; high += 1; }
  const X = (level) => left + level / (levels - 1) * (width - left - right);
  const Y = (value) => height - bottom - (value - low) / (high - low) * (height - top - bottom);
  const line = (values) => path(values.map((v, level) => [X(level), Y(v)]));
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `${metric.name} against strength of the damage`, style: "max-width:100%;display:block" });
  for (const y of ticks(low, high)) {
    node.append(svg("line", { x1: left, x2: width - right, y1: Y(y), y2: Y(y), stroke: "var(--grid)" }),
      chartText(number(y), { x: left - 5, y: Y(y) + 4, "text-anchor": "end" }));
  }
  node.append(chartText("none", { x: left, y: height - 4 }), chartText("severe", { x: width - right, y: height - 4, "text-anchor": "end" }));
  for (const values of metric.values) node.append(svg("path", { d: line(values), fill: "none", stroke: "var(--edge)", "stroke-width": 0.8 }));
  const chosen = svg("path", { fill: "none", stroke: color, "stroke-width": 2.2 });
  const dot = svg("circle", { class: "dot", r: 4.5, fill: color, stroke: "var(--paper)" });
  node.append(chosen, dot);
  const caption = element("figcaption", {});
  return {
    node: element("figure", {}, caption, node),
    at(damage, level) {
      const value = metric.values[damage][level];
      chosen.setAttribute("d", line(metric.values[damage]));
      dot.setAttribute("cx", X(level));
      dot.setAttribute("cy", Y(value));
      caption.textContent = `${metric.name}: ${number(value)}`;
      return caption.textContent;
    },
  };
}

function render({ model, el }) {
  const names = model.get("names"), units = model.get("units"), strengths = model.get("strengths");
  const count = model.get("columns"), height = model.get("height"), width = model.get("width");
  const levels = strengths[0].length, side = Math.ceil(Math.sqrt(count)), lines = Math.ceil(count / side);
  const canvas = pixelCanvas(lines * height, side * width, Math.max(1, Math.floor(300 / (side * width))), "images under this damage");
  const charts = model.get("metrics").map((metric, i) => metricChart(metric, model.get("colors")[i]));
  const choice = selector(names, model.get("damage"), (value) => { model.set("damage", value); model.save_changes(); });
  const slider = frameSlider(model, "level", levels, "strength");
  const readout = element("p", { className: "readout" });
  const sheet = tileSheet(model, draw);

  function draw() {
    if (!sheet.ready()) return;
    const damage = model.get("damage"), level = model.get("level"), first = (damage * levels + level) * count;
    for (let n = 0; n < count; n++) sheet.tile(canvas, first + n, (n % side) * width, Math.floor(n / side) * height);
    const values = charts.map((chart) => chart.at(damage, level)).join("; ");
    const strength = `${names[damage]}: ${strengths[damage][level]} ${units[damage]}`;
    choice.value = String(damage);
    slider.show(strength);
    readout.textContent = `${strength}. ${values}`;
  }
  model.on("change:damage", draw);
  model.on("change:level", draw);

  el.append(card("damage-explorer", "damage explorer",
    element("div", { className: "controls" }, labelled("damage", choice), ...slider.nodes),
    element("div", { className: "panels" }, titled(`${count} of the images`, canvas),
      element("div", { style: { display: "grid", gridTemplateColumns: "auto auto", gap: "4px 16px" } }, ...charts.map((chart) => chart.node))),
    readout));
  return slider.stop;
}
