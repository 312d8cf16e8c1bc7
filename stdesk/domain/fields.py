"""What a field of a record can be, and everything the rest of the program asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from stdesk.i18n import Text


class FieldType(StrEnum):
    """How a field's value is kept, typed, shown and compared.

    The canonical value (what the store, history, snapshot and package hold) is in brackets.
    """

    TEXT = "text"  # [str] one line
    LONG_TEXT = "long_text"  # [str] with line breaks
    INTEGER = "integer"  # [int]
    NUMBER = "number"  # [float]
    MONEY = "money"  # [int] whole đồng
    DATE = "date"  # [str] partial date: "2025", "2025-03", "2025-03-04"
    CHOICE = "choice"  # [str] a code of the field's code list
    CHOICES = "choices"  # [tuple of str] several codes of the list
    CLASS = "class"  # [tuple of str] "scheme:code", since classifications change with the law
    TAGS = "tags"  # [tuple of str]
    PEOPLE = "people"  # [tuple of mappings] ordered; see PERSON_COLUMNS
    ROWS = "rows"  # [tuple of mappings] a small table; see Field.columns
    LINKS = "links"  # [tuple of str] ids of other records
    FILES = "files"  # [tuple of mappings] attachments; see FILE_COLUMNS


COMPOSITE = frozenset(
    {
        FieldType.CHOICES,
        FieldType.CLASS,
        FieldType.TAGS,
        FieldType.PEOPLE,
        FieldType.ROWS,
        FieldType.LINKS,
        FieldType.FILES,
    }
)
WITH_ITEMS = frozenset({FieldType.PEOPLE, FieldType.ROWS, FieldType.FILES})


def wordings(text: str) -> tuple[str, ...]:
    """The wordings of ``text``, separated by "|": headers as units write them, many to a line."""
    return tuple(part.strip() for part in text.split("|"))


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields as they stand on paper."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Spread:
    """A column of a sheet that holds one cell of a small table (``FieldType.ROWS``).

    "Kinh phí NSNN" is the ``value`` column of the row whose other cells are ``fixed``.
    """

    name: str
    label: Text
    fixed: Mapping[str, str]
    value: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind, described once for every part of the program.

    Attributes:
        name: stable name in code, database, package; English, snake_case.
        label: its name on screen and paper.
        section: the section of the form it stands in.
        codes: name of its code list (CHOICE, CHOICES, CLASS).
        columns: the cells of an item (ROWS); PEOPLE and FILES have their own.
        required: the report needs it (a finding, never a refusal to save).
        sortable, searchable: has an ordering column; is in the search index.
        list_width: width in list columns in characters; 0 = not shown at first.
        annex_width: share of the annex table's width; 0 = not in the annex.
        packaged: travels in packages and exports.
        single: at most one item (PEOPLE).
        names: the number names something, such as a year, and is never grouped ("2026").
        asked_for: codes of ``Kind.sorted_by`` (those below them included) for which it is asked at
            all; empty = for every record.
        follows: the field it goes along with: a journal has its ISSN, so that the newest record of the
            same journal proposes it.
        internal: the program's own notes: not in forms, lists, sheets, exports.
        help: what it means and where it comes from, for the field's help.
        synonyms: headers under which units' own sheets carry it (compared folded).
        spreads: sheet columns that hold one cell of it (ROWS).
    """

    name: str
    type: FieldType
    label: Text
    section: str
    codes: str = ""
    columns: tuple[Field, ...] = ()
    required: bool = False
    sortable: bool = False
    searchable: bool = False
    list_width: int = 0
    annex_width: float = 0
    packaged: bool = True
    single: bool = False
    names: bool = False
    internal: bool = False
    asked_for: tuple[str, ...] = ()
    follows: str = ""
    help: Text = field(default_factory=lambda: Text("", ""))
    synonyms: tuple[str, ...] = ()
    spreads: tuple[Spread, ...] = ()

    @property
    def is_composite(self) -> bool:
        """Whether the value is a tuple rather than one scalar."""
        return self.type in COMPOSITE

    @property
    def item_columns(self) -> tuple[Field, ...]:
        """The cells of one item of the value; empty for values without items."""
        if self.type is FieldType.PEOPLE:
            return PERSON_COLUMNS
        if self.type is FieldType.FILES:
            return FILE_COLUMNS
        return self.columns


def _cell(name: str, kind: FieldType, vi: str, en: str, codes: str = "") -> Field:
    return Field(name, kind, Text(vi, en), "", codes=codes)


PERSON_COLUMNS = (
    _cell("name", FieldType.TEXT, "Họ và tên", "Name"),
    _cell("role", FieldType.TEXT, "Vai trò", "Role"),  # a code of Field.codes of the people field
    _cell("rank", FieldType.CHOICE, "Cấp bậc", "Rank", "rank"),
    _cell("academic_title", FieldType.CHOICE, "Học hàm", "Academic title", "academic_title"),
    _cell("degree", FieldType.CHOICE, "Học vị", "Degree", "degree"),
    _cell("gender", FieldType.CHOICE, "Giới tính", "Gender", "gender"),
    _cell("post", FieldType.TEXT, "Chức vụ", "Post"),
    _cell("unit", FieldType.TEXT, "Đơn vị", "Unit"),
)

FILE_COLUMNS = (
    _cell("name", FieldType.TEXT, "Tên tệp", "File name"),
    _cell("file", FieldType.TEXT, "Mã tệp", "File id"),  # SHA-512, first 40 hex digits
    _cell("sha512", FieldType.TEXT, "SHA-512", "SHA-512"),
    _cell("size", FieldType.INTEGER, "Dung lượng", "Size"),  # bytes
    _cell("media_type", FieldType.TEXT, "Loại tệp", "Media type"),
    _cell("content", FieldType.TEXT, "Nội dung", "Content"),  # report, summary, minutes ...
)

Item = Mapping[str, Any]
Value = Any  # str | int | float | None | tuple[str, ...] | tuple[Item, ...]; see FieldType
Values = Mapping[str, Value]
