"""What the report needs of each kind of record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stdesk.domain.fields import Field
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Check, Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import (
    BOOKS,
    PUBLICATION,
    RESEARCH_TASK,
    THESES,
    code_label,
    date_of,
    label,
    lighter,
    text_of,
)

# Without these the report's tables cannot name or place the record; everything else may wait.
_BLOCKING = frozenset({"title", "document_type"})


def required_field(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Every required field that is empty; the dates of a record without any are one finding of their own."""
    undated = not any(record.get(name) for name in (*kind.begins, *kind.ends))
    for field in _empty(record, kind):
        if field.name in _BLOCKING or (undated and field.name in (*kind.begins, *kind.ends)):
            continue
        yield Problem(field.name, {"field": str(field.label)})


def indispensable_field(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """Required fields that no reason can make up for."""
    for field in _empty(record, kind):
        if field.name in _BLOCKING:
            yield Problem(field.name, {"field": str(field.label)}, lighter(record, Severity.BLOCK))


def _empty(record: Record, kind: Kind) -> Iterator[Field]:
    return (one for one in kind.required if record.values.get(one.name) is None)


def _wanted(types: frozenset[str], *names: str) -> Check:
    """A check that documents of ``types`` carry at least one of the fields ``names``."""

    def check(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
        if text_of(record, "document_type") in types and not any(record.get(name) for name in names):
            yield Problem(names[0], {"field": label(kind, names[0])})

    return check


def thesis_level_differs(record: Record, kind: Kind, _context: Context) -> Iterable[Problem]:
    """The document type and the thesis level contradict each other."""
    meant = {"masters_thesis": ("master",), "doctoral_thesis": ("doctor", "doctor_of_science")}
    written, level = text_of(record, "document_type"), text_of(record, "thesis_level")
    if written in meant and level and level not in meant[written]:
        yield Problem(
            "thesis_level",
            {
                "type": code_label(kind.field("document_type"), written),
                "level": code_label(kind.field("thesis_level"), level),
            },
        )


def start_missing(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A task that does not say when it began: carried over or new cannot be told."""
    if not any(date_of(record, name) for name in ("start", "contract", "approved")):
        yield Problem("start")


def end_missing(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A task under way without a planned end: nobody will see that it is late."""
    under_way = text_of(record, "status") in ("in_progress", "delayed", "extended", "approved")
    if under_way and not any(date_of(record, name) for name in ("end", "extended_until", "accepted")):
        yield Problem("end")


_P, _T = (PUBLICATION,), (RESEARCH_TASK,)
_ARTICLES = frozenset({"journal_article", "conference_paper", "newspaper_article", "book_chapter"})


def _of_types(rule: str, severity: Severity, types: frozenset[str], *names: str) -> Rule:
    """That documents of ``types`` carry at least one of the fields ``names``."""
    return Rule(rule, severity, _P, names[:1], _wanted(types, *names), needs=("document_type",), sorts=types)


RULES = (
    Rule("required_field", Severity.EXPLAIN, fields=("title",), check=required_field),
    Rule("indispensable_field", Severity.BLOCK, fields=("title",), check=indispensable_field),
    _of_types("container_missing", Severity.EXPLAIN, _ARTICLES, "container", "publisher"),
    _of_types("journal_issn_missing", Severity.HINT, frozenset({"journal_article"}), "issn", "doi"),
    _of_types("pages_missing", Severity.HINT, _ARTICLES - {"newspaper_article"}, "pages", "doi"),
    _of_types("publisher_missing", Severity.EXPLAIN, BOOKS, "publisher", "container"),
    _of_types("book_isbn_missing", Severity.HINT, BOOKS - {"local_history"}, "isbn", "issn"),
    _of_types("thesis_institution_missing", Severity.EXPLAIN, THESES, "thesis_institution"),
    _of_types("thesis_defence_missing", Severity.EXPLAIN, THESES - {"bachelors_thesis"}, "defended"),
    _of_types("thesis_supervisor_missing", Severity.HINT, THESES, "supervisors"),
    Rule(
        "thesis_level_differs",
        Severity.EXPLAIN,
        _P,
        ("thesis_level", "document_type"),
        thesis_level_differs,
        needs=("thesis_level",),
    ),
    Rule("task_start_missing", Severity.HINT, _T, ("start",), start_missing),
    Rule("task_end_missing", Severity.HINT, _T, ("end",), end_missing),
)
