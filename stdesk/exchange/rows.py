"""A line of a table as the values of a record, with what its surroundings say of it.

A sheet often says things once for many rows: the level in a heading between them, the state of
all tasks in its title, the unit of money above the header, "đã nộp V04" among the remarks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.domain.values import show
from stdesk.exchange import legacy
from stdesk.exchange.cells import Column, Convert, column_letter, doubt, text_of
from stdesk.exchange.companions import completed, says_more_of_people
from stdesk.exchange.conversion import converter, date_inside
from stdesk.exchange.layout import Table
from stdesk.exchange.lines import Line
from stdesk.exchange.mapping import Mapped
from stdesk.exchange.reasons import Reason
from stdesk.exchange.sheets import LEGACY, CellValue
from stdesk.exchange.spoken import code_in, is_office, spoken_code, titles_that_tell, type_in_title
from stdesk.exchange.units import unit_of_header, unit_of_sheet
from stdesk.exchange.vocabulary import MEN, NUMBER_COLUMN, OWN_ID, SECRECY, normal
from stdesk.text import fold

T = FieldType

_FROM_NOTES = ("deposit_state", "circulation")  # what remarks are known to say of a record
_TYPES = ("type", "document_type")
_NOTHING_DECLARED = re.compile(r"(?:\d+ )?(?:khong|chua)(?: (?:co|phat sinh))(?: \w+){0,6}")
_COUNT_BEHIND = re.compile(r"\s*[(:]\s*\d[^()]*\)?\s*\Z")  # "Phòng Cảnh sát hình sự (02 đề tài)"


@dataclass(slots=True)
class Draft:
    """A row on its way to a verdict."""

    number: int
    values: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    secrecy: str = ORDINARY
    left_out: bool = False
    merged: bool = False
    same_as_row: int | None = None
    same_as_sheet: str = ""
    same_as_record: str | None = None
    own_id: str = ""

    def leave_out(self, code: str) -> Draft:
        """Nothing of this row is taken."""
        self.left_out, self.values, self.notes, self.reasons = True, {}, [], [Reason(code)]
        return self


class RowReader:
    """Makes drafts of the lines of one table."""

    def __init__(
        self, kind: Kind, mapped: Mapped, table: Table, *, sheet: str, today: date, ceiling: str
    ) -> None:
        self._kind = kind
        self._today = today
        self._ceiling = ceiling
        self._suspect = False
        self._targets = {column.target for column in mapped.columns}
        self._columns: list[tuple[int, str, Column, Convert]] = []
        self._special: dict[str, int] = {}
        self._of_people: list[tuple[int, str]] = []
        unit = unit_of_sheet(kind, mapped, table.titles)
        for column in mapped.columns:
            if column.target in (NUMBER_COLUMN, SECRECY, MEN, OWN_ID):
                self._special[column.target] = column.index
            elif not column.target and kind.people in self._targets and says_more_of_people(column.header):
                self._of_people.append((column.index, column.header))
            else:
                about = self._about(column.index, column.header, column.target, unit)
                convert = converter(kind, column.target, about, today=today)
                self._columns.append((column.index, column.target, about, convert))
        self._width = len(mapped.columns)
        said = [*table.titles, sheet]
        self.stamp = next((level for line in table.titles if (level := _level(line))), "")
        self._from_titles = self._context(said, loose=False)
        self._known_sections: dict[tuple[str, ...], tuple[Mapping[str, Value], tuple[str, ...]]] = {}

    def suspect_legacy(self) -> None:
        """Say so of every row whose title looks like an old encoding."""
        self._suspect = True

    def _about(self, index: int, header: str, target: str, unit: int) -> Column:
        shown = header or f"Cột {column_letter(index)}"
        own_unit = unit_of_header(header)
        people = self._kind.people
        both = target == self._kind.title and bool(people) and people not in self._targets
        whole = target == "container" and not self._targets & {"issue", "volume", "pages"}
        return Column(shown, own_unit or unit or 1, both and _names_people(self._kind, header), whole)

    def read(self, line: Line) -> Draft:
        """What ``line`` says."""
        draft = Draft(line.row.number)
        values = line.row.values
        if self._is_secret(values, draft):
            return draft.leave_out("import_secret_row")
        filled = self._read_cells(values, draft)
        if (at := self._special.get(OWN_ID, len(values))) < len(values):
            draft.own_id = str(values[at] or "").strip()
        if not filled and not draft.values and not line.row.doubts:
            return draft.leave_out("import_empty_row")
        if _NOTHING_DECLARED.fullmatch(
            " ".join(fold(text_of(cell)) for cell in values if cell).strip(" .!-")
        ):
            return draft.leave_out("import_nothing_declared")
        self._conclude(draft, line)
        return draft

    def _read_cells(self, values: Sequence[CellValue], draft: Draft) -> bool:
        """Put what the cells say into ``draft``; whether they say anything."""
        filled = False
        width = len(values)
        for index, target, about, convert in self._columns:
            if index >= width or (cell := values[index]) is None:
                continue
            reading = convert(cell)
            filled = filled or bool(reading.values) or bool(reading.note)
            if reading.values:
                self._put(draft, target, about, cell, reading.values)
            if reading.note:
                draft.notes.append(reading.note)
            draft.reasons.extend(reading.reasons)
        for index in range(self._width, width):
            if (text := text_of(values[index])) and type(values[index]) is not bool:
                draft.notes.append(f"Cột {column_letter(index)}: {text}")
                filled = True
        self._take_men(values, draft)
        self._complete_people(values, draft)
        return filled

    def _put(
        self, draft: Draft, target: str, about: Column, cell: CellValue, values: Mapping[str, Value]
    ) -> None:
        for name, value in values.items():
            if name not in draft.values:
                draft.values[name] = value
            elif "." in target:
                draft.values[name] = draft.values[name] + value
            elif draft.values[name] != value:
                draft.notes.append(f"{about.header}: {text_of(cell)}")

    # --- secrecy ---------------------------------------------------------------------------

    def _is_secret(self, values: Sequence[CellValue], draft: Draft) -> bool:
        level = self.stamp
        at = self._special.get(SECRECY, -1)
        if 0 <= at < len(values) and (text := text_of(values[at])):
            found = code_list("secrecy").recognise(text)
            inside = code_list("circulation").recognise(text) if "circulation" in self._kind.by_name else None
            if found is None and inside:
                draft.values["circulation"], level = inside.code, level or ORDINARY
            else:
                level = found.code if found else "unclear"
        if not level:
            return False
        draft.secrecy = level if level != "unclear" else ORDINARY
        return is_above(level, self._ceiling)

    # --- what other places say of the row --------------------------------------------------

    def _conclude(self, draft: Draft, line: Line) -> None:
        kind, values = self._kind, draft.values
        if line.sections:
            from_sections, unused = self._of_sections(line.sections)
            for name, value in from_sections.items():
                values.setdefault(name, value)
            draft.notes.extend(unused)
        self._from_own_notes(draft)
        self._from_own_title(values)
        _infer_thesis(kind, values)
        for name, value in self._from_titles.items():
            values.setdefault(name, value)
        _infer_status(kind, values)
        title = values.get(kind.title)
        if not title:
            draft.reasons.append(Reason("import_no_title", {}, look=True))
        elif len(values) - (kind.title in values) == 0 and not draft.notes:
            draft.reasons.append(Reason("import_only_title", {}, look=True))
        elif self._suspect and legacy.suspect(title):
            draft.reasons.append(Reason("import_looks_legacy", {}, look=True))
        draft.reasons.extend(
            Reason(f"import_cell_{code}", {}, look=True)
            for code in line.row.doubts
            if not code.startswith(LEGACY)
        )
        if draft.notes:
            said = [str(values["notes"])] if values.get("notes") else []
            values["notes"] = "\n".join(dict.fromkeys([*said, *draft.notes]))

    def _of_sections(self, sections: tuple[str, ...]) -> tuple[Mapping[str, Value], tuple[str, ...]]:
        if sections not in self._known_sections:
            found: dict[str, Value] = {}
            unused = []
            for section in sections:
                said = self._context([section], loose=True)
                if is_office(section) and (office := self._office_field()):
                    said = {**said, office: _COUNT_BEHIND.sub("", section)}
                found.update(said)
                if not said:
                    unused.append(f"Mục: {section}")
            self._known_sections[sections] = (found, tuple(unused))
        return self._known_sections[sections]

    def _office_field(self) -> str:
        """The field that "Đơn vị" would be, when no column gives it."""
        names = (f.name for f in self._kind.of_type(T.TEXT) if normal("đơn vị") in map(normal, f.synonyms))
        return next((name for name in names if name not in self._targets), "")

    def _context(self, lines: Sequence[str], *, loose: bool) -> dict[str, Value]:
        """Codes that headings or titles give to the rows below them.

        A heading fills what a row leaves empty; the sheet's title only what has no column.
        """
        found: dict[str, Value] = {}
        if not loose:
            lines = titles_that_tell(list(lines))
        for field_ in self._kind.of_type(T.CHOICE):
            if field_.name in self._targets and not loose:
                continue
            codes = {code for line in lines if (code := spoken_code(field_, line, loose=loose))}
            if len(codes) == 1:
                found[field_.name] = codes.pop()
        return found

    def _from_own_title(self, values: dict[str, Value]) -> None:
        """ "Tập huấn …" names its type itself, as long as no column does."""
        title = values.get(self._kind.title)
        for name in _TYPES:
            if not title or name not in self._kind.by_name or name in values or name in self._targets:
                continue
            if code := type_in_title(self._kind, self._kind.field(name), str(title)):
                values[name] = code

    def _from_own_notes(self, draft: Draft) -> None:
        """ "đã nộp V04" and "Lưu hành nội bộ" among the remarks; the remark itself is kept."""
        notes = draft.values.get("notes")
        if not notes:
            return
        for name in _FROM_NOTES:
            if name in self._kind.by_name and name not in draft.values:
                code = code_in(self._kind.field(name).codes, str(notes))
                if code:
                    draft.values[name] = code
                if code == "deposited" and "deposited" not in draft.values:
                    when = date_inside(str(notes), self._today)
                    draft.values |= {"deposited": when} if when else {}

    def _complete_people(self, values: Sequence[CellValue], draft: Draft) -> None:
        """Rank, degree, gender and post that stand in columns of their own."""
        for at, header in self._of_people:
            if at >= len(values) or not (text := text_of(values[at])):
                continue
            said = str(values[at]) if isinstance(values[at], str) else text
            people = completed(draft.values.get(self._kind.people, ()), header, said)
            if people is None or any(one.code == "import_several_people" for one in draft.reasons):
                draft.notes.append(f"{header}: {text}")
            else:
                draft.values[self._kind.people] = people

    def _take_men(self, values: Sequence[CellValue], draft: Draft) -> None:
        at = self._special.get(MEN, -1)
        if not 0 <= at < len(values) or values[at] is None:
            return
        men, women = values[at], draft.values.get("women", 0)
        if isinstance(men, (int, float)) and "participants" not in draft.values:
            draft.values["participants"] = int(men) + women
        else:
            draft.notes.append(f"Nam: {text_of(men)}")
            if not isinstance(men, (int, float)):
                draft.reasons.append(doubt("import_no_number", Column("Nam"), men))


def absorb(kind: Kind, first: Draft, more: Draft) -> None:
    """Put a continuation (a row under a merged title, or without one) into the draft it continues."""
    for name, value in more.values.items():
        old = first.values.get(name)
        if old is None:
            first.values[name] = value
        elif old == value:
            continue
        elif name == kind.title and str(value)[:1].islower():
            first.values[name] = f"{old} {value}"
        elif isinstance(old, tuple) and not (kind.field(name).single and old):
            first.values[name] = old + tuple(one for one in value if one not in old)
        elif str(value) not in str(first.values.get("notes", "")):
            said = show(kind.field(name), value).replace("\n", "; ")
            note = str(value) if name == "notes" else f"{kind.field(name).label.vi}: {said}"
            first.values["notes"] = "\n".join(filter(None, [first.values.get("notes"), note]))
            if isinstance(old, tuple):
                about = {
                    "column": str(kind.field(name).label),
                    "read": said,
                    "value": show(kind.field(name), old),
                }
                first.reasons.append(Reason("import_several_people", about, look=True))
    unimportant = ("import_only_title", "import_no_title")
    first.reasons.extend(reason for reason in more.reasons if reason.code not in unimportant)


def _infer_status(kind: Kind, values: dict[str, Any]) -> None:
    """A task with a day of acceptance, or a grade, has been accepted."""
    if "status" not in kind.by_name or "accepted" not in kind.by_name or "status" in values:
        return
    if values.get("accepted") or values.get("grade") not in (None, "khong_dat"):
        values["status"] = "accepted"


def _infer_thesis(kind: Kind, values: dict[str, Any]) -> None:
    """A list of people with the level of their theses names the document type by it."""
    entry = code_list("thesis_level").get(str(values.get("thesis_level", "")))
    if entry is None or "document_type" not in kind.by_name or "document_type" in values:
        return
    forms = (code_list("document_type").recognise(form) for form in entry.synonyms)
    if found := next((one for one in forms if one and one.extra.get("csl") == "thesis"), None):
        values["document_type"] = found.code


def _level(line: str) -> str:
    """The level of a line that is a stamp of secrecy ("MẬT", "Độ mật: Tối mật")."""
    found = code_list("secrecy").recognise(line) if len(line) <= 30 else None
    return found.code if found and found.code != ORDINARY else ""


def _names_people(kind: Kind, header: str) -> bool:
    """Whether the title's header speaks of people too: "Tên đề tài, chủ nhiệm"."""
    said = f" {' '.join(normal(header))} "
    phrases = (normal(text) for text in (kind.field(kind.people).label.vi, *kind.field(kind.people).synonyms))
    return any(len(words) > 1 and f" {' '.join(words)} " in said for words in phrases)
