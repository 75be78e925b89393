// A ward: choose a patient, move through its run, lay the healthy run beside it, choose a diagnosis.

function render({ model, el }) {
  const patients = model.get("patients"), control = model.get("control"), count = model.get("columns");
  const looks = patients[0].steps.length, height = model.get("height"), width = model.get("width");
  const side = Math.ceil(Math.sqrt(count)), lines = Math.ceil(count / side);
  const zoom = Math.max(1, Math.floor(225 / (side * width)));
  const canvases = [0, 1].map((i) => pixelCanvas(lines * height, side * width, zoom, i ? "the healthy run at this step" : "the patient at this step"));
  const healthy = titled(`healthy: ${model.get("title")}`, canvases[1]);
  const own = titled("", canvases[0]);
  const sheet = tileSheet(model, draw);
  const slider = frameSlider(model, "frame", looks, "look", 350);
  const readout = element("p", { className: "readout" });
  const graphs = element("div", { style: { flex: "1 1 320px", maxWidth: "390px", minWidth: "0" } }), question = element("div", { style: { marginTop: "10px" } });
  const reply = element("p", { className: "readout", role: "status" });
  const names = element("span", { className: "buttons", role: "group", aria: { label: "patient" } });
  const buttons = patients.map((patient, i) => element("button", { type: "button", textContent: patient.name,
    onclick: () => { model.set("patient", i); model.save_changes(); } }));
  names.append(...buttons);
  const beside = element("input", { type: "checkbox", checked: model.get("beside") });
  beside.addEventListener("change", () => { model.set("beside", beside.checked); model.save_changes(); });
  let charts = [];

  function admit() { // another patient, or the healthy run comes or goes
    const chosen = model.get("patient"), patient = patients[chosen], both = model.get("beside") && chosen !== control;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === chosen));
    });
    beside.checked = model.get("beside");
    healthy.style.display = both ? "" : "none";
    own.firstChild.textContent = `${patient.name}: ${model.get("title")}`;
    charts = patient.charts.map((chart, k) => {
      const other = patients[control].charts[k].series.map((s) => ({ ...s, name: `healthy: ${s.name}` }));
      const series = both ? [...chart.series, ...other] : chart.series;
      return lineChart({ ...chart, series }, patient.steps[0], patient.steps.at(-1), model.get("colors"));
    });
    graphs.replaceChildren(...charts.map((chart) => chart.node));
    ask();
    draw();
  }

  function ask() {
    const chosen = model.get("patient"), { choices } = patients[chosen], answer = model.get("answers")[chosen];
    reply.textContent = answer < 0 ? "" : `${choices[answer].right ? "\u2713 Yes. " : "\u2717 No. "}${choices[answer].reply}`;
    question.replaceChildren(...(choices.length === 0 ? [] : [
      element("p", { textContent: "Your diagnosis:", style: { margin: "0 0 4px" } }),
      element("div", { className: "buttons", style: { flexWrap: "wrap" } }, ...choices.map((choice, i) => element("button", {
        type: "button", textContent: choice.text, aria: { pressed: String(i === answer) },
        onclick: () => {
          model.set("answers", model.get("answers").map((a, k) => (k === chosen ? i : a)));
          model.save_changes();
        },
      })))]));
  }

  function draw() {
    if (!sheet.ready() || charts.length === 0) return;
    const frame = model.get("frame"), chosen = model.get("patient"), step = patients[chosen].steps[frame];
    [chosen, control].forEach((patient, i) => {
      for (let n = 0; n < count; n++) {
        sheet.tile(canvases[i], (patient * looks + frame) * count + n, (n % side) * width, Math.floor(n / side) * height);
      }
    });
    const values = charts.map((chart) => chart.at(step)).join("; ");
    slider.show(`step ${step}: ${values}`);
    readout.textContent = `${patients[chosen].name}, step ${step} (look ${frame + 1} of ${looks})`;
  }

  model.on("change:frame", draw);
  model.on("change:patient", admit);
  model.on("change:beside", admit);
  model.on("change:answers", ask);
  el.append(card("ward", "the ward: patients and their runs",
    element("div", { className: "controls" }, names, labelled("the healthy run beside", beside)),
    element("div", { className: "controls" }, ...slider.nodes),
    element("div", { className: "panels" },
      element("div", { style: { flex: "0 1 470px" } }, element("div", { className: "panels" }, own, healthy), readout, question, reply),
      graphs)));
  admit();
  return slider.stop;
}
