"""All prose is spelled right, and the British way: Markdown, the text of notebooks, docstrings, comments, sentences in code.

Code keeps its own spelling (`color`), and so do titles of papers. Words that are right all the same: spelling.toml.
"""

import io
import json
import re
import shutil
import subprocess
import sysconfig
import tokenize
from pathlib import Path

import pytest

SENTENCE = 4  # words; a shorter string is a key, a format, a name
FOLDERS = ("course_lib", "data_scripts", "lectures", "solutions", "tests")
NOT_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|\{[^{}]*\}"  # code, formulas, places in f-strings
    r"|https?://\S+|\]\([^)]*\)|<[^<>]+>|\S{40,}"  # addresses, HTML, data
    r"|\w*_\w+|\b\w+\.\w+\("  # identifiers
    r"|([*\"])[^*\"]+\1,[^*\"]{0,80}?\b(?:19|20)\d\d\b"  # "a title", 2016
    r"|\b(?:19|20)\d\d,\s([*\"])[^*\"]+\2",  # 2016, "a title"
    re.DOTALL,
)


def spaces(found):
    return re.sub(r"\S", " ", found[0])


def words_of_python(text, sentences=True):
    """A module or a notebook's text with everything but its comments, docstrings and (other) sentences made blank."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    lines = text.split("\n")
    kept = [[" "] * len(line) for line in lines]
    before = tokenize.NEWLINE
    for token in tokens:
        kind = tokenize.tok_name[token.type]
        docstring = kind == "STRING" and before in (tokenize.NEWLINE, tokenize.INDENT)
        string = kind in ("STRING", "FSTRING_MIDDLE") and len(token.string.split()) >= SENTENCE
        if kind not in ("NL", "COMMENT"):
            before = token.type
        if not (kind == "COMMENT" or docstring or (string and sentences)):
            continue
        # an argument called `color` is spelled so in its docstring; the text cells of a notebook have no such excuse
        excused = kind != "COMMENT" or "# %% [markdown]" not in text
        (first, start), (last, end) = token.start, token.end
        for row in range(first, last + 1):
            part = slice(start if row == first else 0, end if row == last else len(lines[row - 1]))
            line = lines[row - 1][part]
            kept[row - 1][part] = (
                re.sub(r"\w+", lambda w: spaces(w) if w[0] in names else w[0], line) if excused else line
            )
    text = re.sub(r"\\n", "  ", "\n".join("".join(row) for row in kept))
    return re.sub(r"^# ?(%%.*)?", spaces, text, flags=re.MULTILINE)


def words_of_script(text):
    """JavaScript: comments and sentences."""
    pieces = re.split(r"(//.*|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`)", text)  # code and what may be prose by turns
    return "".join(
        piece if k % 2 and len(piece.split()) >= SENTENCE else re.sub(r"[^\n]", " ", piece)
        for k, piece in enumerate(pieces)
    )


def prose(name, text):
    """The prose of a file, each word where it stands in it. The strings of a test are mostly not prose."""
    if name.endswith(".py"):
        text = words_of_python(text, sentences=not name.startswith("tests/"))
    elif name.endswith(".js"):
        text = words_of_script(text)
    return NOT_PROSE.sub(spaces, text)


def misspelled(texts, folder):
    """`file:line: found -> wanted` for a dictionary name -> text; `folder` takes what the checker reads."""
    program = shutil.which("typos", path=sysconfig.get_path("scripts")) or shutil.which("typos")
    assert program, "typos is not installed: pip install -e .[test]"
    for name, text in texts.items():
        path = folder / f"{name}.txt"  # as text: typos leaves nothing out of it
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(prose(name, text))
    config = Path(__file__).with_name("spelling.toml")
    command = [
        program,
        "--isolated",
        "--config",
        config,
        "--format",
        "json",
        "--no-ignore",
        "--no-check-filenames",
        ".",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return sorted(
        f"{word['path'].removeprefix('./').removesuffix('.txt')}:{word['line_num']}: {word['typo']} -> {' or '.join(word['corrections'])}"
        for word in found
        if word["type"] == "typo"
    )


def test_all_prose_is_spelled_right(root, tmp_path):
    paths = [*root.glob("*.md"), *root.glob("LICENSES/*.md"), *root.glob("*.py")]
    for folder in FOLDERS:
        for kind in ("md", "py", "js"):
            paths += root.glob(f"{folder}/**/*.{kind}")
    paths = [path for path in paths if "node_modules" not in path.parts and path != Path(__file__)]
    assert len(paths) > 200
    found = misspelled({str(path.relative_to(root)): path.read_text() for path in paths}, tmp_path)
    assert found == [], "\n".join(["mend it, or add the word to tests/spelling.toml:", *found])


MARKDOWN = "# %% [markdown]\n# The coulor of a layer's centre, `color=0`, $color$; Y. Wu, *Group normalization*, 2018.\n# The color.\n"
MODULE = '''"""The behavior of a thing.

Args:
    color: what a ``color`` is, an opinion of its colour.
"""
def f(color, key="recieve it"):  # definately wrong
    return f"there are {color} of these seperate things", "color_map", "a color"
'''
SCRIPT = 'const center = "color"; // the center of it\nsay("a sentence about the color of things");\n'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.md", "A colour is a colour.\n\n```\ncolor\n```\n\n[the color](color.md) <b style='color: red'>", ["7: color"]),
        ("a.py", MARKDOWN, ["2: coulor", "3: color"]),
        ("a.py", MODULE, ["1: behavior", "6: definately", "7: seperate"]),
        ("a.js", SCRIPT, ["1: center", "2: color"]),
    ],
)  # fmt: skip
def test_prose_is_checked_and_code_is_not(tmp_path, name, text, expected):
    found = misspelled({name: text}, tmp_path)
    assert [line.removeprefix(f"{name}:").split(" -> ")[0] for line in found] == expected
