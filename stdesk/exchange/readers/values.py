"""Numbers, dates and times of cells: what a stored number shows."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from enum import IntEnum

from stdesk.exchange.readers.gather import tidy
from stdesk.exchange.sheets import CellValue


class Shows(IntEnum):
    """What a cell's number format makes of its number."""

    NUMBER = 0
    DATE = 1
    MOMENT = 2
    DURATION = 3


def number_shows(number: int, code: str | None) -> Shows:
    """What a number format makes of a number, by its number and own code."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    # 27-36 and 50-58 are dates whose look depends on the language (ECMA-376 part 1, 18.8.30).
    if code is None and (27 <= number <= 36 or 50 <= number <= 58):
        return Shows.DATE
    code = BUILTIN_FORMATS.get(number, "General") if code is None else code
    if is_timedelta_format(code):
        return Shows.DURATION
    if not is_date_format(code):
        return Shows.NUMBER
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.split(";")[0]).lower()
    return Shows.MOMENT if "h" in bare or "s" in bare else Shows.DATE


class SerialDates:
    """Excel's serial numbers as dates, by openpyxl's rules (1900 leap year, 1904 system)."""

    def __init__(self, from_1904: bool) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        self._from_excel = from_excel
        self._epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        self._known: dict[tuple[int | float, Shows], CellValue] = {}

    def shown(self, number: int | float, shows: Shows) -> CellValue:
        """What the cell shows: a date, a moment, or a time as text; the number where it is no date."""
        key = (number, shows)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[key] = self._convert(number, shows)
        return self._known[key]

    def _convert(self, number: int | float, shows: Shows) -> CellValue:
        try:
            if shows is Shows.DURATION:
                return clock_text(timedelta(days=number))
            if number < 0:
                return number  # Excel shows ##### and no date
            moment = self._from_excel(number, self._epoch)
        except (OverflowError, ValueError):
            return number
        if isinstance(moment, time):
            return clock_text(moment)
        if isinstance(moment, datetime) and shows is Shows.DATE and moment.time() == time():
            return moment.date()
        return moment if isinstance(moment, date) else number


def clock_text(value: time | timedelta) -> str:
    """A time of day or a length of time as a cell shows it: 08:30, 26:15, 08:30:05."""
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
    else:
        seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    shown = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{shown}:{seconds % 60:02d}" if seconds % 60 else shown


def number_of(text: str) -> int | float | str | None:
    """A number as stored; text when it is none, so that nothing is lost in silence."""
    if text.isdecimal() and len(text) < 300:
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return tidy(text)
    if not math.isfinite(number) or "_" in text:
        return tidy(text)
    return int(text) if text.strip().lstrip("-").isdecimal() and len(text) < 300 else number
