"""The short code that ties a sheet of paper to the frozen report it was printed from.

It is the first 60 bits of the snapshot's SHA-512 in Crockford's base 32: digits and capitals without I, L, O
and U, so that what was read off paper and typed is not mistaken for something else. Twelve characters are far
too many to be met by chance and few enough to be typed.
"""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_BITS = 5 * LENGTH
_MEANT = str.maketrans("OIL", "011")
_BLANK = re.compile(r"[\s\-‐‑‒–—−_.·]+")
_MARK = re.compile(r"([0-9A-Z]{12}) (\d{1,6})/(\d{1,6})", re.ASCII)
_MOST_TYPED = 200  # characters looked at


def code_of(sha512: str) -> str:
    """The code of a snapshot by its SHA-512 in hexadecimal: ``XXXX-XXXX-XXXX``."""
    number = int(sha512[: _BITS // 4], 16)
    shifts = range(_BITS - 5, -5, -5)
    return _grouped("".join(ALPHABET[number >> shift & 31] for shift in shifts))


def normalise(typed: str) -> str:
    """The code that ``typed`` means, as :func:`code_of` writes it; "" when it cannot be one.

    Case, blanks, hyphens and dots do not count; O is read as 0, I and L as 1.
    """
    bare = _bare(typed)
    return _grouped(bare) if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


def mark(code: str, page: int, pages: int) -> str:
    """What the QR code of a page holds: the code without hyphens, then page and pages.

    Twenty characters of the QR code's own alphabet at most for fewer than 1,000 pages: they fit into the smallest
    symbol, whose dots print largest.
    """
    return f"{code.replace('-', '')} {page}/{pages}"


def read_mark(text: str) -> tuple[str, int, int] | None:
    """Code, page and pages of what :func:`mark` wrote; ``None`` for anything else."""
    found = _MARK.fullmatch(text.strip())
    if not found:
        return None
    code, page, pages = normalise(found[1]), int(found[2]), int(found[3])
    return (code, page, pages) if code and 1 <= page <= pages else None


def near(typed: str, code: str) -> bool:
    """Whether ``typed`` is ``code`` but for one slip: a letter wrong, missing, too many, or two swapped."""
    one, two = _bare(typed), _bare(code)
    if len(one) == len(two):
        differ = [place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(differ) == 2:
            return one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]
        return len(differ) == 1
    short, long = sorted((one, two), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def _bare(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).upper()
    return _BLANK.sub("", text).translate(_MEANT)


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))
