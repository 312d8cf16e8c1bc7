"""Reporting periods: a year or a half, with its own start, end, cut-off and due date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdesk import resources
from stdesk.domain import dates
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.errors import Exit, UserError
from stdesk.i18n import Text

_CODE = re.compile(r"(\d{4})(?:-(H[12]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period.

    Attributes:
        code: "2026" or "2026-H1", as on the command line and in file names.
        start, end: first and last day it covers.
        cut_off: the day up to which figures are taken ("ngày chốt số liệu").
        due: the last safe day to hand the report in.
        label: in words, "năm 2026".
        article: where the duty comes from.
    """

    code: str
    start: date
    end: date
    cut_off: date
    due: date
    label: Text
    article: str

    @property
    def year(self) -> int:
        """The calendar year it lies in."""
        return self.start.year


def parse_period(code: str) -> Period:
    """The period called ``code`` with its default dates.

    Raises:
        UserError: ``bad_period`` (exit 2) when it is not of the form 2026, 2026-H1 or 2026-H2.
    """
    found = _CODE.fullmatch(code.strip().upper())
    if not found or not 1990 <= int(found[1]) <= 2100:
        raise UserError("bad_period", Exit.USAGE, period=code)
    year = int(found[1])
    form = resources.read_toml("periods.toml")[found[2] or "year"]

    def day(month_day: str) -> date:
        return date.fromisoformat(f"{year}-{month_day}")

    return Period(
        code=found[0],
        start=day(form["start"]),
        end=day(form["end"]),
        cut_off=day(form["cut_off"]),
        due=day(form["due"]),
        label=Text(form["vi"].format(year=year), form["en"].format(year=year)),
        article=form["article"],
    )


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
