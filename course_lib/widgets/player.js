// Shared by the players: one decoded sheet of tiles, a slider with a play button, a line to the kernel.

// Calls draw() once the sheet is decoded, and again for each new sheet; tile(canvas, number) draws one.
function tileSheet(model, draw, name = "sheet") {
  let bitmap = null, source = null;
  async function decode() {
    const bytes = model.get(name);
    const decoded = await createImageBitmap(new Blob([bytesOf(model, name)]), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    if (bytes !== model.get(name)) return; // a newer sheet has come meanwhile
    bitmap = decoded;
    source = bytes;
    draw();
  }
  model.on(`change:${name}`, decode);
  decode();
  return {
    ready: () => source === model.get(name),
    bitmap: () => bitmap,
    tile(canvas, number, left = 0, top = 0) {
      const columns = model.get("columns"), height = model.get("height"), width = model.get("width");
      const x = (number % columns) * width, y = Math.floor(number / columns) * height;
      canvas.getContext("2d").drawImage(bitmap, x, y, width, height, left, top, width, height);
    },
  };
}

// A labelled slider over the integers 0..count-1 of one trait, with a play button if `period` (ms a frame) is given.
function frameSlider(model, name, count, text, period) {
  const slider = element("input", { type: "range", min: "0", max: String(count - 1), step: "1", value: String(model.get(name)) });
  const play = element("button", { type: "button" });
  let timer = null;
  const go = (value) => { model.set(name, value); model.save_changes(); };
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "\u25b6 play";
    slider.closest(".course-widget")?.removeAttribute("aria-busy");
  }
  stop();
  slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
  slider.addEventListener("keydown", (event) => { if (event.key === " " && period) { event.preventDefault(); play.click(); } });
  play.onclick = () => {
    if (timer) return stop();
    if (model.get(name) >= count - 1) go(0);
    play.textContent = "\u275a\u275a pause";
    slider.closest(".course-widget").setAttribute("aria-busy", "true"); // nothing is spoken while it plays
    // reduced motion: a slow change of pictures, not a film
    timer = setInterval(() => {
      if (!slider.isConnected) return stop();
      go(model.get(name) + 1);
      if (model.get(name) >= count - 1) stop();
    }, STILL.matches ? Math.max(period, 700) : period);
  };
  return {
    nodes: [...(period ? [play] : []), labelled(text, slider)],
    stop,
    show(spoken) { // put the slider where the trait is, and say it
      slider.value = String(model.get(name));
      slider.setAttribute("aria-valuetext", spoken);
    },
  };
}

// The kernel, if there is one: ask(what, answered, silent) calls back when Python has replied or did not in time.
// One question at a time: what is pressed meanwhile changes nothing, so the latest answer is the shown one.
function kernelLine(model, patience = 3000) {
  let alive = false, waiting = null;
  const send = (what) => { model.set("request", `${what} ${Math.random()}`); model.save_changes(); };
  model.on("change:reply", () => {
    alive = true;
    if (waiting) waiting(true);
  });
  send("hello");
  return {
    alive: () => alive,
    busy: () => waiting !== null,
    ask(what, answered, silent) {
      if (waiting) return;
      const timer = setTimeout(() => waiting(false), patience);
      waiting = (replied) => {
        clearTimeout(timer);
        waiting = null;
        alive = replied;
        (replied ? answered : silent)();
      };
      send(what);
    },
  };
}

// A widget's frame. What stands in its readout is spoken when a button, a menu or a surface changed it; a slider speaks for itself.
function card(name, label, ...content) {
  const node = element("div", { className: `course-widget ${name}`, role: "group", aria: { label } }, ...content);
  const quiet = node.querySelectorAll(".readout:not([aria-live], [role])");
  node.addEventListener("focusin", (event) => {
    for (const readout of quiet) readout.setAttribute("aria-live", event.target.type === "range" ? "off" : "polite");
  });
  return node;
}
