const log = (p, q) => (p > 0 ? p * Math.log(q) : 0);
const arch = (d) => -log(d, d) - log(1 - d, 1 - d); // H(x | z) of the two-picture table
const line = (d, q) => -log(d, q) - log(1 - d, 1 - q); // the cycle loss of a guess q

function render({ model, el }) {
  const [blue, orange, green] = model.get("colors");
  const W = 430, H = 230, LEFT = 38, RIGHT = 12, TOP = 10, BOTTOM = 34, HIGHEST = 1.4;
  const X = (d) => LEFT + d * (W - LEFT - RIGHT), Y = (v) => H - BOTTOM - Math.min(v, HIGHEST) / HIGHEST * (H - TOP - BOTTOM);
  const push = (name, value) => { model.set(name, value); model.save_changes(); };
  const range = (name, min, max) => {
    const input = element("input", { type: "range", min, max, step: "0.01", value: String(model.get(name)), style: { width: "190px" } });
    input.addEventListener("input", () => push(name, Number(input.value)));
    const shown = element("output", { style: { minWidth: "2.4em", fontVariantNumeric: "tabular-nums" } });
    const label = labelled(name, input);
    label.append(shown);
    return { input, shown, label };
  };
  const sliders = { delta: range("delta", "0", "1"), guess: range("guess", "0.01", "0.99") };
  const best = element("button", { type: "button", textContent: "best guess", onclick: () => push("guess", Math.min(0.99, Math.max(0.01, model.get("delta")))) });

  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", style: "max-width:100%;display:block" });
  for (const v of [0, 0.5, 1]) chart.append(svg("line", { x1: LEFT, x2: W - RIGHT, y1: Y(v), y2: Y(v), stroke: v ? "var(--grid)" : "var(--edge)" }), chartText(String(v), { x: LEFT - 5, y: Y(v) + 4, "text-anchor": "end" }));
  for (const d of [0, 0.25, 0.5, 0.75, 1]) chart.append(chartText(String(d), { x: X(d), y: H - BOTTOM + 15, "text-anchor": "middle" }));
  chart.append(chartText("delta", { x: X(0.5), y: H - 4, "text-anchor": "middle" }), chartText("nats", { x: 4, y: TOP + 4 }));
  const grid = Array.from({ length: 101 }, (_, k) => k / 100);
  chart.append(svg("path", { d: path(grid.map((d) => [X(d), Y(arch(d))])), fill: "none", stroke: blue, "stroke-width": 2.2 }));
  const tangent = svg("line", { stroke: orange, "stroke-width": 1.8, "stroke-dasharray": "6 3" });
  const gap = svg("line", { stroke: green, "stroke-width": 3 });
  const dots = [blue, orange].map((fill) => svg("circle", { r: 5, fill, stroke: "var(--paper)" }));
  chart.append(tangent, gap, ...dots);
  const key = element("p", { className: "readout", style: { margin: "2px 0 0 38px", fontSize: "13px" } },
    legend(blue, "none", "entropy H(x | z)"), legend(orange, "6 3", "cycle loss of this guess"), legend(green, "none", "gap (upright)"));

  const cell = () => element("td", { style: { width: "74px", height: "48px", textAlign: "center", border: "1px solid var(--line)" } });
  const cells = [[cell(), cell()], [cell(), cell()]];
  const head = (...words) => words.map((word) => element("th", { textContent: word, scope: "col" }));
  const table = element("table", { className: "dot" },
    element("thead", {}, element("tr", {}, ...head("p(x, z)", "z1", "z2"))),
    element("tbody", {}, ...cells.map((row, i) => element("tr", {}, element("th", { textContent: `x${i + 1}`, scope: "row" }), ...row))));
  const readout = element("p", { className: "readout", aria: { live: "polite" } });

  function draw() {
    const d = model.get("delta"), q = model.get("guess");
    const shares = [[(1 - d) / 2, d / 2], [d / 2, (1 - d) / 2]];
    cells.forEach((row, i) => row.forEach((node, j) => {
      const depth = 2 * shares[i][j];
      node.textContent = decimal(shares[i][j], 3);
      const tint = [0, 114, 178].map((c) => Math.round(255 + (c - 255) * depth));
      Object.assign(node.style, { background: `rgb(${tint})`, color: readableOn(...tint) });
    }));
    const entropy = arch(d), cycle = line(d, q), home = d * q + (1 - d) * (1 - q);
    // the line leaves the picture at the top: cut it there, not bend it
    const ends = [0, 1].map((end) => {
      const at = line(end, q), other = line(1 - end, q);
      const x = at <= HIGHEST ? end : end + (at - HIGHEST) / (at - other) * (1 - 2 * end);
      return [X(x), Y(line(x, q))];
    });
    ends.forEach(([x, y], k) => { tangent.setAttribute(`x${k + 1}`, x); tangent.setAttribute(`y${k + 1}`, y); });
    for (const [k, v] of [[1, entropy], [2, cycle]]) { gap.setAttribute(`x${k}`, X(d)); gap.setAttribute(`y${k}`, Y(v)); }
    [entropy, cycle].forEach((v, k) => { dots[k].setAttribute("cx", X(d)); dots[k].setAttribute("cy", Y(v)); });
    el.measured = { entropy, cycle, gap: cycle - entropy, home }; // for tests
    readout.textContent = `H(x | z) = ${decimal(entropy, 4)} nats, cycle loss ${decimal(cycle, 4)}, gap ${decimal(cycle - entropy, 4)}. `
      + `A round trip comes home in ${Math.round(100 * home)} of 100 cases.`;
    for (const [name, { input, shown }] of Object.entries(sliders)) {
      input.value = String(model.get(name));
      shown.textContent = decimal(model.get(name), 2);
      input.setAttribute("aria-valuetext", `${name} ${decimal(model.get(name), 2)}: entropy ${decimal(entropy, 3)}, cycle loss ${decimal(cycle, 3)}`);
    }
    chart.setAttribute("aria-label", `entropy ${decimal(entropy, 3)} and cycle loss ${decimal(cycle, 3)} at delta ${decimal(d, 2)}; the loss is a straight line that touches the entropy's arch at delta ${decimal(q, 2)}`);
  }
  model.on("change:delta", draw);
  model.on("change:guess", draw);

  el.append(element("div", { className: "course-widget cycle-bound", role: "group", aria: { label: "cycle bound" } },
    element("div", { className: "controls" }, sliders.delta.label, sliders.guess.label, best),
    element("div", { className: "panels" }, titled("there: how often x becomes z", table), titled("what is lost, and what the cycle says is lost", chart, key)),
    readout));
  draw();
}
