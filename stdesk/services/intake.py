"""Other people's workbooks in: looked at first, then taken in one act that one undo takes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from stdesk import i18n
from stdesk.domain.records import Changes, State
from stdesk.domain.secrecy import ORDINARY
from stdesk.exchange.mapping import RememberedMapping, read_mapping, remember
from stdesk.exchange.plan import (
    ColumnPlan,
    ImportPlan,
    RowPlan,
    SheetPlan,
    Verdict,
    plan_import,
    plan_to_json,
    replan,
)
from stdesk.exchange.readers import read_workbook
from stdesk.exchange.reasons import Reason
from stdesk.progress import Progress
from stdesk.services.guard import looks_secret
from stdesk.services.safeguard import Before, no_backup
from stdesk.store.library import Library, Work

__all__ = [
    "ColumnPlan",
    "ImportPlan",
    "Intake",
    "RowPlan",
    "SheetPlan",
    "Taken",
    "Verdict",
    "plan_to_json",
    "read_mapping",
]

_REMEMBERED = "mapping:"


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: rows by verdict, and the change for views."""

    counts: Mapping[Verdict, int]
    changes: Changes


class Intake:
    """Imports into an open library."""

    def __init__(self, library: Library, today: Callable[[], date], before: Before = no_backup) -> None:
        self._library = library
        self._today = today
        self._before = before

    def preview(
        self,
        path: Path,
        *,
        sheet: str = "",
        kind: str = "",
        mapping: RememberedMapping | None = None,
        progress: Progress | None = None,
    ) -> ImportPlan:
        """Read a workbook and say what would become of each of its rows. Writes nothing.

        Args:
            path: the workbook.
            sheet: only this sheet; every visible one otherwise.
            kind: the kind of its rows, when the person knows better.
            mapping: columns as the person says, for every sheet read.
            progress: how far, and the way to stop.

        Raises:
            UserError: the file is no workbook, locked by a password, damaged, too big.
        """
        progress = progress or Progress()
        workbook = read_workbook(path, progress)
        plan = plan_import(
            workbook,
            self._library.kinds,
            today=self._today(),
            existing=self._library.records(),
            mappings=self._remembered(),
            forced=mapping,
            sheet=sheet,
            kind=kind,
            ceiling=self._library.settings.get("secrecy_ceiling") or ORDINARY,
            progress=progress,
        )
        return _guarded(plan)

    def correct(
        self,
        plan: ImportPlan,
        sheet: str,
        *,
        kind: str | None = None,
        columns: Mapping[int, str] | None = None,
        left_out: bool | None = None,
    ) -> ImportPlan:
        """The plan with a sheet's kind or columns as the person corrected them, or the sheet left out."""
        again = replan(
            plan,
            sheet,
            self._library.kinds,
            today=self._today(),
            existing=self._library.records(),
            kind=kind,
            columns=columns,
            left_out=left_out,
        )
        return _guarded(again)

    def take(self, plan: ImportPlan, progress: Progress | None = None) -> Taken:
        """Take the rows of ``plan`` in, as one act; remembers the mappings that were corrected."""
        progress = progress or Progress()
        counts = dict.fromkeys(Verdict, 0)
        self._before("import", progress)
        progress.start(sum(len(one.rows) for one in plan.taken), i18n.tr("Saving"))
        with self._library.work("imported", file=plan.path.name) as work:
            for one in plan.taken:
                for row in one.rows:
                    counts[row.verdict] += 1
                    _take_row(work, one.kind, row)
                    progress.step()
        self._remember(plan)
        return Taken(counts, work.changes)

    def _remembered(self) -> dict[str, RememberedMapping]:
        return {
            key.removeprefix(_REMEMBERED): RememberedMapping.from_json(json.loads(text))
            for key, text in self._library.settings.all().items()
            if key.startswith(_REMEMBERED)
        }

    def _remember(self, plan: ImportPlan) -> None:
        for one in plan.taken:
            if one.kind and plan.corrected(one.sheet):
                fingerprint, mapping = remember(one)
                text = json.dumps(mapping.to_json(), ensure_ascii=False, sort_keys=True)
                self._library.settings.put(**{f"{_REMEMBERED}{fingerprint}": text})


def _take_row(work: Work, kind: str, row: RowPlan) -> None:
    if row.verdict is Verdict.TAKEN:
        work.create(kind, row.values, state=State.COMPLETE, secrecy=row.secrecy)
    elif row.verdict is Verdict.LOOK:
        work.create(kind, row.values, state=State.DRAFT, secrecy=row.secrecy)
    elif row.verdict is Verdict.MERGED and row.same_as_record and row.values:
        work.update(row.same_as_record, row.values)


def _guarded(plan: ImportPlan) -> ImportPlan:
    """``plan`` with a note at each sheet that has rows with a secrecy mark or a person's number in them."""
    return replace(plan, sheets=tuple(_guarded_sheet(one) for one in plan.sheets))


def _guarded_sheet(sheet: SheetPlan) -> SheetPlan:
    notes = [one for one in sheet.notes if one.code != "guard_rows"]
    kept = [row for row in sheet.rows if row.secrecy == ORDINARY and looks_secret(row.values.values())]
    if kept:
        first = ", ".join(str(row.number) for row in kept[:5])
        notes.insert(
            0, Reason("guard_rows", {"n": len(kept), "rows": first + ("…" if len(kept) > 5 else "")})
        )
    return replace(sheet, notes=tuple(notes)) if tuple(notes) != sheet.notes else sheet
