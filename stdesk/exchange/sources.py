"""Where something appeared, written in one cell: "Tạp chí CAND, số 3/2026, tr. 12-19".

Taken apart only where every part is understood; otherwise the cell stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from stdesk.domain.dates import parse_date
from stdesk.domain.identifiers import identify
from stdesk.text import clean

_NUMBER = r"\d{1,4}(?:\s*\(\d{1,4}\))?(?:\s*[-+&]\s*\d{1,3}(?!\d))?[a-zA-Z]?"
_ISSUE_YEAR = re.compile(
    rf"(?P<said>(?:số|so|no)\b\.?:?\s*)?(?P<issue>{_NUMBER})\s*(?:/|-|,|\(|\bnăm\b|\bnam\b|\s)\s*(?P<year>(?:19|20)\d\d)\)?",
    re.IGNORECASE,
)
_ISSUE = re.compile(rf"(?:số|so|no|issue)\b\.?:?\s*(?P<issue>{_NUMBER})(?P<more>\D.*)?", re.IGNORECASE)
_VOLUME = re.compile(
    r"(?:tập|tap|vol|volume|quyển)\b\.?:?\s*(?P<volume>\d{1,4}|[IVX]{1,6})(?P<more>\D.*)?", re.IGNORECASE
)
_PAGES = re.compile(r"(?:trang|tr|pp?)\b\.?:?\s*(?P<pages>\d{1,5}(?:\s*[-\u2013]\s*\d{1,5})?)", re.IGNORECASE)
_CUTS = re.compile(
    r"\s*[,;]\s*|\s+(?=\(?(?:số|vol\.|tập)\s*\d)|(?<=\d)\s+(?=(?:tr|trang|pp)\b\.?\s*\d)", re.IGNORECASE
)
_MOST_PARTS = 12
_SEPARATORS = " .,;:()/-"


def issue_and_year(text: str, *, named: bool) -> tuple[str, str] | None:
    """Number and year of "Số 3/2026"; ``named`` when only a text that says "số" is one."""
    found = _ISSUE_YEAR.fullmatch(clean(text).strip("() "))
    if found is None or (named and not found["said"]):
        return None
    return clean(found["issue"]), found["year"]


def split_source(text: str, *, today: date) -> Mapping[str, str] | None:
    """Container, volume, issue, date, pages and numbers of a source; None when it is not plainly so."""
    head, *parts = [part for part in _CUTS.split(clean(text)) if part]
    found: dict[str, str] = {}
    if len(parts) > _MOST_PARTS:
        return None
    for part in parts:
        said = _part(part[1:-1] if part[0] == "(" and part[-1] == ")" else part, today)
        if said is None and not found:
            head = f"{head}, {part}"  # a comma of the name itself
        elif said is None or set(said) & set(found):
            return None
        else:
            found.update(said)
    return {"container": head.strip(" ,;("), **found} if found and not head[:1].isdigit() else None


def _part(text: str, today: date) -> dict[str, str] | None:
    if known := identify(text):
        return {known[0]: known[1]}
    if both := issue_and_year(text, named=True):
        return {"issue": both[0], "issued": both[1]}
    if pages := _PAGES.fullmatch(text):
        return {"pages": pages["pages"]}
    for name, pattern in (("volume", _VOLUME), ("issue", _ISSUE)):
        if match := pattern.fullmatch(text):
            more = (match["more"] or "").strip(_SEPARATORS)
            rest = _part(more, today) if more else {}
            return None if rest is None or name in rest else {name: clean(match[name]), **rest}
    when = parse_date(re.sub(r"^số\s+(?=tháng)", "", text, flags=re.IGNORECASE), today=today)
    return {"issued": when.value} if when and not when.doubt else None
