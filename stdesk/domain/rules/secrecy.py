"""What must not be in a library of this ceiling. The program never decides a level: a person does."""

from __future__ import annotations

from collections.abc import Iterable

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType
from stdesk.domain.guard import mark_in, masked, may_mark, may_number, number_in
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import all_text, lighter, texts
from stdesk.domain.secrecy import ORDINARY, forbidden_in_stub, is_above

_NUMBERS = frozenset(
    {"isbn", "issn", "doi", "code", "certificate_number", "deposit_reference", "contract_number"}
)


def stub_filled(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A record above the ceiling that holds more than a stub may (the store refuses it as well)."""
    if not is_above(record.secrecy, context.ceiling):
        return
    if filled := forbidden_in_stub(record.values):
        names = ", ".join(
            str(kind.by_name[name].label) if name in kind.by_name else name for name in filled[:6]
        )
        yield Problem(filled[0], {"fields": names, "level": code_list("secrecy").label(record.secrecy),
                                  "ceiling": code_list("secrecy").label(context.ceiling)},
                      lighter(record, Severity.BLOCK))  # fmt: skip


def not_sent(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A record above the ceiling: neither report, package nor export holds it. Others leave under a number."""
    if is_above(record.secrecy, context.ceiling):
        name = "document_type" if "document_type" in kind.by_name else "type"
        yield Problem(name, {"level": code_list("secrecy").label(record.secrecy)})


def sent_by_number(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A marked record that this library may hold: it leaves, and the paper's register number is asked for."""
    if record.secrecy != ORDINARY and not is_above(record.secrecy, context.ceiling):
        name = "document_type" if "document_type" in kind.by_name else "type"
        yield Problem(name, {"level": code_list("secrecy").label(record.secrecy)})


def secrecy_mark(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """Text that carries a secrecy mark, in a record that is not marked so."""
    if is_above(record.secrecy, context.ceiling) or not may_mark(all_text(record, kind)):
        return
    for field, text in texts(record, kind):
        if (found := mark_in(text)) and not is_above(record.secrecy, ORDINARY):
            yield Problem(field.name, {"field": str(field.label), "mark": found})
            return


def identity_number(record: Record, kind: Kind, context: Context) -> Iterable[Problem]:
    """A person's identity number in a text."""
    if is_above(record.secrecy, context.ceiling) or not may_number(all_text(record, kind)):
        return
    for field, text in texts(record, kind):
        if field.type is not FieldType.FILES and field.name not in _NUMBERS and (number := number_in(text)):
            yield Problem(
                field.name, {"field": str(field.label), "number": masked(number), "count": len(number)}
            )
            return


RULES = (
    Rule("secrecy_stub_filled", Severity.BLOCK, fields=("title",), check=stub_filled, beyond_period=True),
    Rule("secrecy_not_sent", Severity.HINT, fields=("document_type", "type"), check=not_sent),
    Rule("secrecy_by_number", Severity.HINT, fields=("document_type", "type"), check=sent_by_number),
    Rule("secrecy_mark", Severity.EXPLAIN, fields=("title",), check=secrecy_mark),
    Rule("identity_number", Severity.EXPLAIN, fields=("notes",), check=identity_number),
)
