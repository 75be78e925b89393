"""A widget's exported form: its script, packed there, and its page, which tests wait for, touch and stop the clock of."""

import base64
import re
import time
import zlib
from itertools import pairwise

PACKED = re.compile(r'const packed = [^;]*?atob\("([^"]+)"\).*?\)\.default;\n', re.DOTALL)


def unpacked(html):
    """The page with the text of its one script in place of the packed one; it does the same."""
    text, count = PACKED.subn(lambda found: zlib.decompress(base64.b64decode(found[1])).decode(), html)
    assert count == 1, f"expected one packed script, found {count}"
    return text


# Each widget's place on the page holds the widget, not its still, and the widget has said what it shows: its sheets are
# decoded. A status speaks only when there is news. One more than their number: zero would be waited on.
ALIVE = """() => {
    const places = [...document.querySelectorAll("div[id^=widget-]")];
    return places.every(place => place.querySelector(".course-widget")
        && [...place.querySelectorAll("p.readout:not([role=status])")].every(said => said.textContent)) && places.length + 1;
}"""


def alive(page):
    """Wait until the widgets of a page answer to keys; returns how many there are."""
    return page.wait_for_function(ALIVE).json_value() - 1


def comes(page, look, seconds=60):
    """What look() gives once that is true, or what it gave at last: asked again and again, for what a page does later."""
    until = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < until:
        page.wait_for_timeout(20)
    return found


def stop_the_clock(page):
    """From the page's first moment on time stands still there; only page.clock.run_for(milliseconds) moves it."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


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
