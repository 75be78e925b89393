// Shared by the players that draw curves: SVG, round numbers on the axes, one chart with a cursor.

const CHART = { width: 400, height: 150, left: 46, right: 20, top: 8, bottom: 22 };
const DASHES = ["none", "7 3", "2 2", "8 2 2 2"]; // told apart without their colours

// Three or so round numbers inside [low, high].
function ticks(low, high) {
  const raw = (high - low) / 3, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(6)));
  return found;
}

// Runs of points without a gap, as one SVG path.
function path(points) {
  let pen = "M", text = "";
  for (const point of points) {
    text += point ? `${pen}${point[0].toFixed(1)},${point[1].toFixed(1)}` : "";
    pen = point ? "L" : "M";
  }
  return text;
}

const number = (value) => (value === null ? "not finite" : minus(String(Number(value.toPrecision(3)))));

// One chart with a cursor; at(step) moves it and returns the values there, as text.
function lineChart(chart, first, last, colors) {
  const { width, height, left, right, top, bottom } = CHART;
  const all = chart.series.flatMap((s) => [...s.low, ...s.high]).filter((v) => v !== null);
  let low = Math.min(...all), high = Math.max(...all);
  if (!(low < high)) { low = (low || 0) - 1; high = (high || 0) + 1; }
  const from = Math.min(first, ...chart.x), to = Math.max(last, ...chart.x, from + 1);
  const X = (x) => left + (x - from) / (to - from) * (width - left - right);
  const Y = (y) => height - bottom - (y - low) / (high - low) * (height - top - bottom);
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `${chart.name} against training step`, style: "max-width:100%;display:block" });
  for (const y of ticks(low, high)) {
    node.append(svg("line", { x1: left, x2: width - right, y1: Y(y), y2: Y(y), stroke: "var(--grid)" }),
      chartText(number(y), { x: left - 5, y: Y(y) + 4, "text-anchor": "end" }));
  }
  for (const x of ticks(from, to)) node.append(chartText(String(x), { x: X(x), y: height - 6, "text-anchor": "middle" }));
  chart.series.forEach((series, i) => {
    const points = (values) => chart.x.map((x, k) => (values[k] === null ? null : [X(x), Y(values[k])]));
    chart.x.forEach((x, k) => { // the band, piece by piece, so that gaps stay gaps
      if (k === 0 || [series.low, series.high].some((v) => v[k] === null || v[k - 1] === null)) return;
      if (series.low[k] === series.high[k] && series.low[k - 1] === series.high[k - 1]) return;
      const corners = [[k - 1, series.low], [k, series.low], [k, series.high], [k - 1, series.high]];
      node.append(svg("polygon", { fill: colors[i], "fill-opacity": 0.18,
        points: corners.map(([j, v]) => `${X(chart.x[j]).toFixed(1)},${Y(v[j]).toFixed(1)}`).join(" ") }));
    });
    node.append(svg("path", { d: path(points(series.middle)), fill: "none", stroke: colors[i], "stroke-width": 1.8, "stroke-dasharray": DASHES[i % 4] }));
  });
  const cursor = svg("line", { class: "cursor", y1: top, y2: height - bottom, stroke: "var(--ink)", "stroke-dasharray": "3 2" });
  const dots = chart.series.map((_, i) => svg("circle", { r: 4, fill: colors[i], stroke: "var(--paper)" }));
  node.append(cursor, ...dots);

  const values = chart.series.map(() => element("span"));
  const entries = chart.series.map((series, i) => legend(colors[i], DASHES[i % 4], `${series.name} `, values[i]));
  const heading = chart.neighbours > 1 ? `${chart.name} (median and range of ${chart.neighbours} steps)` : chart.name;
  return {
    node: titled(heading, node, element("div", { className: "readout", style: { margin: "0 0 0 46px", fontSize: "13px" } }, ...entries)),
    at(step) {
      const k = chart.x.reduce((best, x, j) => (Math.abs(x - step) < Math.abs(chart.x[best] - step) ? j : best), 0);
      cursor.setAttribute("x1", X(step));
      cursor.setAttribute("x2", X(step));
      return chart.series.map((series, i) => {
        const value = series.middle[k], band = series.low[k] !== series.high[k];
        dots[i].style.display = value === null ? "none" : "";
        dots[i].setAttribute("cx", X(chart.x[k]));
        dots[i].setAttribute("cy", Y(value ?? low));
        values[i].textContent = number(value) + (band ? ` (${number(series.low[k])} to ${number(series.high[k])})` : "");
        return `${series.name} ${values[i].textContent}`;
      }).join(", ");
    },
  };
}
