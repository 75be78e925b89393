"""The executed lectures as pages to read without Jupyter: `make site` a book, `make slides` a deck for each lecture.

    python -m course_lib.authoring.site book|slides [FOLDER]

Everything lies in the folder: no server, no network, no kernel. Markdown and highlighting are nbconvert's, formulas are
MathML, widgets bring their own HTML with them. Search and themes are book.js and book.css beside this file.
"""

import argparse
import json
import re
import shutil
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

import nbformat
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter

from .mathml import mathml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "book"
TITLE = "From one convolution to CycleGAN"
PARTS = (  # number of the first lecture of each part
    (0, "Before you begin"),
    (1, "Part I · Convolutional networks"),
    (4, "Part II · Generative modelling"),
    (8, "Part III · Control through the latent code"),
    (11, "Part IV · Conditioning on a class"),
    (14, "Part V · Image to image, with pairs"),
    (19, "Part VI · Image to image, without pairs"),
    (21, "Part VII · Beyond"),
)
FRAME = """<!DOCTYPE html>
<html lang="en" class="{kind}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="book.css">
<script src="search.js" defer></script>
<script src="{script}"></script>
</head>
<body>
<header><a href="index.html">From one convolution to CycleGAN</a><button type="button" id="theme">dark or light</button></header>
{body}
</body>
</html>
"""
LONG = 1100  # characters of text after which a deck begins a new slide


class _Renderer(IPythonRenderer):
    """Markdown as nbconvert renders it, but formulas as MathML."""

    def inline_math(self, body):
        return mathml(body)

    def block_math(self, body):
        return mathml(body, block=True)

    def block_html(self, html):
        """Markdown leaves HTML alone, JupyterLab typesets the formulas in it all the same."""
        return re.sub(r"\$([^$\n<>]+)\$", lambda found: mathml(unescape(found[1])), super().block_html(html))


@dataclass
class Page:
    """One notebook as HTML: `cells` are (kind, html, begins a section), in order."""

    name: str
    title: str
    minutes: str
    part: str
    cells: list


def lectures(root=ROOT):
    """The lectures' notebooks, in order."""
    return sorted((root / "lectures").glob("[0-9][0-9]*_*.ipynb"))


def read(path):
    """A notebook as a `Page`.

    Raises:
        ValueError: a formula that `mathml` does not know, with the file's name.
    """
    notebook = nbformat.read(path, as_version=4)
    text = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    minutes = re.search(r"About (\d+) minutes", text)
    part = [name for first, name in PARTS if first <= int(path.name[:2])][-1]
    try:
        cells = [render(cell) for cell in notebook.cells if cell.source.strip()]
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    return Page(path.stem, title[1] if title else path.stem, minutes[1] if minutes else "", part, cells)


def render(cell):
    """One cell as (kind, html, begins a section)."""
    if cell.cell_type == "markdown":
        html = MarkdownWithMath(renderer=_Renderer(escape=False, anchor_link_text="#")).render(cell.source)
        return "text", local_links(html), bool(re.match(r"\s*#{1,3}\s", cell.source))
    source = Highlight2HTML()(re.sub(r"^# NBVAL_\w+\n", "", cell.source, flags=re.MULTILINE))
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        source = f"<details class='source'><summary>the code of this cell</summary>{source}</details>"
    outputs = "".join(f"<div class='output'>{show(output)}</div>" for output in cell.get("outputs", []))
    return (
        ("picture" if re.search(r"<(img|svg|canvas|div id=.widget)", outputs) else "code"),
        source + outputs,
        False,
    )


def show(output):
    """One stored output as HTML: the richest form that needs neither kernel nor network."""
    if output.output_type == "stream":
        return f"<pre>{ansi2html(output.text)}</pre>"
    if output.output_type == "error":
        return f"<pre>{ansi2html(chr(10).join(output.traceback))}</pre>"
    data = output.data
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            return data[kind]
    if "text/markdown" in data:
        return MarkdownWithMath(renderer=_Renderer(escape=False)).render(data["text/markdown"])
    for kind in ("image/png", "image/jpeg", "image/webp"):
        if kind in data:
            alt = escape(data.get("text/plain", ""), quote=True)
            return f'<img alt="{alt}" src="data:{kind};base64,{data[kind]}">'
    return f"<pre>{escape(data.get('text/plain', ''))}</pre>"


def local_links(html):
    """Links from notebook to notebook lead from page to page."""
    return re.sub(r'href="(?!\w+:)(?:\.\./lectures/)?([\w.-]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', html)


def words(html):
    """The text of some HTML, for the index: no scripts, no styles, a formula as its TeX."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r"<math\b.*?<annotation[^>]*>(.*?)</annotation>.*?</math>", r" \1 ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def index_of(page):
    """What search knows: a record for each heading, with the text under it."""
    records = [{"page": page.name, "title": page.title, "heading": page.title, "anchor": "", "text": ""}]
    for kind, html, _ in page.cells:
        if kind != "text":
            continue
        pieces = re.split(r'<h[1-4][^>]*id="([^"]*)"[^>]*>(.*?)</h[1-4]>', html, flags=re.DOTALL)
        records[-1]["text"] += " " + words(pieces[0])
        for anchor, heading, text in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
            heading = words(re.sub(r'<a class="anchor-link".*?</a>', "", heading))
            records.append(
                {**records[0], "heading": heading, "anchor": f"#{unescape(anchor)}", "text": words(text)}
            )
    return records


def frame(title, body, *, script="book.js", kind="book"):
    """A whole HTML page."""
    return FRAME.format(title=escape(title), body=body, script=script, kind=kind)


def contents(pages, here=""):
    """The table of contents, by parts."""
    parts = dict.fromkeys(page.part for page in pages)
    html = ""
    for part in parts:
        items = ""
        for page in pages:
            if page.part == part:
                current = ' aria-current="page"' if page.name == here else ""
                time = f" <small>{page.minutes} min</small>" if page.minutes and not here else ""
                items += f'<li><a href="{page.name}.html"{current}>{escape(page.title)}</a>{time}</li>'
        html += f"<h2>{part}</h2><ul>{items}</ul>"
    return html


SEARCH = '<label class="search">Search <input type="search" id="search" autocomplete="off"></label><ol id="found" aria-live="polite"></ol>'


def book(folder, root=ROOT):
    """Write the book: index.html, a page for each lecture, what they share. Returns the pages."""
    folder = _fresh(folder)
    pages = [read(path) for path in lectures(root)]
    for k, page in enumerate(pages):
        cells = "".join(f'<section class="cell {kind}">{html}</section>' for kind, html, _ in page.cells)
        before, after = (pages[j] if 0 <= j < len(pages) else None for j in (k - 1, k + 1))
        ways = '<nav class="ways" aria-label="neighbours">'
        ways += (
            f'<a rel="prev" href="{before.name}.html">← {escape(before.title)}</a>'
            if before
            else "<span></span>"
        )
        ways += f'<a rel="next" href="{after.name}.html">{escape(after.title)} →</a>' if after else ""
        side = f'<nav class="side" aria-label="lectures">{SEARCH}{contents(pages, page.name)}</nav>'
        body = f"{side}<main>{cells}{ways}</nav></main>"
        (folder / f"{page.name}.html").write_text(frame(page.title, body))
    opening = f"<h1>{TITLE}</h1><p>The lectures, as they ran. What moves here moves without a kernel; to train and to change things, open the notebooks.</p>"
    (folder / "index.html").write_text(
        frame(TITLE, f'<main class="index">{opening}{SEARCH}{contents(pages)}</main>')
    )
    records = [record for page in pages for record in index_of(page)]
    (folder / "search.js").write_text(f"window.BOOK = {json.dumps(records, ensure_ascii=False)};")
    _shared(folder)
    return pages


def slides(folder, root=ROOT):
    """Write a deck for each lecture and an index. Returns the pages."""
    folder = _fresh(folder)
    pages = [read(path) for path in lectures(root)]
    for page in pages:
        deck = "".join(f'<section class="slide">{html}</section>' for html in split(page.cells))
        (folder / f"{page.name}.html").write_text(
            frame(page.title, f'<main class="deck">{deck}</main>', script="slides.js", kind="slides")
        )
    body = f'<main class="index"><h1>{TITLE}</h1><p>Slides: arrow keys, Home and End.</p>{contents(pages)}</main>'
    (folder / "index.html").write_text(frame(TITLE, body))
    (folder / "search.js").write_text("window.BOOK = [];")
    _shared(folder)
    return pages


def split(cells):
    """Cells into slides: one begins at a heading, at a picture or widget after other things, and after much text."""
    decks, length, pictured = [], 0, False
    for kind, html, heading in cells:
        size = len(words(html)) if kind == "text" else 0
        if not decks or heading or pictured or (length and (kind == "picture" or length + size > LONG)):
            decks.append("")
            length, pictured = 0, False
        decks[-1] += f'<div class="cell {kind}">{html}</div>'
        length, pictured = length + size, kind == "picture"
    return decks


def _fresh(folder):
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _shared(folder):
    for name in ("book.js", "slides.js"):
        shutil.copy(HERE / name, folder)
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs('[data-theme="dark"] .highlight')
    (folder / "book.css").write_text(f"{light}\n{dark}\n{(HERE / 'book.css').read_text()}")


def main(arguments=None):
    kinds = {"book": (book, ROOT / "build" / "site"), "slides": (slides, ROOT / "build" / "slides")}
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.authoring.site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="where to; else below build/")
    options = parser.parse_args(arguments)
    write, folder = kinds[options.kind]
    folder = options.folder or folder
    pages = write(folder)
    print(f"{len(pages)} lectures: open {folder / 'index.html'}")


if __name__ == "__main__":
    main()
