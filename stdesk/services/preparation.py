"""What the officer prepares for a report beside the records: its days, head, wording, expected numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from stdesk.domain import codes
from stdesk.domain.periods import Period, parse_period, with_dates
from stdesk.domain.records import Changes
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import UserError
from stdesk.reports.prepared import HEAD_FIELDS, OwnText, Prepared
from stdesk.store.library import Library
from stdesk.text import clean, clean_lines

__all__ = ["HEAD_FIELDS", "OwnText", "Preparation", "Prepared"]

DAYS = ("start", "end", "cut_off", "due")
MOST_EXPECTED = 10**15 - 1  # đồng; more does not fit the column on paper
_PREFIX = "report:"  # a colon keeps a setting out of what leaves


class Preparation:
    """What is prepared for the reports of an open library. Every change is one act that can be undone."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def period(self, code: str) -> Period:
        """The period called ``code`` with the days the unit gave it.

        Raises:
            UserError: ``bad_period``.
        """
        period = parse_period(code)
        own = self._read(period, "days")
        if not own:
            return period
        return with_dates(period, *(date.fromisoformat(own[name]) for name in DAYS))

    def set_days(self, period: Period, start: date, end: date, cut_off: date, due: date) -> Changes:
        """Give ``period`` the unit's own days; :meth:`period` then has them.

        Raises:
            UserError: ``period_dates_wrong``.
        """
        changed = with_dates(period, start, end, cut_off, due)
        days = {name: getattr(changed, name).isoformat() for name in DAYS}
        return self._put(period, "set_report_days", "days", days)

    def read(self, period: Period) -> Prepared:
        """What is prepared for ``period``."""
        found: dict[str, Any] = {}
        start = f"{_PREFIX}{period.code}:"
        for key, value in self._library.settings.all().items():
            if key.startswith(start) and value:
                found[key.removeprefix(start)] = json.loads(value)
        texts = {name[5:]: OwnText(**one) for name, one in found.items() if name.startswith("text:")}
        return Prepared(
            head=found.get("head", {}),
            texts=texts,
            estimates={name[9:]: int(one) for name, one in found.items() if name.startswith("estimate:")},
            later=frozenset(found.get("later", ())),
            reopened={int(number): reason for number, reason in found.get("reopened", {}).items()},
        )

    def put_text(self, period: Period, sentence: str, own: OwnText | None) -> Changes:
        """The unit's own wording of a sentence; ``None`` goes back to the drafted one."""
        value = {"text": clean_lines(own.text), "figures": dict(own.figures)} if own else None
        return self._put(period, "worded_report", f"text:{sentence}", value)

    def put_estimate(self, period: Period, figure: str, value: int | None) -> Changes:
        """The number expected of ``figure`` at the period's end; ``None`` takes it away.

        Raises:
            UserError: ``estimate_out_of_range`` for what cannot be counted, or is longer than its column.
        """
        if value is not None and not 0 <= value <= MOST_EXPECTED:
            raise UserError("estimate_out_of_range", value=str(value)[:30])
        return self._put(period, "estimated_figure", f"estimate:{figure}", value)

    def put_head(self, period: Period, **fields: str) -> Changes:
        """Set what stands on the paper (:data:`HEAD_FIELDS`); an empty text takes a field away.

        Raises:
            UserError: ``mark_above_ceiling`` for a secrecy mark this library may not carry.
            KeyError: for a field there is not.
        """
        if unknown := set(fields) - set(HEAD_FIELDS):
            raise KeyError(sorted(unknown))
        ceiling = self._library.settings.get("secrecy_ceiling") or ORDINARY
        if (mark := fields.get("secrecy_mark", "")) and is_above(mark, ceiling):
            raise UserError("mark_above_ceiling", level=_level(mark), ceiling=_level(ceiling))
        head = {**self.read(period).head, **{name: clean_lines(one) for name, one in fields.items()}}
        kept = {name: one for name, one in head.items() if one}
        return self._put(period, "set_report_head", "head", kept or None)

    def put_off(self, period: Period, keys: Iterable[str], *, later: bool = True) -> Changes:
        """Put findings off ("để sau"), or take them up again."""
        held = set(self.read(period).later)
        held = held | set(keys) if later else held - set(keys)
        return self._put(period, "put_off_findings", "later", sorted(held) or None)

    def reopen(self, period: Period, submission: int, reason: str) -> Changes:
        """Write down why the frozen report is opened again: the next one will be ``submission``.

        Raises:
            UserError: ``reopen_reason_missing`` without a reason.
        """
        if not clean(reason):
            raise UserError("reopen_reason_missing", period=str(period.label))
        reasons = {str(n): one for n, one in self.read(period).reopened.items()}
        reasons[str(submission)] = clean_lines(reason)
        return self._put(period, "reopened_report", "reopened", reasons)

    def _read(self, period: Period, name: str) -> Mapping[str, Any]:
        text = self._library.settings.get(f"{_PREFIX}{period.code}:{name}")
        return dict(json.loads(text)) if text else {}

    def _put(self, period: Period, label: str, name: str, value: object) -> Changes:
        text = "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
        setting = f"{_PREFIX}{period.code}:{name}"
        return self._library.settings.act(label, {setting: text}, period=str(period.label))


def _level(code: str) -> str:
    entry = codes.code_list("secrecy").get(code)
    return str(entry.text) if entry else code
