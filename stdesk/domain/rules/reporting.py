"""The period and the library as a whole: what the report would leave out or cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stdesk.domain.dates import overlaps, show, within
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.rules.core import Context, LibraryCheck, Problem, Rule, Severity
from stdesk.domain.rules.terms import cell, date_of, first_day, items_of, shorten, text_of

_EVENTS = {
    "publication": ("issued", "defended"),
    "research_task": ("accepted",),
    "training_session": ("start",),
}


def undated(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A record without any date: it belongs to no period."""
    names = dict.fromkeys((*kind.begins, *kind.ends))
    if names and not any(record.get(name) for name in names):
        yield Problem(kind.begins[0] if kind.begins else kind.ends[0])


def after_cut_off(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """An event between cut-off and end of the period: an estimate."""
    for name in _EVENTS.get(kind.name, kind.begins[:1]):
        value = date_of(record, name)
        if value and context.period.cut_off < first_day(value) <= context.period.end:
            yield Problem(name, {"date": show(value), "cut_off": show(context.period.cut_off.isoformat())})
            return


def vague_date(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A date so rough that it may lie in the period or outside it."""
    for name in _EVENTS.get(kind.name, kind.begins[:1]):
        value = date_of(record, name)
        start, end = context.period.start, context.period.end
        if value and overlaps(value, start, end) and not within(value, start, end):
            params = {"date": show(value), "start": show(start.isoformat()), "end": show(end.isoformat())}
            yield Problem(name, params)
            return


def draft_waiting(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A draft: kept, but not in the report."""
    if record.state is State.DRAFT:
        yield Problem(
            "notes" if record.get("notes") else kind.title,
            {"title": shorten(text_of(record, kind.title) or "…")},
        )


def drafts_left_out(records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """How many drafts of the period the report leaves out; one reason serves for all."""
    count = sum(record.state is State.DRAFT and context.is_inside(record) for record in records)
    if count:
        yield None, Problem("", {"count": count})


def attachment_missing(record: Record, _kind: Kind, context: Context) -> Iterable[Problem]:
    """An attached file that is no longer in the library's folder."""
    if context.attachments is None:
        return
    for item in items_of(record, "attachments"):
        file = cell(item, "file")
        if file and file not in context.attachments:
            yield Problem("attachments", {"name": shorten(cell(item, "name") or file)})
            return


def nothing_to_report(records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """A kind without a single complete record in the period."""
    found: set[str] = set()
    for record in records:
        wanted = record.kind not in found and record.state is State.COMPLETE
        if wanted and context.is_inside(record):
            found.add(record.kind)
    for kind in context.kinds:
        if kind.name not in found:
            yield None, Problem(kind.name, {"kind": str(kind.plural), "period": str(context.period.label)})


def _setting(key: str) -> LibraryCheck:
    """A check that the unit's setting ``key`` is filled."""

    def check(_records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
        if not str(context.unit.get(key, "")).strip():
            yield None, Problem(key)

    return check


def report_late(_records: Sequence[Record], context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """The last safe day has passed."""
    days = (context.today - context.period.due).days
    if days > 0:
        yield None, Problem("", {"period": str(context.period.label), "days": days,
                                 "due": show(context.period.due.isoformat())})  # fmt: skip


RULES = (
    Rule("unit_code_missing", Severity.BLOCK, library_check=_setting("unit_code")),
    Rule("unit_name_missing", Severity.BLOCK, library_check=_setting("unit_name")),
    Rule("undated", Severity.EXPLAIN, fields=("issued", "start"), check=undated),
    Rule("after_cut_off", Severity.HINT, fields=("issued", "accepted", "start"), check=after_cut_off),
    Rule("vague_date", Severity.HINT, fields=("issued", "accepted", "start"), check=vague_date),
    Rule("draft_waiting", Severity.HINT, fields=("notes", "title"), check=draft_waiting),
    Rule("drafts_left_out", Severity.EXPLAIN, library_check=drafts_left_out),
    Rule(
        "attachment_missing",
        Severity.EXPLAIN,
        fields=("attachments",),
        check=attachment_missing,
        needs=("attachments",),
    ),
    Rule("nothing_to_report", Severity.HINT, library_check=nothing_to_report),
    Rule("report_late", Severity.HINT, library_check=report_late),
)
