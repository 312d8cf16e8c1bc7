"""The plan, the report, the half-year by command line: worded, frozen, printed, found again from paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from stdesk.cli import run

Capture = pytest.CaptureFixture[str]
MAIN = ("bao-cao.pdf", "bao-cao.docx", "phu-luc.xlsx")


def _json(capsys: Capture, *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(arguments)
    return code, json.loads(capsys.readouterr().out)


def _make_ready(library: Path, capsys: Capture, period: str) -> None:
    """Word what may not be empty, and give a reason for the rest."""
    _, checked = _json(capsys, "check", str(library), "--period", period, "--json")
    for one in checked["findings"]:
        if one["severity"] == "block":
            words = [
                "write",
                str(library),
                "--period",
                period,
                "--sentence",
                one["field"],
                "--text",
                "Còn kiêm nhiệm.",
            ]
            assert run(words) == 0
    for rule in sorted({one["rule"] for one in checked["findings"] if one["severity"] == "explain"}):
        assert run(["explain", str(library), "--period", period, "--rule", rule, "Đang bổ sung hồ sơ"]) == 0


@pytest.mark.parametrize("period", ["2026-H1", "2027-KH", "2021-2026", "20260101-20260930"])
def test_every_kind_of_period_has_its_document(library: Path, tmp_path: Path, period: str) -> None:
    assert run(["freeze", str(library), "--period", period, "--trial"]) == 0
    assert run(["report", str(library), "--period", period, "--trial", "-o", str(tmp_path / "ra")]) == 0
    assert sorted(one.name for one in (tmp_path / "ra").iterdir()) == sorted(MAIN)
    assert len(pypdfium2.PdfDocument(tmp_path / "ra" / "bao-cao.pdf")) >= 2


def test_a_real_half_year_is_frozen_once_and_again_only_for_a_reason(
    library: Path, tmp_path: Path, capsys: Capture
) -> None:
    period = ["--period", "2026-H1"]
    assert run(["freeze", str(library), *period]) == 1
    _make_ready(library, capsys, "2026-H1")
    assert run(["check", str(library), *period]) == 0
    assert run(["freeze", str(library), *period]) == 0
    capsys.readouterr()
    assert run(["freeze", str(library), *period]) == 1
    assert "--reason" in capsys.readouterr().err
    assert run(["freeze", str(library), *period, "--reason", "Bổ sung nhiệm vụ nghiệm thu tháng 6"]) == 0
    assert "02" in capsys.readouterr().out
    assert run(["report", str(library), *period, "-o", str(tmp_path / "ra")]) == 0
    assert run(["package", str(library), *period, "-o", str(tmp_path / "goi")]) == 0
    (package,) = (tmp_path / "goi").glob("*-2026-H1-L02.zip")
    assert run(["verify", str(package)]) == 0


def test_a_refused_freeze_leaves_no_reopening_behind(library: Path, capsys: Capture) -> None:
    period = ["--period", "2026-H1"]
    _make_ready(library, capsys, "2026-H1")
    assert run(["freeze", str(library), *period]) == 0
    _, checked = _json(capsys, "write", str(library), *period, "--json")
    needed = next(one["id"] for one in checked if one["required"])
    assert run(["write", str(library), *period, "--sentence", needed, "--text", ""]) == 1
    capsys.readouterr()
    assert run(["freeze", str(library), *period, "--reason", "Bổ sung"]) == 1
    assert run(["write", str(library), *period, "--sentence", needed, "--text", "Còn kiêm nhiệm."]) == 0
    capsys.readouterr()
    assert run(["freeze", str(library), *period]) == 1
    assert "--reason" in capsys.readouterr().err


def test_letter_and_note_are_made_too(library: Path, tmp_path: Path) -> None:
    run(["freeze", str(library), "--period", "2026", "--trial"])
    formats = "letter,letter-pdf,note,note-pdf"
    arguments = [
        "report",
        str(library),
        "--period",
        "2026",
        "--trial",
        "-o",
        str(tmp_path),
        "--format",
        formats,
    ]
    assert run(arguments) == 0
    names = {"cong-van.docx", "cong-van.pdf", "phieu-giao-nhan.docx", "phieu-giao-nhan.pdf"}
    assert names <= {one.name for one in tmp_path.iterdir()}
    assert all((tmp_path / name).stat().st_size > 2000 for name in names)


def test_a_printed_page_is_known_by_its_code_and_by_its_scan(
    library: Path, tmp_path: Path, capsys: Capture
) -> None:
    run(["freeze", str(library), "--period", "2026", "--trial"])
    run(["report", str(library), "--period", "2026", "--trial", "-o", str(tmp_path), "--format", "pdf"])
    pdf = tmp_path / "bao-cao.pdf"
    code, (found,) = _json(capsys, "paper", str(library), str(pdf), "--json")
    pages = len(pypdfium2.PdfDocument(pdf))
    assert (code, found["pages"], found["found"], found["missing"]) == (
        0,
        pages,
        list(range(1, pages + 1)),
        [],
    )
    assert (found["report"]["period"], found["report"]["trial"]) == ("2026", True)
    printed = found["code"]
    code, (typed,) = _json(capsys, "paper", str(library), printed.lower().replace("-", " "), "--json")
    assert code == 0 and typed["report"] == found["report"]
    wrong = ("7" if printed[0] != "7" else "8") + printed[1:]
    code, (slipped,) = _json(capsys, "paper", str(library), wrong, "--json")
    assert code == 1 and slipped["report"] is None and slipped["near"] == [found["report"]]
    code, (other,) = _json(capsys, "paper", str(library), "2222-2222-2222", "--json")
    assert code == 1 and other["near"] == []


def test_the_units_own_words_are_printed_and_empty_goes_back(library: Path, capsys: Capture) -> None:
    words = ["write", str(library), "--period", "2026", "--sentence", "difficulties"]
    assert run([*words, "--text", "Đường truyền yếu; cán bộ kiêm nhiệm."]) == 0
    _, (said,) = _json(capsys, *words, "--json")
    assert said["text"] == "Đường truyền yếu; cán bộ kiêm nhiệm." and said["own"] and not said["blank"]
    assert run([*words, "--text", ""]) == 1
    _, (said,) = _json(capsys, *words, "--json")
    assert said["blank"] and not said["own"]
    assert run(["write", str(library), "--period", "2026", "--sentence", "không có", "--text", "x"]) in (1, 2)


def test_the_findings_come_as_a_workbook(library: Path, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "viec can lam.xlsx"
    code, checked = _json(capsys, "check", str(library), "--period", "2026", "--json", "--xlsx", str(target))
    assert code == 1
    sheet = openpyxl.load_workbook(target).active
    rules = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {one["rule"] for one in checked["findings"]} <= set(rules)


def test_a_year_that_has_not_begun_is_refused(library: Path, capsys: Capture) -> None:
    assert run(["freeze", str(library), "--period", "2099"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
