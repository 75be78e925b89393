"""Every stored widget of every lecture, alone in Chromium: contrast in light and dark, names, focus, motion, more than colour."""

import re

import nbformat
import pytest

from course_lib.authoring import scripts
from tests.exported import alive, stop_the_clock

HEAD = '<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>widgets</title><style>body {{ background: {ground} }}</style>'
GROUND = {"light": "#ffffff", "dark": "#111111"}
TEXT, LARGE, GRAPHIC = 4.5, 3.0, 3.0  # least contrasts of WCAG 2.2, level AA
CONTROLS = {
    "button",
    "slider",
    "combobox",
    "spinbutton",
    "checkbox",
    "radio",
    "textbox",
    "link",
    "application",
}
NAMED = CONTROLS | {"image", "img", "radiogroup"}

# colours come as rgb() from getComputedStyle; what lies behind is the nearest ancestor that paints
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest("figure > img");
  for (const widget of document.querySelectorAll(".course-widget")) {
    const where = widget.getAttribute("aria-label") || widget.className;
    for (const node of widget.querySelectorAll("*")) {
      const words = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(" ").trim();
      const control = node.matches("select, input[type=number]");
      if (!(words || control) || !seen(node) || node.disabled || /^(STYLE|SCRIPT|OPTION)$/.test(node.tagName)) continue;
      const style = getComputedStyle(node), size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
      const color = parse(node instanceof SVGElement ? style.fill : style.color).slice(0, 3);
      const large = size >= 24 || (bold && size >= 18.66);
      found.push({ kind: large ? "large" : "text", what: `${where}: ${words.slice(0, 40) || node.type}`, ratio: ratio(color, behind(node)) });
    }
    for (const node of widget.querySelectorAll('svg path[fill="none"], svg circle')) {
      const style = getComputedStyle(node), color = parse(node.tagName === "path" ? style.stroke : style.fill).slice(0, 3);
      if (seen(node) && color.length) found.push({ kind: "graphic", what: `${where}: ${node.tagName}`, ratio: ratio(color, behind(node)) });
    }
    for (const node of widget.querySelectorAll("button, select, input[type=number]")) {
      if (seen(node) && !node.disabled) found.push({ kind: "graphic", what: `${where}: edge of ${node.textContent.slice(0, 30) || node.tagName}`,
        ratio: ratio(parse(getComputedStyle(node).borderTopColor).slice(0, 3), behind(node.parentElement)) });
    }
  }
  return found;
}"""

# a ring of focus of two pixels that stands out, on whatever can be reached by Tab
FOCUS = """() => [...document.querySelectorAll(".course-widget, .course-widget *")].filter((n) => n.tabIndex >= 0 && !n.disabled && n.checkVisibility({ visibilityProperty: true }))
  .filter((node) => {
    node.focus();
    const style = getComputedStyle(node);
    return document.activeElement === node && !(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  }).map((node) => node.outerHTML.slice(0, 120))"""

# curves of one chart that differ in colour but in nothing else
ONLY_COLOUR = """() => [...document.querySelectorAll(".course-widget svg[role=img]")].filter((chart) => {
  const looks = new Map();
  for (const path of chart.querySelectorAll('path[fill="none"]')) {
    const look = `${path.getAttribute("stroke-dasharray")} ${path.getAttribute("stroke-width")}`;
    looks.set(look, (looks.get(look) || new Set()).add(path.getAttribute("stroke")));
  }
  return [...looks.values()].some((colours) => colours.size > 1);
}).map((chart) => chart.getAttribute("aria-label"))"""


def exported(notebook):
    """The exported form of each widget in a notebook."""
    return [
        output.data["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if scripts.VIEW in output.get("data", {}) and '<div id="widget-' in output.data.get("text/html", "")
    ]


@pytest.fixture(scope="module")
def widgets(root):
    """Name of a lecture -> its widgets' exported forms."""
    found = {}
    for path in sorted((root / "lectures").glob("*.ipynb")):
        found[path.stem] = exported(nbformat.read(path, as_version=4))
    assert sum(map(len, found.values())) > 35
    return {name: pages for name, pages in found.items() if pages}


@pytest.fixture
def show(new_page, tmp_path):
    """Open widgets by their HTML, until they are alive."""

    def open_(html, theme="light", prepare=None, **options):
        page = new_page(viewport={"width": 900, "height": 900}, **options)
        if prepare:
            prepare(page)
        path = tmp_path / "page.html"
        path.write_text(HEAD.format(theme=theme, ground=GROUND[theme]) + "\n".join(html))
        page.goto(path.as_uri())
        assert alive(page) == page.locator(".course-widget").count() == len(html)
        return page

    return open_


def test_every_lecture_stores_todays_scripts(root):
    """Otherwise: python -m course_lib.authoring.scripts"""
    for path in sorted((root / "lectures").glob("*.ipynb")):
        assert scripts.refresh(nbformat.read(path, as_version=4)) == 0, path.name


def test_scripts_are_put_into_a_notebook_and_nothing_else_changes(root):
    notebook = nbformat.read(root / "lectures" / "01_convolution.ipynb", as_version=4)
    scripts.refresh(notebook)
    today = nbformat.writes(notebook)
    states = notebook.metadata.widgets[scripts.STATE]["state"].values()
    ours = [state["state"] for state in states if scripts.widget_class(state["state"])]
    assert len(ours) == 2
    ours[0]["_esm"] = "export default {}"
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            if '<div id="widget-' in html:
                output.data["text/html"] = re.sub(r"<style>.*?(?=\nconst state = )", '<style></style>\n<script type="module">\nold', html, flags=re.DOTALL)  # fmt: skip
    assert nbformat.writes(notebook) != today
    assert scripts.refresh(notebook) == 2
    assert nbformat.writes(notebook) == today
    assert scripts.refresh(notebook) == 0


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_lines_stand_out_and_focus_is_seen(widgets, show, theme):
    least = {"text": TEXT, "large": LARGE, "graphic": GRAPHIC}
    measured, faint, hidden, coloured = 0, [], [], []
    for name, html in widgets.items():
        page = show(html, theme)
        for entry in page.evaluate(CONTRAST):
            measured += 1
            if entry["ratio"] < least[entry["kind"]]:
                faint.append(f"{name}: {entry['what']}: {entry['ratio']:.2f}")
        page.keyboard.press("Tab")  # from here on focus comes from the keyboard
        hidden += [f"{name}: {node}" for node in page.evaluate(FOCUS)]
        coloured += [f"{name}: {chart}" for chart in page.evaluate(ONLY_COLOUR)]
        page.close()
    assert measured > 500
    assert faint == []
    assert hidden == [], "no ring of focus"
    assert coloured == [], "curves told apart by colour alone"


@pytest.mark.browser
@pytest.mark.slow
def test_every_control_and_picture_has_a_name(widgets, show):
    """As the browser tells a screen reader."""
    for name, html in widgets.items():
        page = show(html)
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        nodes = [
            (node["role"]["value"], node.get("name", {}).get("value", "").strip())
            for node in tree
            if not node["ignored"]
        ]
        assert [role for role, said in nodes if role in NAMED and not said] == [], name
        assert {role for role, _ in nodes} & CONTROLS, name
        page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_moves_by_itself_and_reduced_motion_is_a_slow_change(widgets, show):
    """Under a clock of the test's own: what is drawn stays; a played slider goes at most a step in 0.7 s."""
    pixels = "[...document.querySelectorAll('.course-widget canvas')].map((c) => c.toDataURL()).join()"
    players = 0
    for name, html in widgets.items():
        page = show(html, prepare=stop_the_clock, reduced_motion="reduce")
        before = page.evaluate(pixels)
        page.clock.run_for(5000)
        assert page.evaluate(pixels) == before, name
        for widget in page.locator(".course-widget").all():
            button = widget.locator("button", has_text="play").first
            if not button.count():
                continue
            players += 1
            play = button.element_handle()  # its text will change
            slider = play.evaluate_handle(
                "b => [...b.closest('.course-widget').querySelectorAll('[type=range]')].find((i) => b.compareDocumentPosition(i) & 4)"
            ).as_element()
            slider.evaluate("s => { s.value = '0'; s.dispatchEvent(new Event('input')); }")
            play.click()
            page.clock.run_for(1300)  # less than two steps of 0.7 s
            assert slider.input_value() in ("0", "1"), name
            page.clock.run_for(700)
            assert slider.input_value() in ("1", "2"), name
            play.click()
        page.close()
    assert players > 10
