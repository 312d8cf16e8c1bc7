"""Dates as people know them: a year, a month or a day.

A partial date is the text ``2025``, ``2025-03`` or ``2025-03-04`` (ISO 8601 calendar dates of
reduced precision), which sorts rightly as text. What units type is read by :func:`parse_date`
and :func:`parse_range`, always day before month as written in Viet Nam; what could not be read
for certain comes back with a *doubt*, a short code:

``day_month_swapped``  12/25/2025: only readable the American way
``two_digit_year``     "65": 1965 rather than forty years ahead
``quarter``            "Quý I/2025", "6 tháng đầu năm 2025" as one date: only the year is kept
``approximate``        "khoảng tháng 3/2025", "cuối năm 2025"
``year_guessed``       a range whose missing year makes it longer than half a year
``open``               "từ 3/2025 đến nay": a range without an end
``reversed``           a range that ends before it begins, kept as written
``this_year``          "15/11", "tháng 3", typed into a form: the year of today
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from stdesk.text import clean, fold

FIRST_YEAR, LAST_YEAR = 1900, 2100
_KNOWN = 20_000  # dates whose parts are remembered: those of a library are few, and asked for often
_LONGEST = 200  # characters; a cell that is longer is no date
_LONGEST_STORED = 10  # characters: 2025-03-04
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of the 1900 date system as it counts after 29/02/1900
_EXCEL_DAYS = range(20_000, 80_001)  # 1954 to 2119: nothing else a date column holds looks like it

_CANONICAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
_MONTH_WORDS = {"muoi hai": 12, "muoi mot": 11, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5,
                "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_MONTH = rf"(?P<m>[0-9]{{1,2}}|{'|'.join(_MONTH_WORDS)})"
_YEAR = r"(?P<y>[0-9]{4})"
_OF_YEAR = r"\s*(?:[/.,-]|,?\s*nam\s|\s)\s*"
_FORMS = tuple(
    re.compile(form + r"\Z")
    for form in (
        r"(?P<d>[0-9]{1,2})\s*(?P<s>[/.-])\s*(?P<m>[0-9]{1,2})\s*(?P=s)\s*(?P<y>[0-9]{4}|[0-9]{2})",
        rf"(?P<d>[0-9]{{1,2}})\s*thang\s*{_MONTH}{_OF_YEAR}{_YEAR}",
        rf"(?:thang|thg|th|t)\.?\s*{_MONTH}{_OF_YEAR}{_YEAR}",
        rf"(?P<m>[0-9]{{1,2}})\s*[/.-]\s*{_YEAR}",
        _YEAR,
    )
)
_ENGLISH = {name: place for place, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
_ENGLISH_FORM = re.compile(
    rf"(?:(?P<d>[0-9]{{1,2}})[\s.-]+)?(?P<m>{'|'.join(_ENGLISH)})[a-z]{{0,6}}\.?[\s,.-]+"
    r"(?:(?P<d2>[0-9]{1,2}),?\s+)?(?P<y>[0-9]{4}|(?<=-)[0-9]{2})\Z"
)
_AS_TEXT = re.compile(r"(?:[2-7][0-9]{4}|(?:19|20)[0-9]{2}\.0)\Z")  # an Excel date, or a year, made text
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})(?:\2([0-9]{1,2}))?\Z")
_DAYS = {"hom nay": 0, "bua nay": 0, "today": 0, "hom qua": -1, "yesterday": -1, "hom kia": -2, "ngay mai": 1}
_MONTHS = {"thang nay": 0, "thang truoc": -1, "thang sau": 1}
_YEARS = {"nam nay": 0, "nam ngoai": -1, "nam truoc": -1, "nam sau": 1, "sang nam": 1}
_NO_YEAR = re.compile(
    rf"(?:ngay\s*)?(?P<d>[0-9]{{1,2}})\s*(?:[/.-]|thang)\s*(?P<m>[0-9]{{1,2}}|{'|'.join(_MONTH_WORDS)})\Z"
    rf"|thang\s*(?P<m2>[0-9]{{1,2}}|{'|'.join(_MONTH_WORDS)})\Z"
)
_QUARTER = re.compile(rf"(?:quy|q)\.?\s*(?P<q>iv|i{{1,3}}|[1-4]){_OF_YEAR}{_YEAR}\Z")
_HALF = re.compile(rf"(?:6|sau)\s*thang\s*(?P<h>dau|cuoi)\s*nam\s*{_YEAR}\Z")
_ABOUT = re.compile(r"(?:khoang|du kien|uoc|dau|giua|cuoi)\b[\s:]*")
_BEFORE = re.compile(
    r"(?:(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\s*,?\s*"
    r"|[0-9]{1,2}(?:[:hg][0-9]{0,2}|\s*gio(?:\s*[0-9]{1,2}(?:\s*phut)?)?)\s*,?\s*(?:ngay\s)?"
    r"|vao\s|trong\s|ngay\b\s*|nam\s+(?=[0-9]))"
)
_DURATION_BEFORE = re.compile(
    r"\A(?:trong\s+)?(?:[0-9]{1,3}(?:[.,]5)?|mot|hai|ba)\s*"
    r"(?:(?:thang|ngay|nam|tuan|buoi)(?:(?:\s*[,:;(-])+\s*(?=[0-9]|tu\b|ngay|thang)|\s+(?=tu\b))"
    r"|ngay\s+(?=[0-9]{1,2}\s*[-/])|nam\s+(?=[0-9]{4}\s*-))"
)
_CLOCK = r"[0-9]{1,2}\s*(?:[:hg]|gio)\s*[0-9]{0,2}"
_HOURS = re.compile(rf"\b(?:tu\s+)?{_CLOCK}\s*(?:-|den)\s*{_CLOCK}\b\s*,?\s*(?:cac\s+)?")
_AFTER = re.compile(
    r"[t\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A partial date read from what somebody typed, and what is doubtful about it."""

    value: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ParsedRange:
    """First and last partial date of a range; ``end`` is "" when it has none (doubt ``open``)."""

    start: str
    end: str
    doubt: str = ""


def parse_date(value: object, *, today: date) -> ParsedDate | None:
    """The date meant by ``value``: a cell's date, number or text. None when it is no date.

    Args:
        value: ``datetime``, ``date``, a year or an Excel day number, or text.
        today: decides the century of two-digit years: at most ten years ahead.
    """
    if isinstance(value, date):  # a datetime is one
        return _dated(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _read(_plain(value), today)


def parse_typed(text: str, *, today: date) -> ParsedDate | None:
    """The date a person means who types into a form today; more than a cell of a sheet may mean.

    Besides what :func:`parse_date` reads: "hôm nay", "tháng trước", "năm ngoái", and a day or
    month without its year, which is this year's.
    """
    if (found := parse_date(text, today=today)) is not None or len(text) > _LONGEST:
        return found
    plain = _plain(text)
    if plain in _DAYS:
        day = today + timedelta(days=_DAYS[plain])
        return _dated(day.year, day.month, day.day)
    if plain in _MONTHS:
        months = today.year * 12 + today.month - 1 + _MONTHS[plain]
        return _dated(months // 12, months % 12 + 1)
    if plain in _YEARS:
        return _dated(today.year + _YEARS[plain])
    if match := _NO_YEAR.match(plain):
        month, day_of = _month(match["m"] or match["m2"]), int(match["d"] or 0)
        return (
            _dated(today.year, month, day_of, "this_year") if month and (day_of or not match["d"]) else None
        )
    return None


def parse_range(value: object, *, today: date) -> ParsedRange | None:
    """The range meant by ``value``; a single date is a range of one.

    What one side leaves out is taken from the other: ``12-18/12/2026``, "từ 2/2 đến
    5/2/2025", "từ 30/12 đến 3/1/2026" (which begins the year before).
    """
    if not isinstance(value, str):
        single = parse_date(value, today=today)
        return _same(single) if single else None
    if len(value) > _LONGEST:
        return None
    text = _DURATION_BEFORE.sub("", _plain(value))
    text = _HOURS.sub("", text).strip()
    text = re.sub(r"^(?:thoi gian\s*:?\s*|nam hoc\s+|giai doan\s+)", "", text).strip("() ")
    if (period := _period(text)) is not None:
        return period
    begins = re.match(r"(?:ke\s+)?tu\b\s*(?!nam\s*/)", text)
    body = text[begins.end() :] if begins else text
    if (single := _read(body, today)) is not None:
        return ParsedRange(single.value, "", single.doubt or "open") if begins else _same(single)
    for left, right in _halves(body):
        if (found := _joined(left, right, today)) is not None:
            return found
    return None


def is_partial_date(text: str) -> bool:
    """Whether ``text`` is a partial date in its one stored form."""
    return len(text) <= _LONGEST_STORED and _is_stored(text)


@lru_cache(_KNOWN)
def _is_stored(text: str) -> bool:
    match = _CANONICAL.match(text)
    if not match:
        return False
    parsed = _dated(int(match[1]), int(match[2] or 0), int(match[3] or 0))
    return parsed is not None and parsed.value == text  # "2025-00" reads as 2025, so is not


@lru_cache(_KNOWN)
def first_day(value: str) -> date:
    """The earliest day of a partial date.

    Raises:
        ValueError: ``value`` is not in the stored form.
    """
    year, month, day = _parts(value)
    return date(year, month or 1, day or 1)


@lru_cache(_KNOWN)
def last_day(value: str) -> date:
    """The latest day of a partial date.

    Raises:
        ValueError: ``value`` is not in the stored form.
    """
    year, month, day = _parts(value)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def overlaps(value: str, start: date, end: date) -> bool:
    """Whether some day of ``value`` lies from ``start`` to ``end``, both included."""
    return first_day(value) <= end and last_day(value) >= start


def within(value: str, start: date, end: date) -> bool:
    """Whether every day of ``value`` lies from ``start`` to ``end``, both included."""
    return start <= first_day(value) and last_day(value) <= end


def show(value: str) -> str:
    """A partial date as documents write it: ``04/03/2025``, ``03/2025``, ``2025``."""
    return "/".join(reversed(value.split("-")))


def in_words(day: date) -> str:
    """``ngày 07 tháng 3 năm 2026``: zeros before days to 9 and months 1, 2 (Decree 30/2020, annex I)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _parts(value: str) -> tuple[int, int, int]:
    if not is_partial_date(value):
        raise ValueError(value)
    year, month, day = [*value.split("-"), "0", "0"][:3]
    return int(year), int(month), int(day)


def _dated(year: int, month: int = 0, day: int = 0, doubt: str = "") -> ParsedDate | None:
    """A checked date; zeros are parts that are not known."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 0 <= month <= 12:
        return None
    if not month:
        return ParsedDate(f"{year}", doubt)
    if not 0 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return ParsedDate(f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}", doubt)


def _number(value: float) -> ParsedDate | None:
    if value != value or abs(value) > LAST_YEAR * 100:  # NaN, infinity
        return None
    if FIRST_YEAR <= value <= LAST_YEAR and value == int(value):
        return _dated(int(value))
    if int(value) in _EXCEL_DAYS:
        day = _EXCEL_EPOCH + timedelta(days=int(value))
        return _dated(day.year, day.month, day.day)
    return None


def _plain(text: str) -> str:
    """Folded, one dash, no brackets or full stops around."""
    text = re.sub("[\u2010-\u2015\u2212~]|-?->|\u2192", "-", fold(clean(text)))
    return text.strip(" .,;:()[]\"'")


def _read(text: str, today: date) -> ParsedDate | None:
    doubt = ""
    if about := _ABOUT.match(text):
        doubt, text = "approximate", text[about.end() :]
    while before := _BEFORE.match(text):
        text = text[before.end() :]
    text = _AFTER.sub("", text).strip()
    if part := _QUARTER.match(text) or _HALF.match(text):
        return _dated(int(part["y"]), doubt="quarter")
    if english := _ENGLISH_FORM.match(text):
        month = _ENGLISH[english["m"]]
        return _day_first(
            {**english.groupdict(), "m": str(month), "d": english["d"] or english["d2"]}, doubt, today
        )
    if _AS_TEXT.match(text):
        return _number(float(text))
    if match := _YEAR_FIRST.match(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4] or 0)
        return _dated(year, month, day, doubt) if month and (day or not match[4]) else None
    for form in _FORMS:
        if match := form.match(text):
            return _day_first(match.groupdict(), doubt, today)
    return None


def _day_first(parts: dict[str, str | None], doubt: str, today: date) -> ParsedDate | None:
    year, guessed = _full_year(parts["y"] or "", today)
    month, day = _month(parts.get("m")), int(parts.get("d") or 0)
    if (parts.get("m") and not month) or (parts.get("d") and not day):
        return None  # month or day 00
    if month > 12 >= day > 0:
        return _dated(year, day, month, "day_month_swapped")
    return _dated(year, month, day, doubt or guessed)


def _month(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else _MONTH_WORDS[text]


def _full_year(text: str, today: date) -> tuple[int, str]:
    year = int(text)
    if len(text) == 4:
        return year, ""
    if year >= 70:
        return 1900 + year, ""
    return (1900 + year, "two_digit_year") if 2000 + year > today.year + 10 else (2000 + year, "")


def _same(single: ParsedDate) -> ParsedRange:
    return ParsedRange(single.value, single.value, single.doubt)


def _period(text: str) -> ParsedRange | None:
    """A quarter or half a year."""
    if quarter := _QUARTER.match(text):
        number = _ROMAN.get(quarter["q"]) or int(quarter["q"])
        return _months(quarter["y"], number * 3 - 2, number * 3)
    if half := _HALF.match(text):
        return _months(half["y"], 1, 6) if half["h"] == "dau" else _months(half["y"], 7, 12)
    return None


def _months(year: str, first: int, last: int) -> ParsedRange | None:
    start, end = _dated(int(year), first), _dated(int(year), last)
    return ParsedRange(start.value, end.value) if start and end else None


def _halves(text: str) -> list[tuple[str, str]]:
    """Where the range may be cut, surest first: the word "đến", a spaced dash, then any dash."""
    for cut in (r"\s*\b(?:cho\s+)?(?:den|toi)\b(?:\s+het\b)?\s*", r"\s+-\s+", r"\s*(?:\bva\b|,)\s*"):
        halves = re.split(cut, text)
        if len(halves) == 2:
            return [(halves[0], halves[1])]
    return [(text[: at.start()].strip(), text[at.end() :].strip()) for at in re.finditer("-", text)]


def _joined(left: str, right: str, today: date) -> ParsedRange | None:
    """Both sides of a range, each lending the other what it leaves out."""
    if re.fullmatch(r"nay|hien nay|hien tai", right):
        start = _read(left, today)
        return ParsedRange(start.value, "", start.doubt or "open") if start else None
    if (first := _period(left)) and (last := _period(right)):
        return ParsedRange(first.start, last.end, "" if first.start < last.end else "reversed")
    end, start = _read(right, today), _read(left, today)
    lent = ""
    if end and not start:
        start, lent = _lend_back(left, end)
    elif start and not end:
        end = _lend_on(right, start)
    if not start or not end:
        return None
    if first_day(start.value) > last_day(end.value):
        return ParsedRange(start.value, end.value, "reversed")
    return ParsedRange(start.value, end.value, lent or start.doubt or end.doubt)


_DAY = re.compile(r"(?:ngay\s*)?([0-9]{1,2})\Z")
_DAY_MONTH = re.compile(r"(?:ngay\s*)?([0-9]{1,2})\s*(?:[/.-]|thang)\s*([0-9]{1,2})\Z")
_MONTH_ALONE = re.compile(r"(?:thang\s*|t)?([0-9]{1,2})\Z")


def _lend_back(left: str, end: ParsedDate) -> tuple[ParsedDate | None, str]:
    """The start of a range whose end is known: "2/2", "12" or "tháng 10"."""
    year, month, day = _parts(end.value)
    if day and (match := _DAY.match(left)):
        return _dated(year, month, int(match[1])), ""
    if day and (match := _DAY_MONTH.match(left)):
        first, its_month = int(match[1]), int(match[2])
        start = _dated(year - ((its_month, first) > (month, day)), its_month, first)
        long = start is not None and (first_day(end.value) - first_day(start.value)).days > 183
        return start, "year_guessed" if long else ""
    if month and not day and (match := _MONTH_ALONE.match(left)) and int(match[1]):
        first = int(match[1])
        return _dated(year - (first > month), first), ""
    return None, ""


def _lend_on(right: str, start: ParsedDate) -> ParsedDate | None:
    """The end of a range whose start is known: "từ 2/2/2025 đến 5/2"."""
    year, month, day = _parts(start.value)
    if not day or not (match := _DAY_MONTH.match(right)):
        return None
    last, its_month = int(match[1]), int(match[2])
    return _dated(year + ((its_month, last) < (month, day)), its_month, last)
