// Two pictures side by side for a moment, one real: which? Practice with a reply, trials without, a result with its interval.

// Exact interval (Clopper and Pearson) of a probability from k successes in n trials, as segmentation.binomial_interval.
function binomialInterval(k, n, level = 0.95) {
  const choices = [0];
  for (let i = 1; i <= n; i++) choices.push(choices[i - 1] + Math.log((n - i + 1) / i));
  const chance = (p, from, to) => {
    let sum = 0;
    for (let i = from; i <= to; i++) sum += Math.exp(choices[i] + i * Math.log(p) + (n - i) * Math.log1p(-p));
    return sum;
  };
  const root = (rising) => {
    let low = 0, high = 1;
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (rising(middle) > 0) high = middle; else low = middle;
    }
    return (low + high) / 2;
  };
  const tail = (1 - level) / 2;
  return [k === 0 ? 0 : root((p) => chance(p, k, n) - tail), k === n ? 1 : root((p) => tail - chance(p, 0, k))];
}

function shuffled(count) {
  const order = [...Array(count).keys()];
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function render({ model, el }) {
  const height = model.get("height"), width = model.get("width"), pairs = model.get("columns"), methods = model.get("methods");
  const practice = model.get("practice"), trials = model.get("trials"), PAUSE = 700; // ms between an answer and the next pair
  const zoom = Math.max(1, Math.floor(300 / width));
  const SIDES = ["left", "right"];
  const canvases = SIDES.map((side) => pixelCanvas(height, width, zoom, ""));
  const marks = SIDES.map(() => element("figcaption", { textContent: "\u00a0", style: { textAlign: "center" } }));
  const sheet = tileSheet(model, () => controls());
  const readout = element("p", { className: "readout", role: "status", style: { minHeight: "3.2em" } });
  const exposures = [model.get("exposure"), 3 * model.get("exposure"), 0];
  const method = selector(methods, 0, () => start());
  const exposure = selector(exposures.map((s) => (s ? `${s} s` : "as long as you like")), 0, () => start());
  const go = element("button", { type: "button", onclick: onward });
  const choose = SIDES.map((side, i) => element("button", { type: "button", textContent: i ? "right is real \u2192" : "\u2190 left is real",
    onclick: () => answer(i) }));
  const save = element("a", { textContent: "save my answers (CSV)", style: { display: "none" } });
  let phase = "idle", session = null, timer = null; // idle, seen, hidden, told, done

  function start() { // a new session: nothing shown yet
    clearTimeout(timer);
    const letters = crypto.getRandomValues(new Uint8Array(8));
    session = { at: 0, order: shuffled(pairs), rows: [], side: 0, since: 0,
      observer: Array.from(letters, (b) => "abcdefghjkmnpqrstuvwxyz23456789"[b % 31]).join("") };
    if (save.href) URL.revokeObjectURL(save.href);
    save.removeAttribute("href");
    save.style.display = "none";
    phase = "idle";
    const seconds = exposures[Number(exposure.value)];
    say(`${practice ? `${practice} pairs to practise, then ${trials}` : `${trials} pairs`} that count. One picture of each pair is real, the other made by ${methods[Number(method.value)]}. `
      + `You see them ${seconds ? `for ${seconds} s` : "until you answer"}; then press \u2190 or \u2192 for the side that you take for real.`);
    hide();
    controls();
  }

  function say(text) { readout.textContent = text; }

  function hide() {
    for (const [i, canvas] of canvases.entries()) {
      const context = canvas.getContext("2d");
      context.fillStyle = "#c8cdd1";
      context.fillRect(0, 0, width, height);
      canvas.setAttribute("aria-label", `${SIDES[i]} picture, hidden`);
      marks[i].textContent = "\u00a0";
    }
  }

  function draw() {
    const pair = session.order[session.at], row = Number(method.value) + 1;
    canvases.forEach((canvas, i) => {
      sheet.tile(canvas, i === session.side ? pair : row * pairs + pair);
      canvas.setAttribute("aria-label", `${SIDES[i]} picture, shown`);
    });
  }

  function name() {
    return session.at < practice ? `Practice ${session.at + 1} of ${practice}` : `Pair ${session.at - practice + 1} of ${trials}`;
  }

  function present() {
    session.side = Math.random() < 0.5 ? 0 : 1;
    session.since = performance.now();
    phase = "seen";
    hide();
    draw();
    const seconds = exposures[Number(exposure.value)];
    say(seconds ? `${name()}. Look.` : `${name()}. Which is real?`);
    if (seconds) {
      timer = setTimeout(() => {
        phase = "hidden";
        hide();
        say(`${name()}. Which was real?`);
        controls();
      }, 1000 * seconds);
    } else phase = "hidden"; // an answer is taken at once
    controls();
  }

  function answer(side) {
    if (phase !== "hidden") return;
    const right = side === session.side, practised = session.at < practice;
    if (!practised) session.rows.push([session.order[session.at], SIDES[session.side], SIDES[side], Math.round(performance.now() - session.since)]);
    session.at += 1;
    if (session.at === practice + trials) return finish();
    phase = "told";
    if (practised) { // show both again, named
      session.at -= 1;
      draw();
      const pair = name();
      session.at += 1;
      marks.forEach((mark, i) => { mark.textContent = i === session.side ? "real" : methods[Number(method.value)]; });
      const last = session.at === practice ? ` That was the practice; ${trials} pairs follow without a reply.` : "";
      say(`${pair}. ${right ? "\u2713 Right" : "\u2717 No"}: the ${SIDES[session.side]} one was real.${last}`);
    } else {
      hide();
      say(`${SIDES[side]}. Answered ${session.at - practice} of ${trials}.`);
      // reduced motion: nothing appears by itself
      if (!STILL.matches) timer = setTimeout(() => { if (readout.isConnected) present(); }, PAUSE);
    }
    controls();
  }

  function finish() {
    phase = "done";
    hide();
    const n = session.rows.length, k = session.rows.filter(([, real, said]) => real !== said).length;
    const [low, high] = binomialInterval(k, n), percent = (p) => `${(100 * p).toFixed(1)} %`;
    const verdict = low > 0.5 ? "Above 50 %: the made ones look more real to you than the real ones."
      : high < 0.5 ? "The interval ends below 50 %: you can tell." : "The interval holds 50 %: these answers do not show that you can tell.";
    say(`Fooled in ${k} of ${n} pairs, ${percent(k / n)}; 95 % interval ${percent(low)} to ${percent(high)}. ${verdict} Your observer code: ${session.observer}.`);
    const lines = session.rows.map(([pair, real, said, ms], i) =>
      [session.observer, quoted(methods[Number(method.value)]), exposures[Number(exposure.value)], i + 1, pair, real, said, ms].join(","));
    const text = ["observer,method,exposure,trial,pair,real,answer,milliseconds", ...lines].join("\n") + "\n";
    save.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    save.download = `study_${session.observer}.csv`;
    save.style.display = "";
    controls();
  }

  function quoted(text) { return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; }

  function onward() {
    if (phase === "done") start();
    else if (phase === "idle" || phase === "told") present();
    if (phase !== "idle") node.focus();
  }

  function controls() {
    const waits = phase === "told" && (STILL.matches || session.at <= practice);
    go.textContent = phase === "done" ? "once more" : phase === "told" ? "next pair" : "begin";
    go.style.visibility = phase === "idle" || phase === "done" || waits ? "" : "hidden";
    go.disabled = !sheet.ready();
    for (const button of choose) button.disabled = phase !== "hidden";
    for (const select of [method, exposure]) select.disabled = !["idle", "done"].includes(phase);
  }

  const node = card("forced-choice", `a study: which of two ${model.get("title")} is real?`,
    element("div", { className: "controls" }, ...(methods.length > 1 ? [labelled("made by", method)] : []), labelled("seen for", exposure), go),
    element("div", { className: "panels" }, ...SIDES.map((side, i) => element("figure", {}, canvases[i], marks[i]))),
    element("div", { className: "buttons" }, ...choose),
    readout, save);
  node.tabIndex = 0;
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.addEventListener("keydown", (event) => {
    if (event.target.tagName === "SELECT") return;
    const side = ["ArrowLeft", "ArrowRight"].indexOf(event.key);
    if (side >= 0) { event.preventDefault(); answer(side); }
    else if (event.key === " " && event.target === node) { event.preventDefault(); if (go.style.visibility !== "hidden") onward(); }
  });
  el.append(node);
  start();
  return () => clearTimeout(timer);
}
