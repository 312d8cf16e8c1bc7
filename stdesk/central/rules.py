"""The rules of the unit's own program, run once more over what it sent.

The day is the day the report was frozen: a deadline that passed while the stick was on its way is no error of
the unit. What the unit gave a written reason for is a note, not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from stdesk.central import content
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import Period, parse_period
from stdesk.domain.records import Record
from stdesk.domain.rules import elsewhere
from stdesk.domain.rules.catalogue import RULES
from stdesk.domain.rules.core import (
    Context,
    Finding,
    Severity,
    in_order,
    rule_set_hash,
    rule_texts,
    run_rules,
)
from stdesk.domain.secrecy import LEVELS, ORDINARY
from stdesk.errors import UserError
from stdesk.package.answer import Line
from stdesk.progress import Progress
from stdesk.reports import words
from stdesk.text import clean_lines

ERROR, NOTE, HINT = "error", "note", "hint"
"""An error stands in the way of *valid*; a note passes with the unit's reason; a hint is worth a look."""

_SEVERITIES = {Severity.BLOCK: ERROR, Severity.EXPLAIN: ERROR, Severity.HINT: HINT}
_VIETNAM = timedelta(hours=7)  # the day of a report is the day there
_LONGEST = 2_000  # characters of a line of an answer


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says of one record, or of the whole report (kind and id "").

    Attributes:
        severity: see :data:`ERROR`.
        error: mô tả lỗi. advice: hướng dẫn xử lý. note: the unit's reason. All Vietnamese.
    """

    severity: str
    rule: str
    kind: str
    id: str
    number: int
    field: str
    error: str
    advice: str
    note: str = ""

    def as_line(self) -> Line:
        """The same as a line of an answer."""
        return Line(
            self.kind, self.id, self.number, self.field, self.rule,
            self.error[:_LONGEST], self.advice[:_LONGEST], self.note[:_LONGEST],
        )  # fmt: skip

    def as_data(self) -> dict[str, Any]:
        """The same as the centre keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


def check_records(
    records: Sequence[Record],
    *,
    period: Period,
    today: date,
    kinds: Kinds,
    unit: Mapping[str, str],
    reasons: Mapping[str, str],
    figures: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> tuple[Told, ...]:
    """What the rules say of everything a unit reports for ``period``, gravest first.

    Args:
        today: the day the report was frozen.
        unit: the unit's settings as its snapshot has them.
        reasons: finding key -> the reason the unit gave.
        figures: of the unit's snapshot; their own cross-checks are rules too.

    Raises:
        Cancelled: ``progress`` was asked to stop.
    """
    watched = progress or Progress()
    known = [one for one in records if one.kind in kinds]
    context = Context(
        kinds=kinds, period=period, today=today, unit=unit, ceiling=unit.get("secrecy_ceiling") or ORDINARY,
        others=known, tick=watched.check, stop=watched.check,
    )  # fmt: skip
    found: list[Finding] = [*run_rules(RULES, known, context)]
    if figures is not None:
        found += elsewhere.figures_findings(figures)
    return tuple(_told(in_order(found), reasons))


def check_snapshot(
    records: Sequence[Record], snapshot: Mapping[str, Any], kinds: Kinds, progress: Progress | None = None
) -> tuple[Told, ...]:
    """:func:`check_records` with everything else out of the unit's snapshot.

    Raises:
        UserError: ``bad_period``. Cancelled: ``progress`` was asked to stop.
    """
    moment = str(snapshot.get("frozen_at") or "")
    period = _with_days(parse_period(str(snapshot["period"]["code"])), snapshot["period"])
    return check_records(
        records, period=period, today=_day(moment, period), kinds=kinds, unit=_texts(snapshot.get("unit")),
        reasons=_texts(snapshot.get("reasons")), figures=_figures(snapshot), progress=progress,
    )  # fmt: skip


Checker: TypeAlias = Callable[[Sequence[Record], Mapping[str, Any], Progress], Sequence[Mapping[str, Any]]]


def checker(kinds: Kinds) -> Checker:
    """What :attr:`stdesk.central.agency.Agency.checks` wants: the rules over a package that has just come.

    A delta carries what changed; that is laid over the whole report in its snapshot, so that rules that compare
    records see all of them.
    """

    def check(
        records: Sequence[Record], snapshot: Mapping[str, Any], progress: Progress
    ) -> Sequence[Mapping[str, Any]]:
        try:
            whole = [*_laid_over(records, snapshot, kinds)]
            return [one.as_data() for one in check_snapshot(whole, snapshot, kinds, progress)]
        except (KeyError, TypeError, AttributeError, ValueError):
            return [Told(ERROR, "snapshot", "", "", 0, "", *_UNREADABLE).as_data()]

    return check


def _laid_over(records: Sequence[Record], snapshot: Mapping[str, Any], kinds: Kinds) -> Iterable[Record]:
    carried = {one.id: one for one in records}
    told = snapshot["records"]
    if sum(len(listed) for kind, listed in told.items() if kind in kinds) <= len(carried):
        return records
    return ({one.id: one for one in snapshot_records(snapshot, kinds)} | carried).values()


_UNREADABLE = (
    "Ảnh chụp báo cáo (snapshot.json) trong gói không đọc được nên không kiểm tra được theo quy tắc.",
    "Cập nhật STDesk, chốt lại báo cáo và gửi gói mới.",
)


def snapshot_records(snapshot: Mapping[str, Any], kinds: Kinds) -> Iterator[Record]:
    """The records of a unit's snapshot; those that are not shaped as records are passed over."""
    for kind, listed in snapshot.get("records", {}).items():
        for one in listed if kind in kinds else ():
            try:
                flat = {**one["values"], **{name: value for name, value in one.items() if name != "values"}}
                shaped = [*content.shaped(kinds, kind, [flat], LEVELS[-1])]
                yield content.to_record(kinds[kind], shaped[0])
            except (UserError, KeyError, TypeError, AttributeError):
                continue


def ruled(found: Iterable[Told], severity: str) -> tuple[Told, ...]:
    """Those of one severity."""
    return tuple(one for one in found if one.severity == severity)


def rule_hash() -> str:
    """Which rules the centre applies, comparable with ``rule_hash`` of a package."""
    return rule_set_hash((*RULES, *elsewhere.RULES))


def _told(found: Iterable[Finding], reasons: Mapping[str, str]) -> Iterator[Told]:
    for one in found:
        if one.severity not in _SEVERITIES:
            continue
        reason = clean_lines(reasons.get(one.key, "")) if one.severity is Severity.EXPLAIN else ""
        severity = NOTE if reason else _SEVERITIES[one.severity]
        error, advice = (_sentence(one, part) for part in ("message", "advice"))
        yield Told(severity, one.rule, one.kind, one.record, one.number, one.field, error, advice, reason)


def _sentence(finding: Finding, part: str) -> str:
    """Always Vietnamese: it goes into a letter to the unit, whatever language the screen speaks."""
    text = rule_texts().get(finding.rule, {}).get(part, {})
    said = str(text.get("vi", "")) if isinstance(text, Mapping) else str(text)
    params = {name: one if isinstance(one, int | float) else str(one) for name, one in finding.params.items()}
    return clean_lines(words.fill(said, params))


def _with_days(period: Period, said: Mapping[str, Any]) -> Period:
    """``period`` with the unit's own days, as far as they can be read."""

    def day(name: str, otherwise: date) -> date:
        try:
            return date.fromisoformat(str(said.get(name, "")))
        except ValueError:
            return otherwise

    start, end = day("start", period.start), day("end", period.end)
    if start > end:
        return period
    cut_off, due = day("cut_off", period.cut_off), day("due", period.due)
    return replace(period, start=start, end=end, cut_off=cut_off, due=due)


def _day(moment: str, period: Period) -> date:
    try:
        frozen = datetime.fromisoformat(moment.replace("Z", "+00:00"))
        return (frozen.astimezone(UTC) + _VIETNAM).date()
    except (ValueError, OverflowError):
        return period.cut_off


def _texts(said: Any) -> dict[str, str]:
    return {str(k): v for k, v in said.items() if isinstance(v, str)} if isinstance(said, Mapping) else {}


def _figures(snapshot: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The snapshot's figures where their checks have the shape they should."""
    found = snapshot.get("figures")
    checks = found.get("checks") if isinstance(found, Mapping) else None
    if not isinstance(checks, list) or not all(isinstance(one, Mapping) for one in checks):
        return None
    return {"checks": checks}
