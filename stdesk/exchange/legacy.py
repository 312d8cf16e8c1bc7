"""Text of old Vietnamese fonts in other people's workbooks: known by the font, made Unicode.

A cell's font tells its code: ``.VnTime`` TCVN3, ``VNI-Times`` VNI, ``VPS Times`` VPS, ``VI Times``
VISCII. Nothing is guessed from content here; where a file keeps no fonts :func:`suspect` only
says what a text looks like, and a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from stdesk.domain import legacy_text
from stdesk.text import nfc

TCVN3, VNI, VPS, VISCII = legacy_text.TCVN3, legacy_text.VNI, "VPS", "VISCII"

_FONTS = (
    (re.compile(r"\.vn", re.IGNORECASE), TCVN3),
    (re.compile(r"vni", re.IGNORECASE), VNI),
    (re.compile(r"vps\b", re.IGNORECASE), VPS),
    (re.compile(r"vi (?:times|arial|helve|courier)", re.IGNORECASE), VISCII),
)
# à is no code of TCVN3 and has no capital to be mistaken for: with no sign that is a code, a text
# with it was typed in Unicode although its font is an old one.
_TCVN3_SIGNS = re.compile("[¡-¹»-¾×÷]")
_NO_TCVN3_CODE = re.compile("[àðÿ]")


@dataclass(frozen=True, slots=True)
class FontCode:
    """What a font's name says of its text: the code, and whether it draws capitals only."""

    encoding: str
    capitals: bool = False


@cache
def font_code(font: str) -> FontCode | None:
    """The old code of the font named ``font``, None for any other font.

    ``.VnTimeH`` and its like hold small letters' codes and draw capitals, since TCVN3 has no
    capitals with a tone.
    """
    name = font.strip()
    for pattern, encoding in _FONTS:
        if pattern.match(name):
            last = "h" if name == name.lower() else "H"
            return FontCode(encoding, encoding == TCVN3 and name.endswith(last))
    return None


def decode(text: str, encoding: str) -> str:
    """``text`` read as ``encoding``, in NFC; characters that are no code of it stay.

    Raises:
        ValueError: no such encoding.
    """
    if encoding == TCVN3:
        return nfc(legacy_text.decode_tcvn3(text))
    if encoding == VNI:
        return nfc(legacy_text.decode_vni(text))
    if encoding in (VPS, VISCII):
        table = _rare_table(encoding)
        return nfc(text.translate(table))
    raise ValueError(encoding)


def decode_cell(text: str, code: FontCode) -> str:
    """``text`` of a cell or run in a font of ``code``; text that is Unicode already is left as it is."""
    if legacy_text.UNICODE_ONLY.search(text):
        return text
    if code.encoding == TCVN3 and _NO_TCVN3_CODE.search(text) and not _TCVN3_SIGNS.search(text):
        return text
    decoded = decode(text, code.encoding)
    return decoded.upper() if code.capitals else decoded


def suspect(text: str) -> str:
    """The code ``text`` looks like (``TCVN3`` or ``VNI``), empty when it reads as it stands."""
    return legacy_text.looks_legacy(text)


@cache
def _rare_table(encoding: str) -> dict[int, str]:
    from viparse.normalize.viscii import VISCII as VISCII_MAP  # late: 0.2 s, seldom needed
    from viparse.normalize.vps import VPS as VPS_MAP

    charmap = VPS_MAP if encoding == VPS else VISCII_MAP
    table = dict(charmap.pairs)
    for code, letter in charmap.pairs:
        if "\x80" <= code <= "\x9f":  # Office keeps these bytes as the characters of cp1252
            table[code.encode("latin-1").decode("cp1252", "replace")] = letter
    table.pop("\ufffd", None)
    return str.maketrans(table)
