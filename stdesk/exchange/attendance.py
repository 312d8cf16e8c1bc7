"""How many took part, where a cell says more than one number: "50 (nữ: 12)", "02 lớp x 50 người"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdesk.domain.money import parse_count
from stdesk.text import clean, fold

_MOST = 10_000_000
_ONE = r"(?:luot\s+)?(?:nguoi|hoc vien|dong chi|d/c|dc|can bo|chien si|cbcs|dai bieu|hv|cb|luot)"
_EACH = re.compile(
    r"(\d{1,4})\s*(?:lop|khoa|dot|buoi)\s*(?:[x*\u00d7]|[,;:(]?\s*moi\s+(?:lop|khoa|dot|buoi)(?:\s+(?:co|gom))?)\s*(\d{1,5})\b"
)
_NO_PEOPLE = re.compile(r"\s*\d+\s*(?:lop|khoa|dot|buoi|tiet|gio|ngay)\b")
_PEOPLE = re.compile(rf"(\d{{1,7}})\s*{_ONE}\b")
_ALONE = re.compile(r"(?<![\w/.,-])\d+(?![\w/])")
_WOMEN = re.compile(rf"(\d{{1,7}})\s*(?:{_ONE}\s+)?nu\b|\bnu\b\s*(?:la|:|=)?\s*(\d{{1,7}})")
# Written out, since "năm" (a year) reads the same without its accent.
_MEN = re.compile(r"(\d{1,7})\s*(?:đ/c\s+|đồng chí\s+|học viên\s+)?nam\b|\bnam\b\s*(?:là|:|=)?\s*(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Attendance:
    """People who took part; None = the text does not say."""

    total: int | None
    women: int | None


def read_attendance(text: str) -> Attendance:
    """The people a cell speaks of; a number of classes, hours or days is none of them."""
    spoken = fold(clean(text))
    women, men = _first(_WOMEN, spoken), _first(_MEN, clean(text).casefold())
    total = _total(text, spoken)
    if women is not None and men is not None and total in (None, men, women):
        total = men + women
    if women is not None and (total is None or women > total):
        women = None
    return Attendance(total, women)


def _total(text: str, spoken: str) -> int | None:
    if each := _EACH.search(spoken):
        return int(each[1]) * int(each[2])
    if _NO_PEOPLE.match(spoken):
        people = _PEOPLE.findall(spoken)
        return int(people[0]) if len(people) == 1 else None
    if (number := parse_count(text)) is not None:
        return number
    people = _PEOPLE.findall(spoken)
    return int(people[0]) if len(people) == 1 == len(_ALONE.findall(spoken)) else None


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    number = int(found[1] or found[2]) if found else _MOST + 1
    return number if number <= _MOST else None
