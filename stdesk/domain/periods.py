"""Reporting periods: a year, a half, several years, any span; each with the document it is reported in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from stdesk import resources
from stdesk.domain import dates
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.errors import Exit, UserError
from stdesk.i18n import Text

PLAN, YEARLY, REVIEW, SUMMARY = "plan", "yearly-report", "half-year-review", "summary"

_YEAR = re.compile(r"(\d{4})(?:-(H1|H2|KH))?", re.ASCII)
_YEARS = re.compile(r"(\d{4})-(\d{4})", re.ASCII)
_SPAN = re.compile(r"(\d{8})-(\d{8})", re.ASCII)
_FIRST, _LAST = 1990, 2100
_UNNAMED = Text("", "")
MOST_YEARS = 15  # of a summary


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period.

    Attributes:
        code: as on the command line and in file names: "2026", "2026-H1", "2027-KH" (the plan for 2027),
            "2021-2025" (several years), "20260101-20260930" (any span).
        start, end: first and last day it covers.
        cut_off: the day up to which figures are taken ("ngày chốt số liệu").
        due: the last safe day to hand the report in.
        label: in words, "năm 2026".
        name: of the period with its document, "Kế hoạch năm 2026", to choose by.
        article: where the duty comes from.
        document: what it is reported in: ``plan``, ``yearly-report``, ``half-year-review``, ``summary``.
    """

    code: str
    start: date
    end: date
    cut_off: date
    due: date
    label: Text
    article: str
    document: str = YEARLY
    name: Text = _UNNAMED

    @property
    def year(self) -> int:
        """The calendar year it ends in."""
        return self.end.year

    @property
    def is_plan(self) -> bool:
        """Whether it looks ahead."""
        return self.document == PLAN


def parse_period(code: str) -> Period:
    """The period called ``code`` with its default dates.

    Raises:
        UserError: ``bad_period`` (exit 2) when it is none of the forms of :class:`Period`'s ``code``.
    """
    wanted = code.strip().upper()
    if (found := _YEAR.fullmatch(wanted)) and _FIRST <= int(found[1]) <= _LAST:
        return _of_year(wanted, int(found[1]), found[2] or "year")
    if found := _YEARS.fullmatch(wanted):
        first, last = int(found[1]), int(found[2])
        if _FIRST <= first < last <= _LAST and last - first < MOST_YEARS:
            return _period(wanted, "years", last, date(first, 1, 1), date(last, 12, 31))
    if found := _SPAN.fullmatch(wanted):
        try:
            start, end = (date(int(d[:4]), int(d[4:6]), int(d[6:])) for d in (found[1], found[2]))
        except ValueError:
            start, end = date.max, date.min
        if start.year >= _FIRST and start <= end <= date(min(_LAST, start.year + MOST_YEARS), 12, 31):
            return _period(wanted, "span", end.year, start, end)
    raise UserError("bad_period", Exit.USAGE, period=code)


@cache
def _forms() -> Mapping[str, Any]:
    """Days and due dates by part, as data; read once, since a period is parsed for many a record."""
    return resources.read_toml("periods.toml")


def _of_year(code: str, year: int, part: str) -> Period:
    form = _forms()[part]
    start, end = (date.fromisoformat(f"{year}-{form[name]}") for name in ("start", "end"))
    return _period(code, part, year, start, end)


def _period(code: str, part: str, year: int, start: date, end: date) -> Period:
    form = _forms()[part]

    def day(name: str, otherwise: date) -> date:
        said = str(form.get(name, ""))
        before = said.startswith("-1:")
        return date.fromisoformat(f"{year - before}-{said.removeprefix('-1:')}") if said else otherwise

    words = {"year": year, "first": start.year, "start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
    return Period(
        code=code,
        start=start,
        end=end,
        cut_off=day("cut_off", end),
        due=day("due", end + timedelta(days=form.get("due_after", 0))),
        label=Text(form["vi"].format(**words), form["en"].format(**words)),
        article=form["article"],
        document=form["document"],
        name=Text(form["name_vi"].format(**words), form["name_en"].format(**words)),
    )


def understand_period(text: str, today: date) -> Period:
    """The period a person typed: a code, or two days ("01/01/2026 - 30/9/2026", "1/2026 đến 9/2026").

    Raises:
        UserError: ``bad_period``.
    """
    with suppress(UserError):
        return parse_period(text)
    if found := dates.parse_range(text, today=today):
        start, end = dates.first_day(found.start), dates.last_day(found.end or found.start)
        return _plainest(start, end)
    raise UserError("bad_period", Exit.USAGE, period=text)


def _plainest(start: date, end: date) -> Period:
    """The usual period when the days are exactly its own, else the span."""
    year = str(start.year)
    for code in (year, f"{year}-H1", f"{year}-H2"):
        known = parse_period(code)
        if (known.start, known.end) == (start, end):
            return known
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and end.year > start.year
    return parse_period(f"{start.year}-{end.year}" if whole_years else f"{start:%Y%m%d}-{end:%Y%m%d}")


def with_dates(period: Period, start: date, end: date, cut_off: date, due: date) -> Period:
    """``period`` with the unit's own days.

    Raises:
        UserError: ``period_dates_wrong`` when it would end before it starts, or the cut-off lies before it.
    """
    if end < start or not (start <= cut_off or period.is_plan) or cut_off > end:
        raise UserError(
            "period_dates_wrong",
            start=f"{start:%d/%m/%Y}",
            end=f"{end:%d/%m/%Y}",
            cut_off=f"{cut_off:%d/%m/%Y}",
        )
    return replace(period, start=start, end=end, cut_off=cut_off, due=due)


def before(period: Period) -> Period:
    """The period of the same length and document that ``period`` is compared with.

    The year before for years, halves and plans; the same number of years before for a summary; the
    same days a year earlier for any span.
    """
    code = period.code
    if found := _YEARS.fullmatch(code):
        first, last = int(found[1]), int(found[2])
        length = last - first + 1
        return parse_period(f"{first - length}-{last - length}")
    if found := _SPAN.fullmatch(code):
        return parse_period(f"{_year_earlier(found[1])}-{_year_earlier(found[2])}")
    return parse_period(f"{int(code[:4]) - 1}{code[4:]}")


def _year_earlier(day: str) -> str:
    month_day = "0228" if day[4:] == "0229" else day[4:]
    return f"{int(day[:4]) - 1}{month_day}"


def span(kind: Kind, record: Record) -> tuple[date, date] | None:
    """First and last day of ``record`` in time; ``None`` when it carries no date.

    A record without an end ends where it begins, or goes on for ever when its kind does.
    """
    begin, end = _first_filled(record, kind.begins), _first_filled(record, kind.ends)
    if not begin and not end:
        return None
    first = dates.first_day(begin or end)
    last = date.max if kind.stays_open and not end else dates.last_day(end or begin)
    return (first, max(first, last))


def _first_filled(record: Record, names: tuple[str, ...]) -> str:
    for name in names:
        if value := record.values.get(name):
            return str(value)
    return ""


def touches(kind: Kind, record: Record, start: date, end: date) -> bool:
    """Whether the span of ``record`` touches the days from ``start`` to ``end``.

    Closed by another status than a date (a task "dừng" without a day) it still counts as open.
    """
    lasting = span(kind, record)
    return lasting is not None and lasting[0] <= end and lasting[1] >= start


def belongs(kind: Kind, record: Record, period: Period) -> bool:
    """Whether ``record`` is reported in ``period``: its span touches it, or one of its moments lies in it.

    A task accepted two years ago and put to use this year is reported this year too, as applied
    and as nothing else.
    """
    if touches(kind, record, period.start, period.end):
        return True
    happened = (str(record.get(name)) for name in kind.moments if record.get(name))
    return any(dates.overlaps(when, period.start, period.end) for when in happened)
