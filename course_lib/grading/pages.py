r"""What a student wrote, made harmless for the pages that instructors and students open.

nbgrader's page templates turn Markdown into HTML without cleaning it, whatever `HTMLExporter.sanitize_html` says: a student's
`<script>` would run in the instructor's session. So the two template filters that let HTML through are replaced by these.
"""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import markdown2html_mistune

TAGS = """
    a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img kbd li ol p
    pre s small span strong sub summary sup table tbody td th thead tr u ul
""".split()  # noqa: SIM905
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)
ALIGNED = re.compile(r"text-align: ?(left|right|center);?")


def _allowed(tag, name, value):
    """Whether an attribute may stay: nothing that runs, and nothing that is fetched without a click."""
    if tag == "a" and name == "href":
        return bool(LINK.match(value))
    if tag == "img" and name == "src":
        return bool(PICTURE.match(value))
    if name == "style":
        return tag in ("td", "th") and bool(ALIGNED.fullmatch(value))
    if name == "class":
        return (tag, value) in (("table", "table"), ("a", "anchor-link"))
    return (tag, name) in {
        ("img", "alt"),
        ("img", "width"),
        ("li", "value"),
        ("ol", "start"),
        ("a", "title"),
    } or (name == "id" and tag in ("h1", "h2", "h3", "h4", "h5", "h6"))


def clean_html(html):
    """HTML with the tags and attributes of plain text, tables and embedded pictures; all else is shown as text."""
    css = CSSSanitizer(allowed_css_properties=["text-align"])
    return bleach.clean(
        html, TAGS, _allowed, protocols=["http", "https", "mailto", "data"], css_sanitizer=css
    )


def markdown2html(source):
    """Markdown as clean HTML; formulas between dollar signs stay as they are, for MathJax."""
    return clean_html(markdown2html_mistune(source))
