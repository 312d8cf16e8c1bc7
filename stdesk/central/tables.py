"""The centre's tables, the same on PostgreSQL and SQLite.

Times are UTC timestamps as text (:func:`stdesk.clock.timestamp`): order never depends on them. Text
columns that name a state or a level hold codes. ``record`` has what a unit sent last of a record, under
(unit, record id); ``reported`` says in which reports it stands. A report keeps a line of its own only where
a later one of another period brought the record with other content: so the figures of 2025 stay what the
unit reported for 2025, and nothing is stored twice.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON

VERSION = 1
"""Of this schema; a database of a later one is refused."""

metadata = MetaData()
_Json = JSON().with_variant(JSONB(), "postgresql")
_OwnLine = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up by itself for INTEGER only


def _id() -> Column[int]:
    return Column("id", _Number, primary_key=True, autoincrement=True)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _unit() -> Column[int]:
    return Column("unit", _Number, ForeignKey("unit.id"), nullable=False)


def _owner() -> Column[int]:
    """The unit of a record. No foreign key: two checks a row would take as long as writing it, and the unit
    is locked while its records are merged."""
    return Column("unit", _Number, primary_key=True, autoincrement=False)


setting = Table("setting", metadata, Column("name", Text, primary_key=True), _text("value"))

unit = Table(
    "unit", metadata, _id(),
    Column("code", Text, nullable=False, unique=True),
    _text("name"), _text("secrecy", "thuong"),
    Column("expected", Boolean, nullable=False, server_default=text("true")),
    # the last package taken in order; taken: how many there were
    _text("line"), Column("sequence", BigInteger, nullable=False, server_default="0"), _text("head"),
    Column("taken", BigInteger, nullable=False, server_default="0"),
    _text("registered_at"),
)  # fmt: skip

unit_key = Table(
    "unit_key", metadata,
    Column("id", Text, primary_key=True), _unit(), _text("public"), Column("card", LargeBinary),
    _text("since"), _text("until"), _text("revoked"), _text("why"), _flag("checked"),
)  # fmt: skip

centre_key = Table(
    "centre_key", metadata,
    Column("id", Text, primary_key=True), _text("use"), _text("public"),
    _text("since"), _text("until"), _text("revoked"),
)  # fmt: skip

secret = Table(  # who may read this table can sign and open in the centre's name: see docs/central.md
    "secret", metadata,
    Column("id", Text, ForeignKey("centre_key.id"), primary_key=True), _text("secret"),
)  # fmt: skip

roster = Table(
    "roster", metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("issued"), _text("expires"), Column("raw", LargeBinary, nullable=False),
)  # fmt: skip

package = Table(
    "package", metadata, _id(),
    Column("fingerprint", Text, nullable=False, unique=True),
    _unit(), _text("name"), _text("line"), Column("sequence", BigInteger, nullable=False), _text("previous"),
    _text("period"), Column("submission", Integer, nullable=False), _flag("delta"), _text("base"),
    _text("base_receipt"), _text("state"), _flag("merged"), _text("why"), Column("why_params", _Json),
    Column("place", BigInteger, nullable=False, server_default="0"),  # its number in the unit's order; 0 outside
    _text("key"), _text("created"), _text("secrecy"), _text("rule_set"), _text("rule_hash"),
    _text("snapshot_hash"), Column("counts", _Json), Column("left_out", BigInteger, server_default="0"),
    Column("withdrawn", BigInteger, server_default="0"), _text("taken_at"), _text("merged_at"),
    _flag("sealed"), _flag("adopted"), Column("files", _Json), Column("findings", _Json),
)  # fmt: skip
_in_order = package.c.place > 0
_by_itself = _in_order & ~package.c.adopted  # a fork that a person adopted stands where another stood
Index(
    "package_sequence", package.c.unit, package.c.line, package.c.sequence, unique=True,
    postgresql_where=_by_itself, sqlite_where=_by_itself,
)  # fmt: skip
Index(
    "package_place",
    package.c.unit,
    package.c.place,
    unique=True,
    postgresql_where=_in_order,
    sqlite_where=_in_order,
)
Index("package_period", package.c.unit, package.c.period, package.c.place)

part = Table(  # bags of a package that is not whole yet
    "part", metadata,
    Column("fingerprint", Text, primary_key=True), _unit(), _text("name"), _text("line"),
    Column("sequence", BigInteger, nullable=False), Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False), _text("file"), _text("taken_at"),
)  # fmt: skip

record = Table(
    "record", metadata, _owner(), Column("id", Text, primary_key=True),
    _text("kind"), Column("number", BigInteger, nullable=False, server_default="0"), _text("secrecy"),
    _text("title"), _text("title_key"), _text("people"), Column("year", Integer),
    # place and package: of the one that brought it as it is; a lower one never replaces it
    Column("place", BigInteger, nullable=False),
    Column("package", _Number, nullable=False),
    _flag("withdrawn"), _text("central_id"),
    Column("line", _Json, nullable=False),  # as it stood in records/<kind>.jsonl
)  # fmt: skip
Index("record_title", record.c.kind, record.c.title_key)

reported = Table(
    "reported", metadata, _owner(), Column("id", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("package", _Number, nullable=False),
    _text("withdrawn_at"), Column("withdrawn_by", _Number), _text("reason"),
    Column("line", _OwnLine),  # only where the record itself says something else by now
)  # fmt: skip

answer = Table(
    "answer", metadata,
    Column("id", Text, primary_key=True), _unit(), Column("number", BigInteger, nullable=False),
    _text("previous"), Column("package", _Number, ForeignKey("package.id"), nullable=False),
    _text("status"), _text("at"), _text("digest"), _text("by"), Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("unit", "number"),
)  # fmt: skip
Index("answer_package", answer.c.package, answer.c.number)

event = Table(
    "event", metadata, _id(),
    _text("at"), _text("outcome"), _text("unit"), _text("package"), _text("fingerprint"), _text("file"),
    _text("code"), Column("params", _Json), _text("sentence"),
)  # fmt: skip

seen = Table(  # files of inboxes, so that a watch does not read each again and again
    "seen", metadata,
    Column("path", Text, primary_key=True), Column("size", BigInteger, nullable=False),
    Column("changed_ns", BigInteger, nullable=False), _text("outcome"), _text("fingerprint"), _text("at"),
)  # fmt: skip
