"""The exported book and slides: formulas by hand, and every page opened in Chromium from the disk with the network off."""

import re
import xml.etree.ElementTree as ET

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_lib.authoring import site
from course_lib.authoring.mathml import mathml
from tests.exported import alive, comes
from tests.jupyter import KINDS, SEEN

X = '<annotation encoding="application/x-tex">'


def inside(tex):
    """The MathML of a formula without its frame."""
    return mathml(tex).split("<semantics><mrow>")[1].split(f"</mrow>{X}")[0]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x", "<mi>x</mi>"),
        ("12.5", "<mn>12.5</mn>"),
        (r"\alpha", "<mi>α</mi>"),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("x_{ij}", "<msub><mi>x</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>"),
        (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\frac{1}{x}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac>"),
        (r"\sqrt{x}", "<msqrt><mrow><mi>x</mi></mrow></msqrt>"),
        ("f'", "<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup>"),
        ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
        (r"\mathbb E", "<mi>𝔼</mi>"),
        (r"\mathcal{L}", "<mi>ℒ</mi>"),
        (r"\text{a b}", "<mtext>a\u00a0b</mtext>"),
        (r"\lfloor x \rfloor", '<mo stretchy="false">⌊</mo><mi>x</mi><mo stretchy="false">⌋</mo>'),
        (r"\lVert", '<mo stretchy="false" lspace="0" rspace="0">‖</mo>'),
        ("a-b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        ("-b", '<mo form="prefix">−</mo><mi>b</mi>'),
        (r"\to -b", '<mo>→</mo><mo form="prefix">−</mo><mi>b</mi>'),
        (r"\sum_i", '<munder><mo movablelimits="true">∑</mo><mi>i</mi></munder>'),
        (r"\int_0", "<msub><mo>∫</mo><mn>0</mn></msub>"),
    ],
)
def test_formulas_by_hand(tex, expected):
    assert inside(tex) == expected


def test_a_matrix_has_its_rows_and_columns():
    tree = ET.fromstring(mathml(r"\begin{pmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{pmatrix}", block=True))
    assert tree.get("display") == "block"
    assert [["".join(cell.itertext()) for cell in row] for row in tree.iter("mtr")] == [
        list("123"),
        list("456"),
    ]


@pytest.mark.parametrize("tex", [r"\nosuchcommand x", "{x", "x}", r"\frac{1}", r"\begin{pmatrix} 1", r"\begin{nosuch} 1 \end{nosuch}"])  # fmt: skip
def test_what_is_not_understood_is_named(tex):
    with pytest.raises(ValueError, match="formula"):
        mathml(tex)


def test_every_formula_of_every_notebook_is_understood(root):
    """Rendering raises on an unknown command; what comes out is well-formed and holds the TeX it was made of."""
    formulas = 0
    for path in [*(root / "lectures").glob("*.ipynb"), *(root / "assignments").glob("*/*.ipynb")]:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                _, html, _ = site.render(cell)
                found = re.findall(r"<math.*?</math>", html, re.DOTALL)
                formulas += len(found)
                for one in found:
                    ET.fromstring(one)
                text = re.sub(r"<(math|code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
                assert not re.search(r"\$[^$\n]*\\[a-z]+[^$\n]*\$", text), (
                    f"{path.name}: a formula stayed TeX"
                )
    assert formulas > 800


def tiny(folder):
    """Two lectures and nothing else."""
    (folder / "lectures").mkdir(parents=True)
    hidden = new_code_cell("secret_recipe = 1", metadata={"jupyter": {"source_hidden": True}})
    seen = new_code_cell("# NBVAL_CHECK_OUTPUT\nprint(2)", outputs=[new_output("stream", text="two < three")])
    first = [
        new_markdown_cell(
            "# First steps\n\n*About 75 minutes: no more.* See [the second](01_second.ipynb#there)."
        ),
        new_markdown_cell("## The kernel trick\n\nLook at $\\lambda$."),
        hidden,
        seen,
    ]
    second = [new_markdown_cell("# Second\n\n## There\n\nA zebra.")]
    for name, cells in (("00_first", first), ("01_second", second)):
        nbformat.write(new_notebook(cells=cells), folder / "lectures" / f"{name}.ipynb")
    return folder


def test_a_book_of_two_lectures(tmp_path):
    pages = site.book(tmp_path / "site", tiny(tmp_path))
    assert [(p.name, p.title, p.minutes) for p in pages] == [
        ("00_first", "First steps", "75"),
        ("01_second", "Second", ""),
    ]
    first = (tmp_path / "site" / "00_first.html").read_text()
    assert 'href="01_second.html#there"' in first
    assert re.search(r"<details class='source'>.*secret_recipe.*?</details>", first, re.DOTALL)
    assert "two &lt; three" in first
    assert "NBVAL" not in first, "a mark for the tests, of no use to readers"
    assert '<a rel="next" href="01_second.html">' in first
    assert 'rel="prev"' not in first
    index = (tmp_path / "site" / "index.html").read_text()
    assert index.index("00_first.html") < index.index("01_second.html")
    records = [record for page in pages for record in site.index_of(page)]
    assert [r["heading"] for r in records] == [
        "First steps",
        "First steps",
        "The kernel trick",
        "Second",
        "Second",
        "There",
    ]
    assert records[2]["text"] == "Look at \\lambda ."
    assert 'id="' + records[2]["anchor"].strip("#") + '"' in first


def test_formulas_within_html_are_typeset_too():
    _, html, _ = site.render(
        new_markdown_cell("<details><summary>Why $p$?</summary>Since $\\log p$.</details>")
    )
    assert html.count("<math>") == 2
    assert "$" not in html


def test_a_formula_nobody_knows_names_the_lecture(tmp_path):
    (tmp_path / "lectures").mkdir()
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("$\\nosuch$")]), tmp_path / "lectures" / "00_odd.ipynb"
    )
    with pytest.raises(ValueError, match=r"00_odd\.ipynb: formula .*nosuch"):
        site.book(tmp_path / "site", tmp_path)


def test_slides_begin_at_headings_pictures_and_after_much_text():
    text = ("text", "<p>" + "word " * 150 + "</p>", False)
    heading, picture, code = (
        ("text", "<h2>A</h2>", True),
        ("picture", "<img>", False),
        ("code", "<pre>1</pre>", False),
    )
    assert len(site.split([heading, code, heading])) == 2
    assert site.split([code, picture, code]) == [
        '<div class="cell code"><pre>1</pre></div><div class="cell picture"><img></div>',
        '<div class="cell code"><pre>1</pre></div>',
    ]
    assert len(site.split([heading, text, picture])) == 2
    assert len(site.split([text, text, text])) == 3
    assert site.split([]) == []


# in Chromium, from the disk, without a network ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    site.book(folder / "book", root)
    site.slides(folder / "slides", root)
    return folder


@pytest.fixture
def visit(new_page):
    """Open one file after the other in a page, each until its widgets are alive."""
    page = new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")

    def open_(path):
        page.goto(path.as_uri())
        alive(page)
        return page

    return open_


def picture(page, name, root):
    (root / "build" / "screenshots").mkdir(parents=True, exist_ok=True)
    page.screenshot(path=root / "build" / "screenshots" / f"site_{name}.png")


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_opens_without_a_network_and_its_widgets_answer(visit, built, root):
    names = [path.stem for path in site.lectures(root)]
    assert len(names) > 15
    for name in names:
        page = visit(built / "book" / f"{name}.html")
        widget = page.locator(".course-widget").first
        widget.scroll_into_view_if_needed()
        before = widget.evaluate(SEEN)
        for kind in KINDS:
            for control in widget.locator(f"{kind}:visible:enabled").all()[:3]:
                control.focus()
                key = (
                    "Space"
                    if kind == "button" or "radio" in kind
                    else "ArrowRight"
                    if "range" in kind
                    else "ArrowDown"
                )
                page.keyboard.press(key)
        answer = comes(page, lambda: widget.evaluate(SEEN) != before)  # noqa: B023
        assert answer, f"{name}: its first widget does not answer"
        heights = page.evaluate(
            "[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().height)"
        )
        assert all(height > 4 for height in heights)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is wider than the window"
        assert page.evaluate("[...document.images].every(i => i.alt && i.naturalWidth > 0)"), (
            f"{name}: a picture"
        )
    picture(page, "last_lecture", root)


@pytest.mark.browser
@pytest.mark.slow
def test_links_search_and_theme(visit, built, root):
    book = built / "book"
    for path in book.glob("*.html"):
        for link in re.findall(r'<a [^>]*href="(?!\w+:)([^"#]*)', path.read_text()):
            assert not link or (book / link).exists(), f"{path.name}: {link}"
    page = visit(book / "index.html")
    picture(page, "index", root)
    page.get_by_role("link", name=re.compile("^05 ·")).click()
    page.wait_for_url("**/05_*.html")
    page.locator("#search").fill("jensen shannon")
    page.locator("#found a").first.wait_for()
    picture(page, "search", root)
    page.locator("#search").fill("qqqq")
    page.locator("#found", has_text="nothing found").wait_for()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) != light
    picture(page, "dark", root)
    page.get_by_role("link", name=re.compile("→$")).click()
    page.wait_for_url("**/06_dcgan.html")
    assert page.evaluate(ground) != light, "the theme was forgotten"


@pytest.mark.browser
@pytest.mark.slow
def test_a_deck_moves_by_keys_and_leaves_widgets_their_keys(visit, built, root):
    page = visit(built / "slides" / "01_convolution.html")
    shown = "[...document.querySelectorAll('.slide')].findIndex(s => getComputedStyle(s).visibility === 'visible')"
    count = page.locator(".slide").count()
    assert count > 10
    picture(page, "slide_1", root)
    for key, expected in (
        ("ArrowRight", 1),
        ("ArrowLeft", 0),
        ("ArrowLeft", 0),
        ("End", count - 1),
        ("ArrowRight", count - 1),
    ):
        page.keyboard.press(key)
        assert page.evaluate(shown) == expected
    page.reload()
    assert page.evaluate(shown) == count - 1
    assert alive(page) > 0
    where = page.evaluate(
        "[...document.querySelectorAll('.slide')].findIndex(s => s.querySelector('.course-widget'))"
    )
    page = visit(built / "slides" / "index.html")
    page = visit(built / "slides" / "01_convolution.html")
    for _ in range(where):
        page.keyboard.press("ArrowRight")
    control = page.locator(".slide.now .course-widget :is(input, select)").first
    control.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(shown) == where
    picture(page, "slide_widget", root)
