const CURVE = { width: 330, height: 190, left: 30, right: 10, top: 10, bottom: 34, reach: 1.5, top_loss: 4.2 };
const CROWD = 20;

// Expected losses of an answer c where A stands at +1 with probability p and B at -1.
const squared = (c, p) => p * (c - 1) ** 2 + (1 - p) * (c + 1) ** 2;
const absolute = (c, p) => p * Math.abs(c - 1) + (1 - p) * Math.abs(c + 1);

function render({ model, el }) {
  const { steps, names, height, width } = Object.fromEntries(["steps", "names", "height", "width"].map((n) => [n, model.get(n)]));
  const [blue, orange, green] = model.get("colors");
  const X = (c) => CURVE.left + (c + CURVE.reach) / (2 * CURVE.reach) * (CURVE.width - CURVE.left - CURVE.right);
  const Y = (loss) => CURVE.height - CURVE.bottom - Math.min(loss, CURVE.top_loss) / CURVE.top_loss * (CURVE.height - CURVE.top - CURVE.bottom);
  const text = (words, x, y, anchor = "middle") => svg("text", { x, y, "text-anchor": anchor, fill: "var(--quiet)", "font-size": 11 }, words);

  const curves = svg("g", {});
  const plot = svg("svg", { viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, width: CURVE.width, height: CURVE.height, role: "img",
    "aria-label": "expected loss of every answer; dots mark the best", style: "max-width:100%;display:block" });
  for (const loss of [0, 1, 2, 3, 4]) {
    plot.append(svg("line", { x1: CURVE.left, x2: CURVE.width - CURVE.right, y1: Y(loss), y2: Y(loss), stroke: loss ? "var(--grid)" : "var(--edge)" }),
      text(String(loss), CURVE.left - 6, Y(loss) + 4, "end"));
  }
  plot.append(text(names[1], X(-1), CURVE.height - 18), text(names[0], X(1), CURVE.height - 18),
    text("answer", X(0), CURVE.height - 4), curves);
  const key = element("div", { style: { marginLeft: "30px" } }, legend(blue, "none", "squared error, L2"), legend(orange, "7 3", "absolute error, L1"));

  const crowd = Array.from({ length: CROWD }, (_, i) => pixelCanvas(height, width, 34 / width, `draw ${i + 1}`));
  const best = ["L2: the mean", "L1: a median"].map((title) => ({ title, canvas: pixelCanvas(height, width, 128 / width, title) }));
  const readout = element("p", { className: "readout" });
  const slider = frameSlider(model, "frame", steps, `p, the share of ${names[0]}`, 90);
  const sheet = tileSheet(model, draw);
  // which of the twenty draws turn to A first: a fixed shuffle
  const rank = Array.from({ length: CROWD }, (_, i) => (i * 7 + 3) % CROWD);

  function draw() {
    if (!sheet.ready()) return;
    const frame = model.get("frame"), p = frame / (steps - 1);
    crowd.forEach((canvas, i) => sheet.tile(canvas, rank[i] < Math.round(p * CROWD) ? 0 : 1));
    best.forEach(({ canvas }, m) => sheet.tile(canvas, 2 + 2 * frame + m));
    const tie = Math.abs(p - 0.5) < 1e-9, mean = 2 * p - 1, median = p >= 0.5 ? 1 : -1;
    const line = (loss, color, dash) => svg("path", { fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dash,
      d: Array.from({ length: 121 }, (_, i) => -CURVE.reach + i * CURVE.reach / 60)
        .filter((c) => loss(c, p) <= CURVE.top_loss)
        .map((c, i) => `${i ? "L" : "M"}${X(c).toFixed(1)},${Y(loss(c, p)).toFixed(1)}`).join("") });
    const dot = (c, loss, color) => svg("circle", { cx: X(c), cy: Y(loss(c, p)), r: 6, fill: color, stroke: "var(--paper)" });
    const flat = tie ? [svg("line", { x1: X(-1), x2: X(1), y1: Y(1), y2: Y(1), stroke: orange, "stroke-width": 7, "stroke-linecap": "round" })] : [];
    curves.replaceChildren(
      ...[[1, p], [-1, 1 - p]].map(([c, share]) => svg("line", { x1: X(c), x2: X(c), y1: Y(0), y2: Y(CURVE.top_loss * share), stroke: green, "stroke-width": 6, opacity: 0.35 })),
      line(squared, blue, "none"), line(absolute, orange, "7 3"), ...flat, dot(mean, squared, blue), ...(tie ? [] : [dot(median, absolute, orange)]));
    el.optima = { p, mean, median, tie }; // for tests
    const words = `p = ${decimal(p)}. Best under L2: ${decimal(p)} ${names[0]} + ${decimal(1 - p)} ${names[1]}, squared error ${decimal(squared(mean, p))}. `
      + (tie ? "Under L1 every answer between the two is as good." : `Best under L1: ${median > 0 ? names[0] : names[1]}, absolute error ${decimal(absolute(median, p))}.`);
    readout.textContent = words;
    slider.show(words);
  }
  model.on("change:frame", draw);

  const many = element("div", { style: { display: "grid", gridTemplateColumns: "repeat(5, auto)", gap: "3px", justifyContent: "start" } }, ...crowd);
  el.append(card("two-modes", "two modes player",
    element("div", { className: "controls" }, ...slider.nodes),
    element("div", { className: "panels" }, titled("twenty draws", many), ...best.map(({ title, canvas }) => titled(title, canvas)),
      titled("expected loss of an answer (green: how often each is true)", plot, key)),
    readout));
  return slider.stop;
}
