// Probabilities of outcomes 0..n-1: bells (mean, std) in equal parts; none means all alike.
function hills(components, n) {
  if (!components.length) return new Array(n).fill(1 / n);
  const total = new Array(n).fill(0);
  for (const [mean, std] of components) {
    const logits = total.map((_, k) => -(((k - mean) / std) ** 2) / 2), top = Math.max(...logits);
    const bell = logits.map((l) => Math.exp(l - top)), sum = bell.reduce((a, b) => a + b, 0);
    bell.forEach((b, k) => { total[k] += b / sum / components.length; });
  }
  return total;
}

const xlogy = (a, b) => (a > 0 ? a * Math.log(b) : 0);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const entropy = (p) => -sum(p.map((a) => xlogy(a, a)));
const kl = (p, q) => sum(p.map((a, k) => xlogy(a, a) - xlogy(a, q[k])));
const js = (p, q) => { const m = p.map((a, k) => (a + q[k]) / 2); return (kl(p, m) + kl(q, m)) / 2; };

function render({ model, el }) {
  const targets = model.get("targets"), names = Object.keys(targets), n = model.get("outcomes");
  const [blue, orange] = model.get("colors");
  const W = 560, H = 190, LEFT = 34, BOTTOM = 22, TOP = 8, HIGHEST = 0.35;
  const range = (name, min, max) => {
    const input = element("input", { type: "range", min, max, step: "0.1", value: String(model.get(name)), style: { width: "190px" } });
    input.addEventListener("input", () => { model.set(name, Number(input.value)); model.save_changes(); });
    return input;
  };
  const choose = selector(names, names.indexOf(model.get("target")), (i) => { model.set("target", names[i]); model.save_changes(); });
  const mean = range("mean", "0", String(n - 1)), std = range("std", "0.5", "10");
  const Y = (p) => H - BOTTOM - Math.min(p, HIGHEST) / HIGHEST * (H - BOTTOM - TOP), step = (W - LEFT) / n;
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", style: "max-width:100%;display:block" });
  for (const p of [0, 0.1, 0.2, 0.3]) {
    chart.append(svg("line", { x1: LEFT, x2: W, y1: Y(p), y2: Y(p), stroke: p ? "var(--grid)" : "var(--edge)" }), chartText(String(p), { x: LEFT - 5, y: Y(p) + 4, "text-anchor": "end" }));
  }
  // q is hollow, so that the two are told apart without their colours
  const LOOKS = [{ fill: blue }, { fill: orange, "fill-opacity": 0.25, stroke: orange, "stroke-width": 1.5 }];
  const bars = Array.from({ length: n }, (_, k) => [0, 1].map((side) => {
    const bar = svg("rect", { x: LEFT + (k + 0.12 + 0.38 * side) * step, width: 0.38 * step, ...LOOKS[side] });
    chart.append(bar);
    return bar;
  }));
  for (let k = 0; k < n; k += 1) chart.append(chartText(String(k), { x: LEFT + (k + 0.5) * step, y: H - 7, "text-anchor": "middle" }));
  const cells = element("tbody", {}), best = {};
  const head = (...titles) => element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { textContent: title, scope: "col" }))));
  const table = element("table", { className: "dot" }, head("measure", "nats", "lowest so far", "at mean, std"), cells);
  const key = element("p", { className: "readout", style: { margin: "4px 0 8px 34px" } },
    ...["p, fixed", "q, yours"].map((words, side) => element("span", { className: "legend" },
      svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, svg("rect", { x: 1, y: 1, width: 10, height: 10, ...LOOKS[side] })), words)),
    element("span", { className: "entropies" }));

  function draw() {
    const p = hills(targets[model.get("target")], n), q = hills([[model.get("mean"), model.get("std")]], n);
    bars.forEach((pair, k) => [p, q].forEach((d, side) => {
      pair[side].setAttribute("y", Y(d[k]));
      pair[side].setAttribute("height", Math.max(0, H - BOTTOM - Y(d[k])));
    }));
    const measured = { "KL(p\u2016q)": kl(p, q), "KL(q\u2016p)": kl(q, p), "JS(p, q)": js(p, q) };
    const at = `${decimal(model.get("mean"), 1)}, ${decimal(model.get("std"), 1)}`;
    for (const [name, value] of Object.entries(measured)) {
      if (!best[name] || value < best[name].value) best[name] = { value, at };
    }
    cells.replaceChildren(...Object.entries(measured).map(([name, value]) => element("tr", {},
      element("th", { textContent: name, scope: "row" }), element("td", { textContent: decimal(value, 3) }),
      element("td", { textContent: decimal(best[name].value, 3) }), element("td", { textContent: best[name].at }))));
    key.lastChild.textContent = `H(p) = ${decimal(entropy(p), 3)}, H(q) = ${decimal(entropy(q), 3)} nats`;
    el.measured = { "H(p)": entropy(p), "H(q)": entropy(q), ...measured }; // for tests
    mean.value = String(model.get("mean"));
    std.value = String(model.get("std"));
    choose.value = String(names.indexOf(model.get("target")));
    const spoken = Object.entries(measured).map(([name, value]) => `${name} ${decimal(value, 2)}`).join(", ");
    mean.setAttribute("aria-valuetext", `mean ${decimal(model.get("mean"), 1)}: ${spoken}`);
    std.setAttribute("aria-valuetext", `standard deviation ${decimal(model.get("std"), 1)}: ${spoken}`);
    chart.setAttribute("aria-label", `bars of p, ${model.get("target")}, and of q, a bell with mean ${at.replace(", ", " and standard deviation ")}`);
  }
  model.on("change:mean", draw);
  model.on("change:std", draw);
  model.on("change:target", () => { for (const name of Object.keys(best)) delete best[name]; draw(); });

  el.append(element("div", { className: "course-widget divergences", role: "group", aria: { label: "divergence explorer" } },
    element("div", { className: "controls" }, labelled("p", choose), labelled("mean of q", mean), labelled("std of q", std)),
    chart, key, table));
  draw();
}
