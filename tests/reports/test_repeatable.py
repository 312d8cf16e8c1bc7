"""Made again on another day, in another time zone, with another hash seed: the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from stdesk.reports.docx import render_docx
from stdesk.reports.fixed_zip import FixedZip
from stdesk.reports.pdf import render_pdf
from stdesk.reports.xlsx import render_xlsx
from tests.reports.samples import KINDS, sample

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import hashlib, sys, time, datetime
shift = float(sys.argv[1])
real = time.time
time.time = lambda: real() + shift
from stdesk.domain.kinds import all_kinds
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.docx import render_docx
from stdesk.reports.pdf import render_pdf
from stdesk.reports.xlsx import render_xlsx
snapshot = Snapshot.from_bytes(sys.stdin.buffer.read())
for render in (render_pdf, render_docx, render_xlsx):
    print(hashlib.sha256(render(snapshot, all_kinds())).hexdigest())
"""


def elsewhere(data: bytes, seed: str, zone: str, shift: int) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(shift)],
        input=data,
        capture_output=True,
        env=environment,
        check=True,
    )
    return done.stdout.decode().split()


def test_the_same_bytes_elsewhere() -> None:
    frozen = sample()
    here = [
        hashlib.sha256(render(frozen, KINDS)).hexdigest() for render in (render_pdf, render_docx, render_xlsx)
    ]
    assert elsewhere(frozen.to_bytes(), "1", "Asia/Ho_Chi_Minh", 86_400 * 40) == here
    assert elsewhere(frozen.to_bytes(), "77", "America/Los_Angeles", -86_400 * 3) == here


def test_freezing_again_gives_the_same_snapshot() -> None:
    assert sample().to_bytes() == sample().to_bytes()


def test_the_dates_inside_are_those_of_the_freezing() -> None:
    frozen = sample()
    assert b"D:20261110203000+00'00'" in render_pdf(frozen, KINDS)
    for data in (render_docx(frozen, KINDS), render_xlsx(frozen, KINDS)):
        with ZipFile(BytesIO(data)) as archive:
            assert {one.date_time for one in archive.infolist()} == {(2026, 11, 10, 20, 30, 0)}
            assert {one.create_system for one in archive.infolist()} == {0}
            assert archive.namelist()[0] == "[Content_Types].xml"
            assert archive.testzip() is None
            assert b"2026-11-10T20:30:00Z" in archive.read("docProps/core.xml")


@dataclass(frozen=True)
class _Of:
    title: str
    author: str
    created: datetime


@pytest.mark.parametrize("year", [1970, 2500])
def test_years_a_zip_cannot_write(year: int) -> None:
    moment = datetime(year, 5, 6, tzinfo=UTC)
    package = FixedZip(moment)
    package.write("b", "b")
    package.stream("c.xml", ("<c>", "ộ" * 70_000, "</c>"))
    package.properties(_Of("<&>\x00", "A", moment), subject="", note="")
    with ZipFile(BytesIO(package.finish())) as archive:
        assert archive.read("b") == b"b"
        assert archive.read("c.xml").decode().endswith("ộ</c>")
        assert "<dc:title>&lt;&amp;&gt;</dc:title>" in archive.read("docProps/core.xml").decode()
        assert archive.testzip() is None
