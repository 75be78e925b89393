"""Copies are found under new names and layout; honest answers to the same question are not taken for copies."""

import re
from pathlib import Path

from course_lib.grading.similarity import flags

BANK = Path(__file__).parent / "banks" / "a1_convolution" / "check_conv2d" / "correct"
LOOPS = (BANK / "loops_over_positions.py").read_text()


def renamed(source):
    for old, new in {"chunk": "piece", "h_out": "rows", "w_out": "cols", "height": "a", "width": "b"}.items():
        source = re.sub(rf"\b{old}\b", new, source)
    return source.replace("    x = pad(", "    # my own idea\n    x = pad(\n        ")


def test_a_copy_is_found_under_new_names_comments_and_layout():
    assert renamed(LOOPS) != LOOPS
    found = flags({"ann": LOOPS, "ben": renamed(LOOPS), "cem": (BANK / "fft.py").read_text()}, {})
    assert found == {"ann": ["conv2d is 100% like ben's"], "ben": ["conv2d is 100% like ann's"]}


def test_copies_of_an_original_name_the_original_once():
    found = flags({"ann": LOOPS, "ben": renamed(LOOPS)}, {"course_lib/convolution.py": LOOPS})
    assert found == {
        name: ["conv2d is 100% like the one in course_lib/convolution.py"] for name in ("ann", "ben")
    }


def test_honest_answers_to_one_question_are_not_flagged():
    assert flags({path.stem: path.read_text() for path in BANK.glob("*.py")}, {}) == {}


def test_what_cannot_tell_is_left_out():
    short = "def f(x):\n    return 2 * x"
    assert flags({"ann": short, "ben": short, "cem": "def f(:", "dan": "%magic\n"}, {}) == {}
    assert flags({"ann": LOOPS, "ben": LOOPS}, {}, names={"max_pool2d"}) == {}
