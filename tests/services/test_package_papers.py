"""Delivery note and label say what was really written, after writing and from the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from stdesk import cli
from stdesk.clock import fixed_clock
from stdesk.errors import UserError
from stdesk.services import package_papers
from stdesk.services.desk import Desk
from stdesk.services.handover import Handed
from stdesk.services.package_papers import A6, FileFacts, PackageFacts, Written
from tests.helpers import handing

NOW = datetime(2026, 11, 12, 3, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    handing.plain_documents(monkeypatch)
    with handing.unit(tmp_path / "kho", fixed_clock(NOW)) as opened:
        yield opened


def written_of(handed: Handed, facts: PackageFacts | None = None) -> Written:
    at = "2026-11-12T03:05:00Z"
    return Written(handed.period, handed.submission, handed.trial, at, facts or handed.facts, handed.name)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdfium.PdfDocument(pdf)]


def test_note_has_the_code_of_the_very_file_twice(desk: Desk, tmp_path: Path) -> None:
    handed = handing.submit(desk, tmp_path / "usb")
    said = pages(package_papers.note(desk, written_of(handed)))
    code = hashlib.sha512(handed.path.read_bytes()).hexdigest()
    both = " ".join(said).replace(" ", "")
    assert both.count(code) == 2 and both.count(handed.path.name.replace(" ", "")) == 2
    assert "Bản 1: bên giao giữ" in said[0] and f"trang 1/{len(said) // 2}" in said[0]
    second = said[len(said) // 2]
    assert "Bản 2: bên nhận giữ" in second and f"trang 1/{len(said) // 2}" in second
    assert said[0].replace("Bản 1: bên giao giữ", "") == second.replace("Bản 2: bên nhận giữ", "")


def test_note_names_the_files_inside_and_the_words_of_the_key(desk: Desk, tmp_path: Path) -> None:
    handed = handing.submit(desk, tmp_path / "usb")
    said = " ".join(pages(package_papers.note(desk, written_of(handed))))
    assert "data/bao-cao.pdf" in said and "Chìa khóa ký của đơn vị" in said
    assert all(word in said for word in handed.words)


def test_several_files_stand_in_the_note_and_one_label_counts_them(desk: Desk, tmp_path: Path) -> None:
    handed = handing.submit(desk, tmp_path / "usb")
    parts = (FileFacts("KHCN-X-P1.zip", 4_000_000_000, "a" * 128), FileFacts("KHCN-X-P2.zip", 7, "b" * 128))
    facts = PackageFacts("KHCN-X-P1.zip", 4_000_000_007, "a" * 128, parts=parts)
    note = " ".join(pages(package_papers.note(desk, written_of(handed, facts))))
    assert "KHCN-X-P1.zip" in note and "KHCN-X-P2.zip" in note and "b" * 128 in note.replace(" ", "")
    label = " ".join(pages(package_papers.label(desk, written_of(handed, facts), A6)))
    assert "KHCN-X-P1.zip" in label and "và 1 tệp khác đi cùng" in label


def test_label_says_unit_report_day_and_receiver(desk: Desk, tmp_path: Path) -> None:
    handed = handing.submit(desk, tmp_path / "usb")
    said = " ".join(pages(package_papers.label(desk, written_of(handed), A6)))
    for part in ("PHÒNG PC09", "Năm 2026, lần nộp 01", "12/11/2026", "Cục Khoa học", "không niêm phong"):
        assert part in said


def test_facts_of_a_report_are_those_of_its_newest_package(desk: Desk, tmp_path: Path) -> None:
    report = handing.freeze(desk)
    assert package_papers.facts_of_report(desk, report) is None
    blocked = tmp_path / "tep"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(UserError):
        desk.handover.pack_report(report, blocked)
    assert package_papers.facts_of_report(desk, report) is None  # a failed try is no package
    handed = desk.handover.pack_report(report, tmp_path / "usb")
    facts = package_papers.facts_of_report(desk, report)
    assert facts is not None and (facts.name, facts.sha512) == (handed.path.name, handed.sha512)


def test_papers_of_a_report_that_is_not_here(desk: Desk) -> None:
    gone = Written("2024", 1, False, "2026-11-12T03:05:00Z", PackageFacts("x.zip", 1, "a" * 128), "x")
    with pytest.raises(UserError) as error:
        package_papers.note(desk, gone)
    assert error.value.code == "not_frozen"


def test_command_fills_the_note_when_the_package_is_made(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # real documents from here on
    handed = handing.submit(desk, tmp_path / "usb")
    folder = desk.folder
    desk.close()
    out = tmp_path / "giay"
    asked = ["report", str(folder), "--period", "2026", "-o", str(out), "--format", "note-pdf"]
    assert cli.run(asked) == 0
    capsys.readouterr()
    said = "".join(pages((out / "phieu-giao-nhan.pdf").read_bytes())).replace(" ", "")
    assert handed.sha512 in said
