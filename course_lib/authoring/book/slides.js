// A deck: one section at a time, by keys. The place is in the address, so a reload stays where it was.
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

addEventListener("DOMContentLoaded", () => {
  const slides = [...document.querySelectorAll(".slide")];
  const place = document.body.appendChild(document.createElement("output"));
  place.className = "place";
  let now = 0;
  function go(to) {
    now = Math.min(Math.max(to, 0), slides.length - 1);
    slides.forEach((slide, k) => slide.classList.toggle("now", k === now));
    slides[now].scrollTop = 0;
    place.textContent = `${now + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${now + 1}`);
  }
  const keys = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity };
  addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, select, textarea, button, summary, .course-widget")) return;
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(now + keys[event.key]);
  });
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement.dataset;
    root.theme = root.theme === "dark" ? "light" : "dark";
  });
  go((parseInt(location.hash.slice(1)) || 1) - 1);
});
