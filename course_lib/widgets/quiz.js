function render({ model, el }) {
  const questions = model.get("questions"), verdicts = model.get("verdicts");
  const group = `quiz-${Math.random().toString(36).slice(2)}`; // two quizzes on a page do not share their buttons
  const result = element("div", { className: "result", role: "status" });

  const blocks = questions.map(({ ask, answers }, n) => {
    const reply = element("p", { className: "readout", role: "status", style: { margin: "4px 0 0 22px", minHeight: "1.4em" } });
    const inputs = answers.map(([, right, words], a) => {
      const input = element("input", { type: "radio", name: `${group}-${n}`, value: String(a) });
      input.addEventListener("change", () => {
        const first = [...model.get("first")];
        if (first[n] < 0) {
          first[n] = a;
          model.set("first", first);
          model.save_changes();
        }
        say(a);
        total();
      });
      return input;
    });
    function say(a) {
      const [, right, words] = answers[a];
      reply.textContent = `${right ? "\u2713 Right." : "\u2192 Not quite."} ${words}`;
      reply.style.color = right ? "var(--good)" : "var(--bad)";
    }
    const field = element("fieldset", { style: { border: "0", borderTop: "1px solid var(--line)", margin: "0", padding: "10px 0 8px", minWidth: "0" } },
      element("legend", { style: { fontWeight: "600", padding: "0", float: "left", width: "100%", marginBottom: "4px", font: "inherit", color: "inherit", border: "0" } },
        element("strong", { textContent: `${n + 1}. ` }), ask),
      ...answers.map(([text], a) => element("label", { style: { display: "flex", clear: "both", alignItems: "baseline", margin: "2px 0 2px 4px" } }, inputs[a], text)),
      reply);
    return { field, inputs, reply, say };
  });

  function total() {
    const first = model.get("first"), answered = first.filter((a) => a >= 0).length;
    const right = first.filter((a, n) => a >= 0 && questions[n].answers[a][1]).length;
    if (answered < questions.length) {
      result.replaceChildren(element("p", { textContent: `${answered} of ${questions.length} answered. Your first answer to each counts.`, style: { margin: "8px 0 0" } }));
      return;
    }
    const [, words] = verdicts.find(([least]) => right >= least);
    const missed = [...new Set(questions.filter((q, n) => !q.answers[first[n]][1]).map((q) => q.refresh))];
    result.replaceChildren(
      element("p", { style: { margin: "8px 0 4px" } }, element("strong", { textContent: `${right} of ${questions.length} at the first try. ` }), words),
      ...(missed.length ? [element("p", { textContent: "Worth refreshing:", style: { margin: "4px 0 0" } }),
        element("ul", { style: { margin: "2px 0 6px", paddingLeft: "22px" } }, ...missed.map((text) => element("li", { textContent: text })))] : []));
  }
  const again = element("button", { type: "button", textContent: "clear my answers", onclick: () => {
    model.set("first", questions.map(() => -1));
    model.save_changes();
    for (const { inputs, reply } of blocks) {
      reply.textContent = "";
      for (const input of inputs) input.checked = false;
    }
    total();
    blocks[0].inputs[0].focus();
  } });

  model.get("first").forEach((a, n) => { // what was answered before this drawing
    if (a < 0) return;
    blocks[n].inputs[a].checked = true;
    blocks[n].say(a);
  });
  const node = element("div", { className: "course-widget quiz", role: "group", aria: { label: model.get("title") } },
    ...blocks.map(({ field }) => field), result, again);
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  el.append(node);
  total();
}
