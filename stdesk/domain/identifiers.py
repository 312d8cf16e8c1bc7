"""Identifiers with a check digit, and DOI: read, checked, written in one form.

ISSN: ISO 3297 (eight characters, modulus 11). ISBN: ISO 2108 (thirteen digits, modulus 10, as in
EAN-13) and its older form of ten (modulus 11). DOI: ISO 26324.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stdesk.text import clean

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LABEL = re.compile(r"^[ep]?-?\s*(?:issn|isbn)(?:\s*-?\s*1[03](?=[\s:]))?\s*[:.]?\s*", re.IGNORECASE)
_ISSN = re.compile(r"[0-9]{7}[0-9X]\Z")
_ISBN_10 = re.compile(r"[0-9]{9}[0-9X]\Z")
_ISBN_13 = re.compile(r"97[89][0-9]{10}\Z")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi(?:\.org/|\s*:)?\s*)+", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+\Z")
_SHORT = 100  # characters; a journal's number stands in many records, so what it is is remembered
_LONGEST_DOI = 500  # characters; the standard sets no limit, a cell must


def check_issn(text: str) -> bool:
    """Whether ``text`` is an ISSN with the right check character."""
    digits = _digits(text)
    return bool(_ISSN.match(digits)) and _modulus_11(digits)


def format_issn(text: str) -> str:
    """``1859-4794``; what does not look like an ISSN comes back as typed, cleaned."""
    digits = _digits(text)
    return f"{digits[:4]}-{digits[4:]}" if _ISSN.match(digits) else clean(text)


def check_isbn(text: str) -> bool:
    """Whether ``text`` is an ISBN of thirteen or ten with the right check digit."""
    digits = _digits(text)
    if _ISBN_13.match(digits):
        return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
    return bool(_ISBN_10.match(digits)) and _modulus_11(digits)


def format_isbn(text: str) -> str:
    """The digits alone when it looks like an ISBN, else as typed, cleaned.

    Where the hyphens belong depends on tables of the ISBN agency that change every month, so
    they are left out.
    """
    digits = _digits(text)
    return digits if _ISBN_13.match(digits) or _ISBN_10.match(digits) else clean(text)


def normalise_doi(text: str) -> str:
    """The DOI without address or label, in small letters (DOIs know no case); "" when it is none."""
    doi = _DOI_PREFIX.sub("", clean(text)).rstrip(".,;").lower()
    return doi if len(doi) <= _LONGEST_DOI and _DOI.match(doi) else ""


def identify(text: str) -> tuple[str, str] | None:
    """What kind of identifier a cell "ISSN/ISBN" holds: ``("issn", "1859-4794")``.

    Kinds are ``issn``, ``isbn`` and ``doi``, by shape; the check digit is not looked at, so that
    a wrong one is kept and told to the person.
    """
    return _identify_short(text) if len(text) <= _SHORT else _identify(text)


def _identify(text: str) -> tuple[str, str] | None:
    if doi := normalise_doi(text):
        return "doi", doi
    digits = _digits(text)
    if _ISSN.match(digits):
        return "issn", format_issn(text)
    if _ISBN_13.match(digits) or _ISBN_10.match(digits):
        return "isbn", digits
    return None


_identify_short = lru_cache(maxsize=5_000)(_identify)


def _digits(text: str) -> str:
    """Digits and check character, without label, blanks and hyphens."""
    return _digits_of(text[:_SHORT])


@lru_cache(maxsize=5_000)
def _digits_of(text: str) -> str:
    bare = _LABEL.sub("", _DASHES.sub("-", clean(text)))
    return bare.replace("-", "").replace(" ", "").rstrip(".,;").upper()


def _modulus_11(digits: str) -> bool:
    """Weights from the length down to 1, X for ten, the sum divisible by eleven."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    weights = range(len(values), 0, -1)
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11 == 0
