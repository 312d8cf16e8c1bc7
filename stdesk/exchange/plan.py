"""What an import would do: every row of every sheet with its verdict, before anything is written.

``taken`` becomes a complete record, ``look`` a draft with nothing lost, ``merged`` fills what an
earlier row or a record of the library leaves empty, ``left_out`` is not taken; each of the last
three says why. Together they are the data rows of the sheet.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from stdesk.domain.fields import FieldType, Values
from stdesk.domain.kinds import Kind, Kinds
from stdesk.domain.records import Record
from stdesk.domain.secrecy import ORDINARY, is_above
from stdesk.errors import Exit, UserError
from stdesk.exchange.blocks import choices_by_wording, side_by_side, words_for_ticks
from stdesk.exchange.cells import column_letter
from stdesk.exchange.companions import says_more_of_people
from stdesk.exchange.layout import Table, find_tables
from stdesk.exchange.lines import Body, Places, read_body
from stdesk.exchange.mapping import ANY_SHEET, ColumnPlan, Mapped, RememberedMapping, fingerprint, map_table
from stdesk.exchange.merging import Merger
from stdesk.exchange.reasons import Reason
from stdesk.exchange.rows import Draft, RowReader, absorb
from stdesk.exchange.sheets import CellValue, Sheet, Workbook
from stdesk.exchange.spoken import spoken_code
from stdesk.exchange.vocabulary import NUMBER_COLUMN, HeaderWords
from stdesk.progress import Progress
from stdesk.text import clean

__all__ = [
    "ColumnPlan",
    "ImportPlan",
    "Reason",
    "RowPlan",
    "SheetPlan",
    "Verdict",
    "plan_import",
    "plan_to_json",
    "replan",
]

_STEP = 200  # rows between two looks at the progress


class Verdict(StrEnum):
    """What becomes of a row."""

    TAKEN = "taken"
    MERGED = "merged"
    LOOK = "look"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of data.

    Attributes:
        number: as Excel shows it.
        values: canonical values of the record it becomes; for a row merged into a record of
            the library the changes to that record, for one merged into a row nothing to do.
        same_as_row, same_as_sheet: the row it was merged into.
        same_as_record: id of the library's record it was merged into.
    """

    number: int
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    values: Values = field(default_factory=dict)
    same_as_row: int | None = None
    same_as_record: str | None = None
    secrecy: str = ORDINARY
    same_as_sheet: str = ""

    @property
    def why(self) -> str:
        """The reasons in words."""
        return " ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One table of a workbook.

    Attributes:
        sheet: the tab's name; further tables on the same sheet have "#2", "#3" behind it.
        kind: "" when nobody can tell what the columns are.
        title: its last title line.
        notes: what is worth knowing about the table as a whole.
        fingerprint: of its headers, for remembering the mapping.
        tab: the tab's name alone.
        left_out: a person said that the whole of it is not to be taken in.
    """

    sheet: str
    kind: str
    title: str
    header_rows: tuple[int, ...]
    columns: tuple[ColumnPlan, ...]
    rows: tuple[RowPlan, ...]
    notes: tuple[Reason, ...] = ()
    fingerprint: str = ""
    tab: str = ""
    left_out: bool = False

    def count(self, verdict: Verdict) -> int:
        """How many rows have ``verdict``."""
        return sum(row.verdict is verdict for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a person decided about a table."""

    kind: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Source:
    """What a plan was made from, so that it can be made again."""

    workbook: Workbook
    mappings: Mapping[str, RememberedMapping]
    forced: RememberedMapping | None
    sheet: str
    kind: str
    ceiling: str
    choices: Mapping[str, _Choice] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing the file ``path`` would do."""

    path: Path
    sheets: tuple[SheetPlan, ...]
    notes: tuple[Reason, ...] = ()
    source: _Source | None = field(default=None, repr=False, compare=False)

    def corrected(self, sheet: str) -> bool:
        """Whether a person said something about the columns or kind of ``sheet``."""
        return self.source is not None and (self.source.forced is not None or sheet in self.source.choices)

    def count(self, verdict: Verdict) -> int:
        """How many rows of the sheets that are taken in have ``verdict``."""
        return sum(sheet.count(verdict) for sheet in self.taken)

    @property
    def taken(self) -> tuple[SheetPlan, ...]:
        """The sheets that are not left out."""
        return tuple(sheet for sheet in self.sheets if not sheet.left_out)

    def cells(self, sheet: SheetPlan, number: int) -> tuple[tuple[str, str, CellValue], ...]:
        """The cells of row ``number`` as they stand in the file: column letter, header, value."""
        tab = (
            next((one for one in self.source.workbook.sheets if one.name == sheet.tab), None)
            if self.source
            else None
        )
        if tab is None:
            return ()
        at = bisect_left(tab.rows, number, key=lambda row: row.number)
        if at == len(tab.rows) or tab.rows[at].number != number:
            return ()
        headers = {column.index: column.header for column in sheet.columns}
        return tuple(
            (column_letter(index), headers.get(index, ""), value)
            for index, value in enumerate(tab.rows[at].values)
            if value is not None and value != ""
        )


def plan_import(
    workbook: Workbook,
    kinds: Kinds,
    *,
    today: date,
    existing: Iterable[Record] = (),
    mappings: Mapping[str, RememberedMapping] | None = None,
    forced: RememberedMapping | None = None,
    sheet: str = "",
    kind: str = "",
    ceiling: str = ORDINARY,
    progress: Progress | None = None,
) -> ImportPlan:
    """Say what would become of every row of ``workbook``.

    Args:
        workbook: as read.
        kinds: the kinds of the library.
        today: decides two-digit years.
        existing: the library's records, for doubles.
        mappings: remembered mappings by the fingerprint of their headers.
        forced: a mapping for every table that has one of its headers.
        sheet: only this sheet, even if it is hidden; "" for every visible one.
        kind: the kind of all tables, if a person says so.
        ceiling: the library's secrecy ceiling; rows above it are left out unread.
        progress: how far, and the way to stop.

    Raises:
        UserError: ``import_no_such_sheet``, ``import_no_such_kind`` (wrong use).
    """
    if kind and kind not in kinds:
        raise UserError("import_no_such_kind", Exit.USAGE, kind=kind, known=", ".join(kinds.names))
    if sheet and sheet not in {one.name for one in workbook.sheets}:
        known = ", ".join(one.name for one in workbook.sheets)
        raise UserError("import_no_such_sheet", Exit.USAGE, sheet=sheet, known=known)
    source = _Source(workbook, dict(mappings or {}), forced, sheet, kind, ceiling)
    return _plan(source, kinds, today, existing, progress or Progress())


def replan(
    plan: ImportPlan,
    sheet: str,
    kinds: Kinds,
    *,
    today: date,
    existing: Iterable[Record] = (),
    kind: str | None = None,
    columns: Mapping[int, str] | None = None,
    left_out: bool | None = None,
    progress: Progress | None = None,
) -> ImportPlan:
    """``plan`` made again with a table's kind or columns as a person corrected them.

    Args:
        sheet: :attr:`SheetPlan.sheet` of the table.
        kind: its kind; None leaves it to the headers.
        columns: column -> target ("" = to the notes); the other columns are mapped around them.
            Corrections made before stay unless the kind changes.
        left_out: whether the table is left out whole; rows elsewhere are then no doubles of its rows.
    """
    source = plan.source
    known = [one.sheet for one in plan.sheets]
    if source is None or sheet not in known:
        raise UserError("import_no_such_sheet", Exit.USAGE, sheet=sheet, known=", ".join(known))
    without = source.left_out
    if left_out is not None:
        without = without | {sheet} if left_out else without - {sheet}
    if kind is None and not columns:
        return _plan(replace(source, left_out=without), kinds, today, existing, progress or Progress())
    before = source.choices.get(sheet, _Choice())
    if kind is not None and kind != before.kind:
        before = _Choice(kind)
    choice = _Choice(before.kind, {**before.columns, **(columns or {})})
    again = replace(source, choices={**source.choices, sheet: choice}, left_out=without)
    return _plan(again, kinds, today, existing, progress or Progress())


def plan_to_json(plan: ImportPlan) -> dict[str, Any]:
    """The document ``stdesk import --json`` prints."""
    return {
        "file": str(plan.path),
        "sheets": [_sheet_to_json(one) for one in plan.sheets],
        "notes": [reason.text for reason in plan.notes],
    }


def _sheet_to_json(plan: SheetPlan) -> dict[str, Any]:
    return {
        "sheet": plan.sheet,
        "kind": plan.kind,
        "rows": len(plan.rows),
        **{str(verdict): plan.count(verdict) for verdict in Verdict},
        "verdicts": [
            {
                "row": row.number,
                "verdict": str(row.verdict),
                "why": row.why,
                "reasons": [r.code for r in row.reasons],
            }
            for row in plan.rows
        ],
        "header_rows": list(plan.header_rows),
        "columns": {column.header: column.target for column in plan.columns if column.header},
        "notes": [reason.text for reason in plan.notes],
    }


# --- making the plan -------------------------------------------------------------------------


def _plan(
    source: _Source, kinds: Kinds, today: date, existing: Iterable[Record], progress: Progress
) -> ImportPlan:
    workbook = source.workbook
    words, choices = HeaderWords(kinds), choices_by_wording(kinds)
    merger = Merger(kinds, existing)
    notes = [Reason(code) for code in workbook.notes]
    progress.start(sum(len(one.rows) for one in workbook.sheets))
    sheets: list[SheetPlan] = []
    for one in workbook.sheets:
        if source.sheet and one.name != source.sheet:
            continue
        if one.hidden and not source.sheet:
            notes.append(Reason("import_hidden_sheet", {"sheet": one.name}))
            continue
        tables = [table for part in side_by_side(one, words) for table in find_tables(part, words)]
        for place, table in enumerate(words_for_ticks(table, choices) for table in tables):
            name = one.name if place == 0 else f"{one.name} #{place + 1}"
            out = name in source.left_out
            placed = Merger(kinds, ()) if out else merger  # what is left out is nobody's double
            made = _Maker(source, kinds, today, placed, progress).make(one, name, table)
            made = replace(made, tab=one.name, left_out=out)
            if made.rows or made.kind:
                sheets.append(made)
            else:
                notes.append(Reason("import_no_table", {"sheet": name}))
        if not tables:
            notes.append(Reason("import_empty_sheet", {"sheet": one.name}))
    return ImportPlan(workbook.path, tuple(sheets), tuple(notes), source)


@dataclass(slots=True)
class _Maker:
    source: _Source
    kinds: Kinds
    today: date
    merger: Merger
    progress: Progress

    def make(self, sheet: Sheet, name: str, table: Table) -> SheetPlan:
        known = fingerprint(table)
        mapped = self._map(sheet, name, table, known)
        title = next((line for line in reversed(table.titles) if line), "")
        if not mapped.kind:
            rows = _not_understood(table)
            return SheetPlan(
                name, "", title, table.header_rows, mapped.columns, rows, _about_sheet(sheet), known
            )
        kind = self.kinds[mapped.kind]
        reader = RowReader(
            kind, mapped, table, sheet=sheet.name, today=self.today, ceiling=self.source.ceiling
        )
        if reader.stamp and is_above(reader.stamp, self.source.ceiling):
            title = ""
        if sheet.suspected_legacy:
            reader.suspect_legacy()
        body = read_body(table, _places(kind, mapped))
        drafts = list(self._drafts(kind, name, reader, body))
        notes = (*_about_sheet(sheet), *_about_table(mapped, body))
        rows = tuple(_row_plan(draft) for draft in drafts)
        return SheetPlan(name, kind.name, title, table.header_rows, mapped.columns, rows, notes, known)

    def _map(self, sheet: Sheet, name: str, table: Table, known: str) -> Mapped:
        choice = self.source.choices.get(name, _Choice())
        remembered = self.source.mappings.get(known) or self.source.mappings.get(ANY_SHEET)
        return map_table(
            table,
            self.kinds,
            sheet=sheet.name,
            kind=choice.kind or self.source.kind,
            columns=choice.columns,
            remembered=self.source.forced or (remembered if not choice.kind else None),
        )

    def _drafts(self, kind: Kind, sheet: str, reader: RowReader, body: Body) -> Iterator[Draft]:
        """The drafts in order; a row that continues another is put into it before that is placed."""
        works: dict[int, Draft] = {}
        drafts: list[Draft] = []
        for line in body.lines:
            draft = reader.read(line)
            if line.continues and (first := works.get(line.continues)) and not draft.left_out:
                absorb(kind, first, draft)
                draft.merged, draft.same_as_row, draft.same_as_sheet = True, first.number, sheet
                draft.reasons = [Reason("import_continues_row", {"row": str(first.number)})]
            works[draft.number] = draft
            drafts.append(draft)
        for place, draft in enumerate(drafts):
            if place % _STEP == 0:
                self.progress.step(min(_STEP, len(drafts) - place))
            if not draft.left_out and not draft.merged:
                self.merger.place(kind, sheet, draft)
            yield draft


def _places(kind: Kind, mapped: Mapped) -> Places:
    choices = [one for one in kind.of_type(FieldType.CHOICE)]
    return Places(
        number=mapped.column_of(NUMBER_COLUMN),
        title=mapped.column_of(kind.title),
        width=sum(bool(column.target) for column in mapped.columns),
        means=lambda text: any(spoken_code(one, text) for one in choices),
    )


def _row_plan(draft: Draft) -> RowPlan:
    if draft.left_out:
        verdict = Verdict.LEFT_OUT
    elif draft.merged:
        verdict = Verdict.MERGED
    else:
        verdict = Verdict.LOOK if any(reason.look for reason in draft.reasons) else Verdict.TAKEN
    return RowPlan(
        draft.number,
        verdict,
        tuple(draft.reasons),
        draft.values,
        draft.same_as_row,
        draft.same_as_record,
        draft.secrecy,
        draft.same_as_sheet,
    )


def _not_understood(table: Table) -> tuple[RowPlan, ...]:
    why = (Reason("import_no_kind"),)
    rows = (row for row in table.rows if sum(value is not None for value in row.values) >= 2)
    return tuple(RowPlan(row.number, Verdict.LEFT_OUT, why) for row in rows)


def _about_sheet(sheet: Sheet) -> tuple[Reason, ...]:
    notes = [
        Reason("import_legacy_read", {"encoding": encoding, "cells": cells})
        for encoding, cells in sheet.legacy.items()
    ]
    if sheet.suspected_legacy:
        notes.append(Reason("import_legacy_suspected", {"encoding": sheet.suspected_legacy}))
    return tuple(notes)


def _about_table(mapped: Mapped, body: Body) -> Iterator[Reason]:
    nameless = [column for column in mapped.columns if column.header and not column.target]
    if more := [column.header for column in nameless if says_more_of_people(column.header)]:
        yield Reason("import_columns_of_people", {"columns": "; ".join(more)})
    if lost := [column.header for column in nameless if column.header not in more]:
        yield Reason("import_columns_to_notes", {"columns": "; ".join(lost)})
    if unsure := [c.header or column_letter(c.index) for c in mapped.columns if c.target and not c.certain]:
        yield Reason("import_columns_unsure", {"columns": "; ".join(unsure)})
    twice = [header for header, n in Counter(c.header for c in mapped.columns if c.header).items() if n > 1]
    if twice:
        yield Reason("import_columns_twice", {"columns": "; ".join(twice)})
    if body.not_data:
        yield Reason("import_lines_skipped", {"rows": _numbers(body.not_data)})
    for line in body.notes[:20]:
        yield Reason("import_note_line", {"text": clean(line)[:300]})


def _numbers(numbers: Sequence[int]) -> str:
    """Row numbers as ranges: ``1–4, 95, 97–98``."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:50]]
    return ", ".join(shown) + (" …" if len(ranges) > 50 else "")
