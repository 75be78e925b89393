"""The cycle bound widget: the numbers in Python and in the browser are course_lib.information's."""

import math
import re

import pytest

from course_lib.widgets.cycle_bound import CycleBound
from tests.exported import unpacked


def test_worked_by_hand():
    got = CycleBound(delta=0.1, guess=0.4).quantities()
    assert got["entropy"] == pytest.approx(0.32508, abs=5e-6)
    assert got["cycle"] == pytest.approx(-0.1 * math.log(0.4) - 0.9 * math.log(0.6))
    assert got["gap"] == pytest.approx(got["cycle"] - got["entropy"])
    assert got["home"] == pytest.approx(0.1 * 0.4 + 0.9 * 0.6)
    assert CycleBound(delta=0.25, guess=0.25).quantities()["gap"] == pytest.approx(0, abs=1e-15)
    assert CycleBound(delta=1.0).quantities()["entropy"] == 0


def test_the_page_needs_nothing_from_elsewhere_and_its_picture_says_what_it_shows():
    html = unpacked(CycleBound().to_html())
    assert set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'`]*""", html)) <= {"http://www.w3.org/2000/svg"}
    assert "touches it from above" in CycleBound().static_frame().alt


@pytest.mark.browser
def test_in_a_browser(open_page):
    page = open_page(CycleBound())

    def agrees(**options):
        measured = page.evaluate("document.querySelector('.cycle-bound').parentElement.measured")
        assert measured == pytest.approx(CycleBound(**options).quantities(), abs=1e-9)

    agrees()
    for delta, guess in ((0.0, 0.01), (1.0, 0.3), (0.5, 0.99), (0.25, 0.6)):
        page.get_by_label("delta", exact=True).fill(str(delta))
        page.get_by_label("guess", exact=True).fill(str(guess))
        agrees(delta=delta, guess=guess)
    assert page.locator("td").all_inner_texts() == ["0.375", "0.125", "0.125", "0.375"]
    page.get_by_role("button", name="best guess").click()
    agrees(delta=0.25, guess=0.25)
    assert "0.5623 nats, cycle loss 0.5623, gap 0.0000" in page.locator("p.readout").last.inner_text()
    page.get_by_label("delta", exact=True).focus()
    page.keyboard.press("ArrowRight")
    agrees(delta=0.26, guess=0.25)
    x = float(page.locator("svg[role=img] line[stroke-dasharray='6 3']").get_attribute("x2"))
    y = float(page.locator("svg[role=img] line[stroke-dasharray='6 3']").get_attribute("y2"))
    assert x <= 418.01  # the line stays inside the picture
    assert y >= 9.99
