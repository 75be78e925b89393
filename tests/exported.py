"""A widget's exported form, for tests that read its script: there it is packed."""

import base64
import re
import zlib

PACKED = re.compile(r'const packed = [^;]*?atob\("([^"]+)"\).*?\)\.default;\n', re.DOTALL)


def unpacked(html):
    """The page with the text of its one script in place of the packed one; it does the same."""
    text, count = PACKED.subn(lambda found: zlib.decompress(base64.b64decode(found[1])).decode(), html)
    assert count == 1, f"expected one packed script, found {count}"
    return text
