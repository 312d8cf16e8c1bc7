"""A report of 5,000 records: checked, frozen and made, against LibreOffice turning its DOCX into PDF."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import report, timed
from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk

_DPI = 110  # the preview at 1366x768


def _ours(folder: Path) -> dict[str, float]:
    """Seconds of each step, in the order a person goes through them."""
    with Desk.open(folder, read_only=True) as desk:
        steps: dict[str, float] = {}
        snapshot = _step(steps, "check, freeze", lambda: desk.reporting.draft(parse_period("2026")))
        steps["records"] = sum(len(found) for found in snapshot.records.values())
        for form in ("pdf", "docx", "xlsx"):
            _step(steps, form, partial(desk.reporting.documents, snapshot, [form]))
        return steps


def _first(folder: Path) -> dict[str, float]:
    """Seconds from a snapshot to the picture of its first page: the first time, and the times after."""
    import pypdfium2

    with Desk.open(folder, read_only=True) as desk:
        snapshot = desk.reporting.draft(parse_period("2026"))

        def look() -> Any:
            document = pypdfium2.PdfDocument(desk.reporting.first_pages(snapshot))
            return document[0].render(scale=_DPI / 72)

        steps: dict[str, float] = {}
        _step(steps, "first", look)
        for turn in range(5):
            _step(steps, f"again {turn}", look)
        return steps


def _step(steps: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    made = work()
    steps[name] = time.perf_counter() - start
    return made


def _docx(folder: Path) -> int:
    with Desk.open(folder, read_only=True) as desk:
        snapshot = desk.reporting.draft(parse_period("2026"))
        desk.reporting.write(snapshot, folder / "made", ["docx"])
    return 0


def _peer(folder: Path) -> int:
    with tempfile.TemporaryDirectory() as out:
        command = [
            "soffice",
            f"-env:UserInstallation=file://{out}/profile",
            "--headless",
            "--convert-to",
            "pdf",
        ]
        docx = folder / "made" / "bao-cao.docx"
        subprocess.run([*command, "--outdir", out, str(docx)], check=True, capture_output=True)
        return (Path(out) / "bao-cao.pdf").stat().st_size


if __name__ == "__main__":
    works: dict[str, Callable[[Path], Any]] = {"ours": _ours, "first": _first, "docx": _docx, "peer": _peer}
    report(timed(lambda: works[sys.argv[1]](Path(sys.argv[2]))))
