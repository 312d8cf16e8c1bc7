"""What the rules share: values read without trusting them, and words for what they found.

A record may come from a package or a library of another version, so a rule takes nothing for
granted: a date that is no date counts as missing here, and never stops the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdesk.domain import codes, dates
from stdesk.domain.dates import first_day as first_day  # the rules take theirs from here
from stdesk.domain.dates import last_day as last_day
from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record, State
from stdesk.domain.rules.core import Severity

PUBLICATION, RESEARCH_TASK, TRAINING_SESSION = "publication", "research_task", "training_session"

THESES = frozenset({"masters_thesis", "doctoral_thesis", "bachelors_thesis"})
BOOKS = frozenset({"book", "monograph", "textbook", "handbook", "local_history"})
ACCEPTED_STATUSES = frozenset({"accepted", "finalised", "deposited", "applied"})
OPEN_STATUSES = frozenset(
    {"proposed", "approved", "in_progress", "delayed", "extended", "completed", "unit_accepted"}
)
STOPPED = "stopped"
FAILED = "khong_dat"


def text_of(record: Record, name: str) -> str:
    """A text or code, "" when there is none."""
    value = record.values.get(name)
    return value if isinstance(value, str) else ""


def number_of(record: Record, name: str) -> int | None:
    """A whole number or amount in đồng, ``None`` when there is none."""
    return whole(record.values.get(name))


def whole(value: object) -> int | None:
    """``value`` when it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def date_of(record: Record, name: str) -> str:
    """A partial date, "" when there is none or it is not one."""
    value = record.values.get(name)
    return value if isinstance(value, str) and dates.is_partial_date(value) else ""


def filled(record: Record, kind: Kind, *types: FieldType) -> list[Field]:
    """The fields of these types that hold something, in the order of the form."""
    values = record.values
    return [one for one in kind.of_type(*types) if values.get(one.name) is not None]


def items_of(record: Record, name: str) -> list[Mapping[str, Any]]:
    """The items of a people, rows or files field."""
    value = record.values.get(name)
    return (
        [one for one in value if one.__class__ is dict or isinstance(one, Mapping)]
        if isinstance(value, tuple | list)
        else []
    )


def strings_of(record: Record, name: str) -> list[str]:
    """The codes, tags or ids of a field."""
    value = record.values.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple | list) else []


def cell(item: Mapping[str, Any], name: str) -> str:
    """A text cell of an item, "" when there is none."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def label(kind: Kind, name: str) -> str:
    """A field's name on the screen, in the language in use."""
    return str(kind.field(name).label)


def code_label(field: Field, code: str) -> str:
    """How a code reads; an unknown one reads as itself."""
    return codes.code_list(field.codes).label(code)


def texts(record: Record, kind: Kind) -> Sequence[tuple[Field, str]]:
    """Every text of a record with its field: lines, paragraphs, tags, names of people and files."""
    return _texts_of(record, kind).each


def all_text(record: Record, kind: Kind) -> str:
    """The same as one text, a line break between any two: to look first whether a thing occurs at all."""
    return _texts_of(record, kind).joined


@dataclass(frozen=True, slots=True)
class _Texts:
    record: Record
    kind: Kind
    each: tuple[tuple[Field, str], ...]
    joined: str


_latest: list[_Texts] = []  # at most one: several rules in turn ask for the texts of one record


def _texts_of(record: Record, kind: Kind) -> _Texts:
    for known in _latest[:]:  # a copy: another thread may be checking too
        if known.record is record and known.kind is kind:
            return known
    each = tuple(_gather(record, kind))
    made = _Texts(record, kind, each, "\n".join([text for _, text in each]))
    _latest[:] = [made]
    return made


def _gather(record: Record, kind: Kind) -> Iterator[tuple[Field, str]]:
    for name, value in record.values.items():
        field = kind.by_name.get(name)
        if field is None or field.type not in _TEXTUAL:
            continue
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, tuple | list):
            names = _FILE_TEXTS if field.type is FieldType.FILES else _ITEM_TEXTS
            for one in value:
                if isinstance(one, str):
                    yield field, one
                elif isinstance(one, Mapping):
                    for cell_name in names:
                        if text := cell(one, cell_name):
                            yield field, text


_TEXTUAL = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.TAGS, FieldType.PEOPLE, FieldType.ROWS, FieldType.FILES}
)
_ITEM_TEXTS, _FILE_TEXTS = ("name", "post", "unit"), ("name",)


def lighter(record: Record, severity: Severity) -> Severity:
    """Nothing about a draft blocks a report: drafts are not in it."""
    return Severity.EXPLAIN if severity is Severity.BLOCK and record.state is State.DRAFT else severity


def shorten(text: str, length: int = 60) -> str:
    """The beginning of a text for a sentence."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def was_accepted(record: Record) -> bool:
    """Whether a research task says in some way that it was officially accepted."""
    return bool(date_of(record, "accepted")) or text_of(record, "status") in ACCEPTED_STATUSES
