"""Amounts in đồng and counts of people, as sheets write them.

A doubt is a short code:

``small``        a bare number too small to be đồng; the sheet may be in triệu
``no_unit``      a bare decimal such as "1.5"
``grouping``     "1,500 triệu": taken as one thousand five hundred, could be one and a half
``shorthand``    "2 tỷ 3", "1tr5": taken as 2,3 tỷ and 1,5 triệu
``approximate``  "khoảng 350 triệu"
``unit_ignored`` the number is plainly in đồng although the header says triệu
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stdesk.text import clean, fold

MOST = 10**15  # đồng; far above any budget, far below what a database integer holds
_IMPLAUSIBLE = 10**12  # a thousand tỷ: a header's "triệu" does not apply to a number this large
_SMALL = 100_000
_LONGEST = 100
_MOST_PEOPLE = 10_000_000

_UNITS = {"ty": 10**9, "ti": 10**9, "trieu": 10**6, "tr": 10**6, "nghin": 10**3, "ngan": 10**3, "k": 10**3}
_CURRENCY = re.compile(r"\(?\s*(?:vnd|viet nam dong|dong|d)\b\.?\s*\)?|\u20ab")
_UNIT_IN_BRACKETS = re.compile(r"\(\s*((?:ty|ti|trieu|nghin|ngan)?\s*(?:dong|vnd|d)?)\s*\)")
_IN_WORDS = re.compile(r"\((?:bang chu|[a-z ,]*\b(?:tram|muoi|trieu|ty|nghin)\b)[^()]*\)")
_ABOUT = re.compile(r"^(?:khoang|du kien|uoc tinh|uoc|gan|~|tren|hon)\s*:?\s*")
_TERM = re.compile(r"\s*([0-9][0-9.,]*)\s*(ty|ti|trieu|tr|nghin|ngan|k)?(?![a-z])\.?\s*(ruoi\b)?\s*(?:va\b)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*\Z")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?\Z")
_BOTH = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+\Z|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+\Z")
_COUNT = re.compile(
    r"(?:khoang|tong so|tong|gom|co|hon|gan|tren|du kien|~|:|\s)*([0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)\s*"
    r"(?:(?:luot|dong chi|d/c|dc|nguoi|hoc vien|can bo|chien si|dai bieu|hv|cbcs|cb|lop|tiet|gio|buoi|ngay"
    r"|nu|nam|trang|ban|cuon|bai)\b.*|\(.*|)\Z"
)


@dataclass(frozen=True, slots=True)
class ParsedMoney:
    """An amount in đồng and what is doubtful about it."""

    value: int
    doubt: str = ""


def parse_money(value: object, *, unit: int = 1) -> ParsedMoney | None:
    """The amount meant by a cell; None when it is none, is negative or another currency.

    Args:
        value: a number, or text such as ``1.234.567``, "350 triệu đồng", "2 tỷ 300 triệu".
        unit: đồng per 1 when no unit is written, from a header such as "ĐVT: triệu đồng".
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        return _bare(number, unit) if number.is_finite() else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _of_text(fold(clean(value)), unit)


def show_money(amount: int) -> str:
    """``1.234.567``, as Vietnamese documents write it."""
    return f"{amount:,}".replace(",", ".")


def parse_count(value: object) -> int | None:
    """How many, from ``47``, ``47.0``, "56 đ/c", "khoảng 30 người"; None when it is no count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        whole = value == value and abs(value) <= _MOST_PEOPLE and value == int(value) and value >= 0
        return int(value) if whole else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    match = _COUNT.match(fold(clean(value)))
    number = int(re.sub(r"[. ]", "", match[1])) if match else _MOST_PEOPLE + 1
    return number if number <= _MOST_PEOPLE else None


def _of_text(text: str, unit: int) -> ParsedMoney | None:
    about = _ABOUT.match(text)
    text = text[about.end() :] if about else text
    text = _IN_WORDS.sub(" ", _UNIT_IN_BRACKETS.sub(r" \1 ", text))
    bare = _CURRENCY.sub(" ", text)
    in_dong = bare != text
    bare = re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", bare.strip(" .:;"))  # 1 234 567
    terms = _terms(bare)
    if not terms:
        return None
    if len(terms) == 1 and not terms[0][1]:
        found = _bare(terms[0][0], 1 if in_dong else unit, said=in_dong)
    else:
        found = _with_units(terms, bare)
    if found is None or not about:
        return found
    return ParsedMoney(found.value, found.doubt or "approximate")


_Term = tuple[Decimal, int, str]  # number, đồng per 1 (0 = not written), doubt


def _terms(text: str) -> list[_Term]:
    """The terms of "2 tỷ 300 triệu"; empty when anything else stands between them."""
    terms: list[_Term] = []
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        number = _decimal(match[1].rstrip(".,")) if match else None
        if match is None or number is None or (match[3] and not match[2]):
            return []
        worth = _UNITS.get(match[2] or "", 0)
        doubt = "grouping" if worth and re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", match[1]) else ""
        terms.append((number + (Decimal("0.5") if match[3] else 0), worth, doubt))
        at = match.end()
    return terms


def _with_units(terms: list[_Term], text: str) -> ParsedMoney | None:
    total, doubt, last = Decimal(0), "", MOST
    for place, (number, worth, its_doubt) in enumerate(terms):
        if not worth:
            if place == 0 or place < len(terms) - 1:
                return None
            worth, its_doubt = _implied(number, last), "shorthand"
        if worth >= last:
            return None  # "300 triệu 2 tỷ" says nothing
        total, doubt, last = total + number * worth, doubt or its_doubt, worth
    return _amount(total, doubt) if text else None


def _implied(number: Decimal, after: int) -> int:
    """What a last bare number is worth: "2 tỷ 3" is tenths, "2 tỷ 300" the next unit down."""
    digits = len(str(int(number)))
    return after // 10**digits if digits < 3 else after // 1000


def _bare(number: Decimal, unit: int, *, said: bool = False) -> ParsedMoney | None:
    """A number without a unit of its own."""
    if unit > 1 and number * unit >= _IMPLAUSIBLE:
        return _amount(number, "unit_ignored")
    doubt = ""
    if unit == 1 and not said and number:
        if number != number.to_integral_value() and number < _SMALL:
            doubt = "no_unit"
        elif number < _SMALL:
            doubt = "small"
    return _amount(number * unit, doubt)


def _amount(value: Decimal, doubt: str) -> ParsedMoney | None:
    whole = int(value.to_integral_value(ROUND_HALF_UP)) if abs(value) <= MOST else -1
    return ParsedMoney(whole, doubt) if whole >= 0 and value >= 0 else None


def _decimal(text: str) -> Decimal | None:
    """A number in Vietnamese or English writing; groups of three are thousands, else decimals."""
    if _GROUPED.match(text) and not text.startswith("0"):
        return Decimal(re.sub("[.,]", "", text))
    if _PLAIN.match(text):
        return Decimal(text.replace(",", "."))
    if _BOTH.match(text):
        whole, fraction = re.split(r"[.,](?=[0-9]+\Z)", text)
        return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}")
    return None
