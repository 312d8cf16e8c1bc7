"""What an import understood, in words: verdicts, targets of columns, values of a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.secrecy import ORDINARY
from stdesk.domain.values import show
from stdesk.i18n import count, tr
from stdesk.services.desk import Desk
from stdesk.services.intake import ImportPlan, RowPlan, SheetPlan, Verdict
from stdesk.ui.tables.rows_model import Cell

_LOOKS = {
    Verdict.TAKEN: ("check-circle", "green"),
    Verdict.MERGED: ("copy", "blue"),
    Verdict.LOOK: ("warning", "amber"),
    Verdict.LEFT_OUT: ("prohibit", "text_soft"),
}
_NO_COLUMN = (FieldType.FILES, FieldType.LINKS)
_EXAMPLES = 3
_LONGEST = 60
_MOST_TITLES = 2_000  # looked up, a third of a millisecond each


def verdict_look(verdict: Verdict) -> tuple[str, str]:
    """Icon and colour of a verdict."""
    return _LOOKS[verdict]


def verdict_word(verdict: Verdict) -> str:
    """What a verdict is called on the screen."""
    return {
        Verdict.TAKEN: tr("Taken in"),
        Verdict.MERGED: tr("Merged"),
        Verdict.LOOK: tr("Needs a look"),
        Verdict.LEFT_OUT: tr("Left out"),
    }[verdict]


def entering(plan: ImportPlan) -> int:
    """How many rows become records of their own or fill a record of the library."""
    filled = sum(
        1
        for sheet in plan.taken
        for row in sheet.rows
        if row.verdict is Verdict.MERGED and row.same_as_record and row.values
    )
    return plan.count(Verdict.TAKEN) + plan.count(Verdict.LOOK) + filled


def targets_of(kind: Kind) -> list[tuple[str, str]]:
    """(target, label) of everything a column of a sheet of ``kind`` can be, the notes first."""
    found = [("", tr("Keep as text in the notes")), ("#", tr("Running number (not taken in)"))]
    found.append(("id", tr("Id given by STDesk (finds the very record again)")))
    for field in kind.shown:
        if field.type in _NO_COLUMN:
            continue
        if not field.columns or field.spreads:
            found.append((field.name, str(field.label)))
        found.extend((f"{field.name}.{one.name}", str(one.label)) for one in field.spreads)
    found.extend((f"{one.start}..{one.end}", str(one.label)) for one in kind.spans)
    found.append(("secrecy", tr("Secrecy level")))
    if {"participants", "women"} <= set(kind.by_name):
        found.append(("men", tr("Number of men")))
    return found


def shown_values(kind: Kind, row: RowPlan) -> list[tuple[str, str]]:
    """(label, text) of every field understood in ``row``, in the order of the form."""
    found = [
        (str(field.label), show(field, row.values[field.name]))
        for field in kind.shown
        if row.values.get(field.name) is not None
    ]
    if row.secrecy != ORDINARY:
        code = code_list("secrecy").get(row.secrecy)
        found.append((tr("Secrecy level"), str(code.text) if code else row.secrecy))
    return found


def examples(kind: Kind, sheet: SheetPlan, target: str) -> str:
    """The first values understood in the column of ``target``; empty when they are not one field's."""
    name = target.partition("..")[0]
    field = kind.by_name.get(name)
    if field is None:
        return ""
    found: list[str] = []
    for row in sheet.rows[:200]:
        value = row.values.get(name)
        text = show(field, value).replace("\n", ", ") if value is not None else ""
        if text and text not in found:
            found.append(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
        if len(found) == _EXAMPLES:
            break
    return "  ·  ".join(found)


def row_cells(
    kind: Kind | None, rows: tuple[RowPlan, ...], titles: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    """The cells of the table of rows: verdict, row number, title, people, why.

    ``titles`` names the library's records: a row that only adds to one may hold no title of its own.
    """
    words = {
        verdict: Cell(verdict_word(verdict), *verdict_look(verdict), coloured=verdict is not Verdict.TAKEN)
        for verdict in Verdict
    }
    return [
        (words[row.verdict], count(row.number), _title(kind, row, titles), _people(kind, row), row.why)
        for row in rows
    ]


def _title(kind: Kind | None, row: RowPlan, titles: Mapping[str, str]) -> str:
    own = str(row.values.get(kind.title) or "") if kind else ""
    return own or titles.get(row.same_as_record or "", "")


def titles_in_library(desk: Desk, plan: ImportPlan) -> dict[str, str]:
    """Record id -> title, of the records that rows without a title were merged into."""
    found: dict[str, str] = {}
    for sheet in plan.sheets:
        title = desk.kinds[sheet.kind].title if sheet.kind else ""
        for row in sheet.rows:
            if len(found) == _MOST_TITLES:
                return found
            if row.same_as_record and not row.values.get(title):
                found[row.same_as_record] = str(desk.catalogue.record(row.same_as_record).get(title) or "")
    return found


def _people(kind: Kind | None, row: RowPlan) -> str:
    if kind is None or not kind.people:
        return ""
    return "; ".join(str(one.get("name", "")) for one in row.values.get(kind.people) or ())


def column_letter(index: int) -> str:
    """The letter Excel shows over a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
