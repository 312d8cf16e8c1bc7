"""Codes of dated lists: known, and in force when the work was done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from stdesk.domain import codes
from stdesk.domain.dates import show
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import date_of, filled, first_day, strings_of, text_of


def _day(record: Record, kind: Kind) -> tuple[str, date] | None:
    """The date that decides which list holds: when the work began, or came out."""
    value = next((value for name in (*kind.begins, *kind.ends) if (value := date_of(record, name))), "")
    return (value, first_day(value)) if value else None


def class_code_unknown(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A classification code that its own list does not hold (another scheme cannot be judged)."""
    for field in filled(record, kind, FieldType.CLASS):
        listed = codes.code_list(field.codes)
        for one in strings_of(record, field.name):
            scheme, _, code = one.partition(":")
            if scheme == listed.scheme and listed.get(code) is None:
                yield Problem(
                    field.name, {"field": str(field.label), "code": code[:40], "list": listed.source}
                )


def class_list_ended(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A code of a list that was no longer, or not yet, the law when the work began."""
    when = _day(record, kind)
    for field in filled(record, kind, FieldType.CLASS):
        listed = codes.code_list(field.codes)
        used = [one for one in strings_of(record, field.name) if one.partition(":")[0] == listed.scheme]
        if when and used and not listed.in_force(when[1]):
            ended = show(listed.valid_to.isoformat()) if listed.valid_to else "…"
            yield Problem(field.name, {"field": str(field.label), "code": used[0].partition(":")[2],
                                       "ended": ended, "date": show(when[0])})  # fmt: skip


def choice_not_in_force(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """A choice whose dates do not cover the record's, or that no list holds."""
    when = _day(record, kind)
    for field in filled(record, kind, FieldType.CHOICE):
        code = text_of(record, field.name)
        if not code:
            continue
        entry = codes.code_list(field.codes).get(code)
        if entry is None or (when and not entry.valid_on(when[1])):
            shown = str(entry.text) if entry else code[:40]
            yield Problem(
                field.name,
                {"field": str(field.label), "value": shown, "date": show(when[0]) if when else "…"},
            )


RULES = (
    Rule(
        "class_code_unknown",
        Severity.EXPLAIN,
        fields=("field_codes", "objective_codes"),
        check=class_code_unknown,
        needs_types=(FieldType.CLASS,),
    ),
    Rule(
        "class_list_ended",
        Severity.HINT,
        fields=("field_codes", "objective_codes"),
        check=class_list_ended,
        needs_types=(FieldType.CLASS,),
    ),
    Rule("choice_not_in_force", Severity.HINT, fields=("document_type", "type"), check=choice_not_in_force),
)
