"""Exports: what other programs find in them, what never leaves, and what never runs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stdesk import i18n
from stdesk.domain.kinds import Kind, all_kinds
from stdesk.domain.records import Record, State
from stdesk.errors import Exit, UserError
from stdesk.exchange.export import Exported, columns_of, default_name, export_records, suffixes, summary
from stdesk.exchange.streamed_sheet import MAX_CELL, cell_text, plain_text
from stdesk.progress import Cancelled, Progress
from stdesk.text import fold, nfc

KINDS = all_kinds()
P, T = KINDS["publication"], KINDS["research_task"]
FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", '=HYPERLINK("http://x","y")', "＝1+1"]


def record(number: int = 1, kind: str = "publication", secrecy: str = "thuong", **values: object) -> Record:
    return Record(f"01923456-7890-7abc-8def-{number:012}", kind, number, 1, State.COMPLETE, secrecy, values)


ARTICLE = record(
    3, title="Nâng cao hiệu quả phòng ngừa", document_type="journal_article", issued="2026-03-04",
    contributors=({"name": "Nguyễn Văn Hà", "rank": "colonel", "degree": "doctor"}, {"name": "Đỗ Thị Ánh"}),
    abstract="Dòng một\nDòng hai", keywords=("ma túy", "phòng ngừa"), tags=("riêng",),
)  # fmt: skip
TASK = record(
    4, "research_task", title="Đề tài về an ninh", code="BCA.2024.01", level="ministry", start="2024-05",
    end="2026", accepted="2026-04-27", funding_total=350_000_000,
    funding=({"source": "state_budget", "year": 2024, "approved": 100_000_000},
             {"source": "state_budget", "year": 2025, "approved": 50_000_000},
             {"source": "ministry", "approved": 200_000_000}),
)  # fmt: skip


def sheet_of(target: Path) -> list[dict[str, object]]:
    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_workbook_holds_typed_cells(tmp_path: Path) -> None:
    target = tmp_path / "đề tài.xlsx"
    assert export_records(T, [TASK], target) == Exported(1, 0)
    [row] = sheet_of(target)
    assert row["Tên nhiệm vụ"] == "Đề tài về an ninh" and row["Cấp"] == "Cấp bộ"
    assert row["Ngày nghiệm thu"] == datetime(2026, 4, 27)  # noqa: DTZ001 - openpyxl gives naive days
    assert row["Bắt đầu"] == "05/2024" and row["Kết thúc"] == "2026"
    assert row["Tổng kinh phí (đồng)"] == 350_000_000
    assert row["Kinh phí từ NSNN"] == 150_000_000 and row["Kinh phí Bộ Công an cấp"] == 200_000_000
    assert row["Kinh phí nguồn khác"] is None
    assert "200.000.000" in str(row["Kinh phí theo nguồn"]) and row["STT"] == 4
    assert list(row)[-1] == "Mã STDesk" and row["Mã STDesk"] == TASK.id


def test_workbook_is_laid_out_for_reading(tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    export_records(P, [ARTICLE, record(5, title="Tên khác")], target)
    sheet = openpyxl.load_workbook(target).active
    assert sheet.title == "Ấn phẩm, tài liệu"
    assert (
        sheet.freeze_panes == "A2"
        and sheet.auto_filter.ref.startswith("A1:")
        and sheet.auto_filter.ref.endswith("3")
    )
    assert sheet["A1"].font.bold and sheet.column_dimensions["C"].width > 40
    [row, _] = sheet_of(target)
    assert (
        row["Tác giả"].startswith("Đại tá")
        and "Nguyễn Văn Hà" in row["Tác giả"]
        and "Đỗ Thị Ánh" in row["Tác giả"]
    )
    assert row["Tóm tắt"] == "Dòng một\nDòng hai" and "Nhãn" not in row


@pytest.mark.parametrize("text", [*FORMULAS, "#N/A", "#REF!", "123", "TRUE", "1E5"])
def test_no_text_becomes_a_formula_in_a_workbook(text: str, tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    export_records(P, [record(1, title=text)], target)
    cell = next(c for c in openpyxl.load_workbook(target).active[2] if c.column == 3)
    assert cell.data_type == "s" and cell.value == text.replace("\r", "\n")
    with zipfile.ZipFile(target) as book:
        assert b"<f" not in b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)
    assert cell.quotePrefix is (text in FORMULAS)


@pytest.mark.parametrize("text", [*FORMULAS, "\n=1", "\0=1"])
def test_no_text_becomes_a_formula_in_csv(text: str, tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    export_records(P, [record(1, title=text)], target)
    rows = list(csv.reader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline="")))
    title = rows[1][rows[0].index("Tên tài liệu")]
    assert title.startswith("'") and title[1:] == text.replace("\0", "")


def test_csv_opens_in_excel_and_python(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    export_records(T, [TASK], target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline=""))
    assert row["Tên nhiệm vụ"] == "Đề tài về an ninh" and row["Tổng kinh phí (đồng)"] == "350000000"
    assert (
        row["Ngày nghiệm thu"] == "27/04/2026" and row["Bắt đầu"] == "05/2024" and row["Mã STDesk"] == TASK.id
    )


def test_json_lines_are_whole_records(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    export_records(P, [ARTICLE, record(2, title="Tên \ud800 lẻ")], target)
    first, second = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert first["keywords"] == ["ma túy", "phòng ngừa"] and first["id"] == ARTICLE.id and "tags" not in first
    assert second["title"] == "Tên \ud800 lẻ"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl", ".bib", ".ris"])
def test_secrets_never_leave(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"x{suffix}"
    secret = [
        record(n, title="Chuyên án Z9", secrecy=level) for n, level in enumerate(("mat", "tuyet_mat", "?"), 7)
    ]
    done = export_records(P, [ARTICLE, *secret], target)
    assert done == Exported(1, 3)
    content = target.read_bytes()
    if suffix == ".xlsx":
        with zipfile.ZipFile(target) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    assert b"Z9" not in content
    assert "3 hồ sơ có độ mật" in summary(done)


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.xls", "x.xlsx.exe"])
def test_other_endings_are_refused_with_the_choice(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        export_records(P, [ARTICLE], tmp_path / name)
    assert refused.value.exit_code is Exit.USAGE and ".xlsx" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_classes_cannot_be_cited(tmp_path: Path) -> None:
    sessions = KINDS["training_session"]
    with pytest.raises(UserError) as refused:
        export_records(sessions, [], tmp_path / "x.BIB")
    assert refused.value.code == "export_not_citable"
    assert suffixes(sessions) == (".xlsx", ".csv", ".jsonl") and ".ris" in suffixes(P)


def test_citations_are_written(tmp_path: Path) -> None:
    export_records(P, [ARTICLE], tmp_path / "x.bib")
    export_records(T, [TASK], tmp_path / "x.RIS")
    assert "@article{nguyen2026_3," in (tmp_path / "x.bib").read_text(encoding="utf-8")
    assert "TY  - RPRT" in (tmp_path / "x.RIS").read_text(encoding="utf-8")


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        export_records(P, [ARTICLE], tmp_path / "không có" / "x.csv")
    assert refused.value.exit_code is Exit.ENVIRONMENT


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl", ".ris"])
def test_a_cancelled_export_leaves_the_old_file(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"x{suffix}"
    target.write_text("trước", encoding="utf-8")
    progress = Progress()

    def until_tired():  # type: ignore[no-untyped-def]
        yield ARTICLE
        progress.cancel()
        yield ARTICLE

    with pytest.raises(Cancelled):
        export_records(P, until_tired(), target, progress=progress)
    assert target.read_text(encoding="utf-8") == "trước" and list(tmp_path.iterdir()) == [target]


def test_what_a_cell_cannot_hold() -> None:
    assert cell_text("a\x00b\x0bc\ufffe\ud800d") == ("abcd", False)
    assert cell_text("_x0041_") == ("_x005F_x0041_", False)
    assert cell_text("e\u0302") == ("ê", False)
    shown, cut = cell_text("😀" * 20_000)
    assert cut and shown.endswith("…") and len(shown.encode("utf-16-le")) // 2 <= MAX_CELL
    assert cell_text("x" * MAX_CELL) == ("x" * MAX_CELL, False)


def test_long_texts_are_counted(tmp_path: Path) -> None:
    done = export_records(P, [record(1, title="Tên", abstract="dài " * 20_000)], tmp_path / "x.xlsx")
    assert done.shortened == 1 and "1 ô" in summary(done)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_headers_lead_back_to_their_fields(kind: Kind, language: str) -> None:
    i18n.use(language)
    try:
        headers = [fold(column.header) for column in columns_of(kind)]
        assert len(headers) == len(set(headers)), "an import could not tell two columns apart"
        labels = {fold(str(field.label)): field.name for field in kind.fields}
        for column in columns_of(kind):
            if column.spread is None:
                assert labels[fold(column.header)] == column.field.name
    finally:
        i18n.use("vi")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXTS, amount=st.integers(0, 10**15 - 1), day=st.dates(date(1900, 3, 1), date(2100, 12, 31)))
def test_values_come_back_from_a_workbook(title: str, amount: int, day: date, tmp_path: Path) -> None:
    from stdesk.domain.records import canonical_values

    values = canonical_values(T, {"title": title, "funding_total": amount, "accepted": day.isoformat()})
    target = tmp_path / "x.xlsx"
    export_records(T, [record(1, "research_task", **values)], target)
    [row] = sheet_of(target)
    assert row["Tên nhiệm vụ"] == values.get("title")
    assert row["Tổng kinh phí (đồng)"] == amount and row["Ngày nghiệm thu"].date() == day


@given(TEXTS)
def test_plain_text_never_begins_a_formula(text: str) -> None:
    assert not plain_text(text).startswith(("=", "+", "-", "@"))
    assert plain_text(text).removeprefix("'") == nfc(text).removeprefix("'")


def test_a_name_to_propose() -> None:
    assert default_name(P, date(2026, 11, 14), ".csv") == "publication-2026-11-14.csv"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_reads_the_workbook_as_we_meant_it(tmp_path: Path) -> None:
    export_records(T, [TASK, record(5, "research_task", title="=1+1", host="@SUM(1)")], tmp_path / "x.xlsx")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", str(tmp_path),
         str(tmp_path / "x.xlsx")],
        check=True, capture_output=True, timeout=110,
    )  # fmt: skip
    first, second = csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8"), newline=""))
    assert first["Tên nhiệm vụ"] == "Đề tài về an ninh" and first["Ngày nghiệm thu"] == "27/04/2026"
    assert first["Tổng kinh phí (đồng)"].replace(",", "") == "350000000" and first["Mã STDesk"] == TASK.id
    assert second["Tên nhiệm vụ"] == "=1+1" and second["Đơn vị chủ trì"] == "@SUM(1)"
