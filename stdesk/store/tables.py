"""The tables: a few of the library's own, and for each kind one table and one search index.

Kinds of the program are made by the frozen steps in ``migrations``; :func:`kind_statements` is
what those steps must add up to (a test compares) and makes tables of kinds that have no step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Float, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.secrecy import LEVELS, STUB_FIELDS
from stdesk.store.faults import ABOVE_CEILING

HEAD = (
    "pk", "number", "version", "state", "secrecy", "created_at", "created_by", "changed_at", "changed_by",
)  # fmt: skip
SEARCH_COLUMNS = ("title", "rest", "title_exact", "rest_exact")
_OWN_TABLES = {
    "record",
    "setting",
    "action",
    "change",
    "frozen_report",
    "draft",
    "setting_change",
    "signed_copy",
    "own_key",
    "roster",
    "package_line",
    "package",
    "sending",
    "answer",
    "proposal",
    "decision",
    "central_id",
    "chain",
    "chain_forgotten",
    "chain_head",
    "role_code",
    "approval",
}
_KEYED = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PEOPLE, FieldType.CHOICE})
_SQL_TYPES = {
    FieldType.INTEGER: ("INTEGER", Integer),
    FieldType.MONEY: ("INTEGER", Integer),
    FieldType.NUMBER: ("REAL", Float),
}


@dataclass(frozen=True)
class KindTable:
    """Where the records of one kind lie.

    Attributes:
        table: one row a record, one column a field.
        search: name of its FTS5 index; rowid = pk.
        sort: sortable field -> the column that orders it.
    """

    kind: Kind
    table: Table
    search: str
    sort: dict[str, str]

    @property
    def name(self) -> str:
        """The table's name, quoted."""
        return quoted(self.table.name)


@dataclass(frozen=True)
class Tables:
    """The tables of a library by kind."""

    by_kind: dict[str, KindTable]

    def __getitem__(self, kind: str) -> KindTable:
        return self.by_kind[kind]

    def __iter__(self) -> Iterator[KindTable]:
        return iter(self.by_kind.values())


def make_tables(kinds: Kinds) -> Tables:
    """The tables for ``kinds``."""
    metadata = MetaData()
    return Tables({kind.name: _kind_table(kind, metadata) for kind in kinds})


def quoted(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sort_column(field: Field) -> str:
    """The column that orders by ``field``: a key of its own for text, the value itself for the rest."""
    return f"{field.name}__sort" if field.type in _KEYED else field.name


def has_sort_key(field: Field) -> bool:
    """Whether ``field`` has a column for its key beside its value."""
    return field.sortable and field.type in _KEYED


def _kind_table(kind: Kind, metadata: MetaData) -> KindTable:
    if kind.name in _OWN_TABLES:
        raise ValueError(f"kind {kind.name!r} bears the name of a table of the library")
    if taken := {field.name for field in kind.fields} & set(HEAD):
        raise ValueError(f"fields {sorted(taken)} of {kind.name} bear names of record columns")
    columns: list[Column[Any]] = [
        Column(name, Integer if name in ("pk", "number", "version") else Text, primary_key=name == "pk")
        for name in HEAD
    ]
    for field in kind.fields:
        columns.append(Column(field.name, _core_type(field)))
        if has_sort_key(field):
            columns.append(Column(sort_column(field), Text))
    sort = {field.name: sort_column(field) for field in kind.fields if field.sortable}
    return KindTable(kind, Table(kind.name, metadata, *columns), f"{kind.name}__search", sort)


def _core_type(field: Field) -> type[TypeEngine[Any]]:
    return _SQL_TYPES.get(field.type, ("TEXT", Text))[1]


def _sql_type(field: Field) -> str:
    return _SQL_TYPES.get(field.type, ("TEXT", Text))[0]


def field_columns(field: Field) -> list[str]:
    """The column definitions of ``field``, as a migration that adds it writes them."""
    columns = [f"{quoted(field.name)} {_sql_type(field)}"]
    if has_sort_key(field):
        columns.append(f"{quoted(sort_column(field))} TEXT")
    return columns


def kind_statements(kind: Kind) -> list[str]:
    """The SQL that makes the table, indexes, search index and secrecy triggers of ``kind``."""
    table = quoted(kind.name)
    columns = [
        "pk INTEGER PRIMARY KEY REFERENCES record (pk)",
        "number INTEGER NOT NULL CHECK (number > 0)",
        "version INTEGER NOT NULL CHECK (version > 0)",
        "state TEXT NOT NULL CHECK (state IN ('draft', 'complete', 'trashed'))",
        *(f"{name} TEXT NOT NULL" for name in HEAD[4:]),
    ]
    for field in kind.fields:
        columns += field_columns(field)
    statements = [f"CREATE TABLE {table} ({', '.join(columns)}) STRICT"]
    ordered = ["number", "changed_at", *(sort_column(field) for field in kind.fields if field.sortable)]
    for column in ordered:  # with the state inside, a list in any order is one walk along an index
        name = quoted(f"{kind.name}__by_{column.removesuffix('__sort')}")
        statements.append(f"CREATE INDEX {name} ON {table} ({quoted(column)}, pk, state)")
    for field in kind.of_type(FieldType.LINKS):  # few records have links: what names a record is found there
        column = quoted(field.name)
        statements.append(
            f"CREATE INDEX {quoted(f'{kind.name}__links_{field.name}')} ON {table} ({column}, pk, state) "
            f"WHERE {column} IS NOT NULL"
        )
    statements.append(
        f"CREATE VIRTUAL TABLE {quoted(kind.name + '__search')} USING fts5({', '.join(SEARCH_COLUMNS)}, "
        "content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 0')"
    )
    return [*statements, *ceiling_triggers(kind)]


def ceiling_triggers(kind: Kind) -> list[str]:
    """The triggers by which the database itself refuses content above the library's ceiling."""
    guarded = [f"NEW.{quoted(field.name)}" for field in kind.fields if field.name not in STUB_FIELDS]
    holds = " OR ".join(f"{column} IS NOT NULL" for column in guarded) or "FALSE"
    ceiling = f"(SELECT {_height('value', 0)} FROM setting WHERE key = 'secrecy_ceiling')"
    table = quoted(kind.name)
    return [
        f"CREATE TRIGGER {quoted(f'{kind.name}__ceiling_{event.lower()}')} BEFORE {event} ON {table} "
        f"WHEN {_height('NEW.secrecy', len(LEVELS))} > coalesce({ceiling}, 0) AND ({holds}) "
        f"BEGIN SELECT RAISE(ABORT, '{ABOVE_CEILING}'); END"
        for event in ("INSERT", "UPDATE")
    ]


def _height(column: str, unknown: int) -> str:
    steps = " ".join(f"WHEN '{level}' THEN {height}" for height, level in enumerate(LEVELS))
    return f"CASE {column} {steps} ELSE {unknown} END"
