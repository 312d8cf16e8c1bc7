"""Import of a workbook: reading, planning and taking it in, against openpyxl's bare reading."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.measure import report, timed


def _bare(path: Path) -> int:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))


def _own_reading(path: Path) -> int:
    from stdesk.exchange.readers import read_workbook

    return sum(len(sheet.rows) for sheet in read_workbook(path).sheets)


def _ours(path: Path) -> int:
    from stdesk.services.desk import Desk

    with (
        tempfile.TemporaryDirectory() as folder,
        Desk.create(Path(folder) / "l", unit_code="A", unit_name="B") as desk,
    ):
        return sum(desk.intake.take(desk.intake.preview(path)).counts.values())


if __name__ == "__main__":
    works = {"bare": _bare, "reading": _own_reading, "ours": _ours}
    report(timed(lambda: works[sys.argv[1]](Path(sys.argv[2]))))
