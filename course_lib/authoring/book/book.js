// Theme and search of the book. Everything is local: the index is search.js, a script, since pages opened from disk may fetch nothing.
function remembered(value) {
  try {
    if (value) localStorage.setItem("theme", value);
    return localStorage.getItem("theme");
  } catch { return null; } // storage may be barred
}
const prefers = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.documentElement.dataset.theme = remembered() || prefers;

// Records that hold every word of the question, those with words in the heading first.
function search(question, records) {
  const wanted = question.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const scored = records.map((record) => {
    const heading = record.heading.toLowerCase(), text = `${heading} ${record.text.toLowerCase()}`;
    if (!wanted.every((word) => text.includes(word))) return null;
    const score = wanted.reduce((sum, word) => sum + 10 * heading.includes(word) + Math.min(text.split(word).length - 1, 5), 0);
    return { record, score };
  });
  return scored.filter(Boolean).sort((a, b) => b.score - a.score).slice(0, 12).map((found) => found.record);
}

function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word.toLowerCase()) - 40);
  return `${at ? "…" : ""}${text.slice(at, at + 130)}…`;
}

addEventListener("DOMContentLoaded", () => {
  document.getElementById("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remembered(theme);
  });
  const box = document.getElementById("search"), list = document.getElementById("found");
  if (!box) return;
  const answer = () => {
    const found = search(box.value, window.BOOK);
    list.replaceChildren(...found.map((record) => {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
      link.href = `${record.page}.html${record.anchor}`;
      link.textContent = record.heading === record.title ? record.title : `${record.title}: ${record.heading}`;
      text.textContent = excerpt(record.text, box.value.split(/\s+/)[0]);
      item.append(link, text);
      return item;
    }));
    if (!found.length && box.value.trim()) list.innerHTML = "<li>nothing found</li>";
  };
  box.addEventListener("input", answer);
  answer(); // what was typed while the page still loaded
  document.querySelector('.side [aria-current="page"]')?.scrollIntoView({ block: "center" });
  scrollTo(0, location.hash ? scrollY : 0);
});
