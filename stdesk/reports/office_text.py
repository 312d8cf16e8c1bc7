"""Text as the XML of Office files can hold it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

# What XML 1.0 forbids; the values were cleaned on their way in, a foreign snapshot's were not. Marks of
# writing direction go too: unpaired ones would turn the rest of a line or a table around.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]"
)


def safe(text: str) -> str:
    """``text`` without characters an XML file cannot hold and without marks of writing direction."""
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """``text`` as the content of an element."""
    return escape(safe(text))


def attribute(text: str) -> str:
    """``text`` as the value of an attribute in double quotes, on one line."""
    return escape(" ".join(safe(text).split()), {'"': "&quot;"})
