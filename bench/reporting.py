"""Freeze and PDF at 2,000 records, against LibreOffice turning the same report's DOCX into PDF."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import report, timed
from stdesk.domain.periods import parse_period
from stdesk.services.desk import Desk


def _ours(folder: Path) -> int:
    with Desk.open(folder, read_only=True) as desk:
        snapshot = desk.reporting.draft(parse_period("2026"))
        return len(desk.reporting.documents(snapshot, ["pdf"])["bao-cao.pdf"])


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
    works = {"ours": _ours, "docx": _docx, "peer": _peer}
    report(timed(lambda: works[sys.argv[1]](Path(sys.argv[2]))))
