const PLOT = { width: 340, height: 160, left: 34, right: 10, top: 8, bottom: 22 };
const SEEN = 1e-3; // the push is drawn where q exceeds this: elsewhere G has no points to push

const logNormal = (x, mean, std) => -(((x - mean) / std) ** 2) / 2 - Math.log(std) - Math.log(2 * Math.PI) / 2;

// Everything the widget shows for one p and one q, on the grid.
function lineGame(components, mean, std, reach, points) {
  const cell = 2 * reach / (points - 1), k = Math.log(components.length);
  const rows = Array.from({ length: points }, (_, i) => {
    const x = -reach + i * cell;
    const logs = components.map(([m, s]) => logNormal(x, m, s) - k), top = Math.max(...logs);
    const weights = logs.map((l) => Math.exp(l - top)), total = weights.reduce((a, b) => a + b, 0);
    const logP = top + Math.log(total), logQ = logNormal(x, mean, std);
    const slopeP = components.reduce((sum, [m, s], j) => sum - weights[j] / total * (x - m) / s ** 2, 0);
    const slope = slopeP + (x - mean) / std ** 2, d = 1 / (1 + Math.exp(logQ - logP)); // of the logit, log p - log q
    return { x, p: Math.exp(logP), q: Math.exp(logQ), d, saturating: d * slope, non_saturating: (1 - d) * slope };
  });
  const xlogy = (a, b) => (a > 0 ? a * Math.log(b) : 0);
  const mean_of = (name) => rows.reduce((sum, r) => sum + r.q * r[name], 0) * cell;
  const js = rows.reduce((sum, { p, q }) => sum + xlogy(p, 2 * p / (p + q)) + xlogy(q, 2 * q / (p + q)), 0) * cell / 2;
  return { rows, js, value: 2 * js - Math.log(4), mean_saturating: mean_of("saturating"), mean_non_saturating: mean_of("non_saturating") };
}

// An empty plot with axes; draw(series) replaces its curves, each {points: [[x, y] or null], color, dash}.
function linePlot(label, [x0, x1], [y0, y1], yTicks) {
  const { width, height, left, right, top, bottom } = PLOT;
  const X = (x) => left + (x - x0) / (x1 - x0) * (width - left - right);
  const Y = (y) => height - bottom - (Math.min(y1 + 1, Math.max(y0 - 1, y)) - y0) / (y1 - y0) * (height - top - bottom);
  const clip = `clip-${Math.random().toString(36).slice(2)}`;
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label,
    style: "max-width:100%;display:block" },
    svg("clipPath", { id: clip }, svg("rect", { x: left, y: top, width: width - left - right, height: height - top - bottom })));
  for (const y of yTicks) {
    node.append(svg("line", { x1: left, x2: width - right, y1: Y(y), y2: Y(y), stroke: y === 0 ? "var(--edge)" : "var(--grid)" }),
      chartText(minus(String(y)), { x: left - 5, y: Y(y) + 4, "text-anchor": "end" }));
  }
  for (let x = Math.ceil(x0 / 2) * 2; x <= x1; x += 2) node.append(chartText(minus(String(x)), { x: X(x), y: height - 7, "text-anchor": "middle" }));
  const curves = svg("g", { "clip-path": `url(#${clip})` });
  node.append(curves);
  return {
    node,
    draw(series) {
      curves.replaceChildren(...series.map(({ points, color, dash, dot }) => {
        if (dot) return svg("circle", { cx: X(dot[0]), cy: Y(dot[1]), r: 5, fill: color, stroke: "var(--paper)" });
        let pen = "M", path = "";
        for (const point of points) {
          path += point ? `${pen}${X(point[0]).toFixed(1)},${Y(point[1]).toFixed(1)}` : "";
          pen = point ? "L" : "M";
        }
        return svg("path", { d: path, fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dash || "none" });
      }));
    },
  };
}

function render({ model, el }) {
  const reach = model.get("reach"), points = model.get("points"), shown = model.get("shown"), targets = model.get("targets");
  const [blue, orange, green, pink] = model.get("colors");
  const range = (name, min, max, step) => {
    const input = element("input", { type: "range", min, max, step, value: String(model.get(name)) });
    input.addEventListener("input", () => { model.set(name, Number(input.value)); model.save_changes(); });
    return input;
  };
  const names = Object.keys(targets);
  const choose = selector(names, names.indexOf(model.get("target")), (i) => { model.set("target", names[i]); model.save_changes(); });
  const mean = range("mean", "-4", "4", "0.05"), std = range("std", "0.3", "2", "0.05");
  const densities = linePlot("real density, generated density and the best discriminator", [-shown, shown], [0, 1], [0, 0.5, 1]);
  const push = linePlot("push on generated points by the two losses", [-shown, shown], [-4, 4], [-4, -2, 0, 2, 4]);
  const divergence = linePlot("Jensen-Shannon divergence against the generator's mean", [-4, 4], [0, 0.72], [0, 0.2, 0.4, 0.6]);
  const key = (...entries) => element("div", { style: { marginLeft: "34px" } }, ...entries.map(([name, color, dash]) => legend(color, dash || "none", name)));
  const readout = element("p", { className: "readout" });

  function draw() {
    const components = targets[model.get("target")], m = model.get("mean"), s = model.get("std");
    const game = lineGame(components, m, s, reach, points), { rows } = game;
    el.game = game; // for tests
    densities.draw([
      { points: rows.map((r) => [r.x, r.p]), color: blue }, { points: rows.map((r) => [r.x, r.q]), color: orange, dash: "7 3" },
      { points: rows.map((r) => [r.x, r.d]), color: "var(--ink)", dash: "2 2" },
    ]);
    const where = (name) => rows.map((r) => (r.q > SEEN ? [r.x, r[name]] : null));
    push.draw([{ points: where("saturating"), color: pink }, { points: where("non_saturating"), color: green, dash: "7 3" }]);
    const means = Array.from({ length: 81 }, (_, i) => -4 + i / 10);
    divergence.draw([{ points: [[-4, Math.log(2)], [4, Math.log(2)]], color: "var(--edge)", dash: "3 3" },
      { points: means.map((mu) => [mu, lineGame(components, mu, s, reach, points).js]), color: "var(--ink)" },
      { dot: [m, game.js], color: orange }]);
    mean.value = String(m);
    std.value = String(s);
    choose.value = String(names.indexOf(model.get("target")));
    readout.textContent = `mean ${decimal(m)}, std ${decimal(s)}. Value against the best D: ${decimal(game.value, 3)} nats; `
      + `Jensen-Shannon: ${decimal(game.js, 3)}. Mean push on G's points: saturating ${decimal(game.mean_saturating, 3)}, `
      + `non-saturating ${decimal(game.mean_non_saturating, 3)}.`;
    mean.setAttribute("aria-valuetext", readout.textContent);
  }
  for (const name of ["mean", "std", "target"]) model.on(`change:${name}`, draw);

  const panel = (title, ...content) => {
    const figure = titled(title, ...content);
    figure.style.width = `${PLOT.width}px`; // two beside each other in a notebook's column
    return figure;
  };
  const node = element("div", { className: "course-widget line-game", role: "group", aria: { label: "line game" } },
    element("div", { className: "controls" }, labelled("real data", choose), labelled("mean of q", mean), labelled("std of q", std)),
    element("div", { className: "panels" },
      panel("densities, and what the best D answers", densities.node, key(["p, real", blue], ["q, generated", orange, "7 3"], ["D = p / (p + q)", "var(--ink)", "2 2"])),
      panel("push on a generated point (up: to the right)", push.node, key(["saturating, D \u00b7 l\u2032", pink], ["non-saturating, (1 \u2212 D) \u00b7 l\u2032", green, "7 3"])),
      panel("JS(p, q) against the mean of q; dashed: log 2", divergence.node)),
    readout);
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  el.append(node);
  draw();
}
