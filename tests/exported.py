"""A widget's exported form, for tests that read its script: there it is packed."""

import base64
import re
import zlib
from itertools import pairwise

PACKED = re.compile(r'const packed = [^;]*?atob\("([^"]+)"\).*?\)\.default;\n', re.DOTALL)


def unpacked(html):
    """The page with the text of its one script in place of the packed one; it does the same."""
    text, count = PACKED.subn(lambda found: zlib.decompress(base64.b64decode(found[1])).decode(), html)
    assert count == 1, f"expected one packed script, found {count}"
    return text


def swipe(page, *fingers):
    """Fingers go over the page at once, as it gets them from a touch screen.

    Args:
        page: of a context with has_touch. fingers: for each the places (x, y) that it passes, the first comes down first.
    """
    hand, down = page.context.new_cdp_session(page), []

    def send(kind):
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(down)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for places in fingers:
        down.append(places[0])
        send("touchStart")
    for ways in zip(*(pairwise(places) for places in fingers)):
        for k in range(1, 9):
            down[:] = [(x0 + (x1 - x0) * k / 8, y0 + (y1 - y0) * k / 8) for (x0, y0), (x1, y1) in ways]
            send("touchMove")
    down.clear()
    send("touchEnd")
    hand.detach()


def tall(page):
    """Make the page longer than the window, so that it could scroll; returns how far it has."""
    page.evaluate("document.body.style.paddingBottom = '4000px'")
    return lambda: page.evaluate("scrollY")
