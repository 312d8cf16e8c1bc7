"""The command line as other programs call it: answers, JSON shapes, exit codes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import bagit
import pytest

from stdesk.cli import run
from stdesk.services.sample import sample_workbook

Capture = pytest.CaptureFixture[str]


def _json(capsys: Capture, *arguments: str, code: int = 0) -> Any:
    assert run(arguments) == code
    return json.loads(capsys.readouterr().out)


def test_init_makes_a_library_and_refuses_a_second(tmp_path: Path, capsys: Capture) -> None:
    library = tmp_path / "Kho của tôi"
    arguments = ["init", str(library), "--unit-code", "CAT-MH", "--unit-name", "Công an tỉnh Minh Hải"]
    assert run(arguments) == 0
    assert (library / "library.db").exists()
    capsys.readouterr()
    assert run(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_init_wants_a_unit_with_a_name(tmp_path: Path, capsys: Capture) -> None:
    assert run(["init", str(tmp_path / "a"), "--unit-code", "  ", "--unit-name", "x"]) == 1
    assert "mã hoặc tên" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_every_row_of_the_sample_is_accounted_for(tmp_path: Path, capsys: Capture) -> None:
    library = tmp_path / "kho"
    run(["init", str(library), "--unit-code", "CAT-MH", "--unit-name", "Công an tỉnh Minh Hải"])
    capsys.readouterr()
    answer = _json(capsys, "import", str(library), str(sample_workbook()), "--json")
    sheets = {one["sheet"]: one for one in answer["sheets"]}
    expected = {
        "Ấn phẩm": ("publication", 86),
        "Đề tài": ("research_task", 46),
        "Tập huấn": ("training_session", 17),
        "De tai cu (TCVN3)": ("research_task", 24),
    }
    assert set(sheets) == set(expected)
    for name, (kind, rows) in expected.items():
        one = sheets[name]
        assert (one["kind"], one["rows"]) == (kind, rows)
        assert one["taken"] + one["merged"] + one["look"] + one["left_out"] == rows
        assert len(one["verdicts"]) == rows
    merged = {v["row"] for v in sheets["Ấn phẩm"]["verdicts"] if v["verdict"] == "merged"}
    assert merged == {31, 39}  # the two planted doubles
    assert sheets["Ấn phẩm"]["left_out"] == 0


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: Capture) -> None:
    library = tmp_path / "kho"
    run(["init", str(library), "--unit-code", "A", "--unit-name", "B"])
    capsys.readouterr()
    answer = _json(capsys, "import", str(library), str(sample_workbook()), "--dry-run", "--json")
    assert sum(one["rows"] for one in answer["sheets"]) == 173
    assert run(["find", str(library), "kỹ thuật"]) == 1


def test_importing_twice_changes_nothing(library: Path, capsys: Capture) -> None:
    before = _json(capsys, "find", str(library), "cong an", "--limit", "500", "--json")
    answer = _json(capsys, "import", str(library), str(sample_workbook()), "--json")
    for one in answer["sheets"]:
        assert one["merged"] == one["rows"], one["sheet"]
    assert _json(capsys, "find", str(library), "cong an", "--limit", "500", "--json") == before


def test_one_undo_takes_the_whole_import_back(library: Path, capsys: Capture) -> None:
    assert run(["undo", str(library)]) == 0
    assert run(["find", str(library), "cong", "an"]) == 1
    assert run(["undo", str(library), "--redo"]) == 0
    capsys.readouterr()
    assert run(["find", str(library), "cong", "an"]) == 0


@pytest.mark.parametrize(
    ("plain", "accented"),
    [("ky thuat hinh su", "kỹ thuật hình sự"), ("de an 06", "đề án 06"), ("ma tuy", "ma túy")],
)
def test_search_needs_no_accents(library: Path, capsys: Capture, plain: str, accented: str) -> None:
    def found(words: str) -> set[str]:
        return {one["id"] for one in _json(capsys, "find", str(library), words, "--limit", "999", "--json")}

    assert found(plain) == found(accented) == found(accented.upper())
    assert len(found(plain)) > 5


def test_the_tcvn3_sheet_reads_as_vietnamese(library: Path, capsys: Capture) -> None:
    hits = _json(capsys, "find", str(library), "Hoàng Xuân Ánh", "--json")
    assert [one["kind"] for one in hits] == ["research_task"]
    record = _json(capsys, "show", str(library), hits[0]["id"], "--json")
    assert record["values"]["title"] == (
        "Thực trạng và giải pháp xây dựng lực lượng Công an xã chính quy giai đoạn 2021-2028"
    )
    assert record["values"]["accepted"] == "2008"
    assert record["values"]["grade"] == "dat"


def test_every_publication_has_its_people_split(library: Path, capsys: Capture) -> None:
    target = library.parent / "an-pham.jsonl"
    assert run(["export", str(library), "--kind", "publication", "-o", str(target)]) == 0
    capsys.readouterr()
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 84  # 86 declared, two of them twice
    for row in rows:
        assert row["contributors"], row["title"]
        for person in row["contributors"]:
            assert not {"Đại", "tá", "úy", "uý", "TS", "ThS", "Thạc", "PGS"} & set(person["name"].split()), (
                person
            )
            assert 2 <= len(person["name"].split()) <= 4, person


def test_show_and_history_by_number(library: Path, capsys: Capture) -> None:
    record = _json(capsys, "show", str(library), "publication/1", "--json")
    assert record["number"] == 1
    entries = _json(capsys, "history", str(library), record["id"], "--json")
    assert [one["label"] for one in entries] == ["imported"]
    assert run(["show", str(library), "publication/9999"]) == 1
    assert "publication/9999" in capsys.readouterr().err


def test_check_names_rule_record_field_and_advice(library: Path, capsys: Capture) -> None:
    code = run(["check", str(library), "--period", "2026", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["ready"] is False
    findings = answer["findings"]
    assert code == 1
    wrong_issn = [one for one in findings if one["rule"] == "issn_check_digit"]
    assert wrong_issn
    for one in wrong_issn:
        assert one["field"] == "issn"
        assert "1859-4213" in one["message"]
        assert one["advice"]
        assert one["record"]
    rules = {one["rule"] for one in findings}
    assert len(rules) >= 8, rules
    for one in findings:
        assert set(one) >= {"rule", "severity", "record", "number", "field", "message", "advice", "article"}
        assert "{" not in one["message"] + one["advice"]


def test_a_period_with_open_findings_is_not_frozen(library: Path, capsys: Capture) -> None:
    assert run(["freeze", str(library), "--period", "2026"]) == 1
    assert "Chưa chốt được" in capsys.readouterr().err
    assert run(["report", str(library), "--period", "2026", "-o", str(library.parent / "r")]) == 1
    assert not (library.parent / "r").exists()


def test_the_road_to_a_verified_package(library: Path, tmp_path: Path, capsys: Capture) -> None:
    period = ["--period", "2026", "--trial"]
    assert run(["freeze", str(library), *period]) == 0
    assert run(["report", str(library), *period, "-o", str(tmp_path / "báo cáo")]) == 0
    names = sorted(one.name for one in (tmp_path / "báo cáo").iterdir())
    assert names == ["bao-cao.docx", "bao-cao.pdf", "phu-luc.xlsx"]
    assert run(["package", str(library), *period, "-o", str(tmp_path / "gói")]) == 0
    (package,) = (tmp_path / "gói").glob("*.zip")
    capsys.readouterr()
    answer = _json(capsys, "verify", str(package), "--json")
    assert (answer["ok"], answer["defects"]) == (True, [])
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "mở")
    (bag,) = (tmp_path / "mở").iterdir()
    assert bagit.Bag(str(bag)).is_valid()
    assert run(["verify", str(bag)]) == 0
    # the documents inside are the very ones written beside it
    for name in names:
        assert (bag / "data" / name).read_bytes() == (tmp_path / "báo cáo" / name).read_bytes()


def test_the_package_made_twice_is_the_same(library: Path, tmp_path: Path) -> None:
    run(["freeze", str(library), "--period", "2026", "--trial"])
    made = []
    for folder in ("a", "b"):
        assert (
            run(["package", str(library), "--period", "2026", "--trial", "-o", str(tmp_path / folder)]) == 0
        )
        (package,) = (tmp_path / folder).glob("*.zip")
        made.append(package.read_bytes())
    assert made[0] == made[1]


def test_verify_names_every_defect_at_once(library: Path, tmp_path: Path, capsys: Capture) -> None:
    run(["freeze", str(library), "--period", "2026", "--trial"])
    run(["package", str(library), "--period", "2026", "--trial", "-o", str(tmp_path)])
    (package,) = tmp_path.glob("KHCN-*.zip")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "mở")
    (bag,) = (tmp_path / "mở").iterdir()
    (bag / "data" / "bao-cao.pdf").write_bytes((bag / "data" / "bao-cao.pdf").read_bytes()[:1000])
    (bag / "data" / "phu-luc.xlsx").unlink()
    (bag / "data" / "la.txt").write_text("lạ", encoding="utf-8")
    records = bag / "data" / "records" / "publication.jsonl"
    records.write_bytes(records.read_bytes().replace(b"2026", b"2025", 1))
    capsys.readouterr()
    answer = _json(capsys, "verify", str(bag), "--json", code=1)
    named = {Path(one["file"]).name for one in answer["defects"]}
    assert named >= {"bao-cao.pdf", "phu-luc.xlsx", "la.txt", "publication.jsonl"}
    for one in answer["defects"]:
        assert set(one) >= {"file", "code", "expected", "found", "advice"}
        assert one["advice"]


def test_reasons_open_the_way_to_a_freeze(library: Path, tmp_path: Path, capsys: Capture) -> None:
    code = run(["check", str(library), "--period", "2026", "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    blocking = [one for one in findings if one["severity"] == "block"]
    assert {one["rule"] for one in blocking} == {"narrative_difficulties", "narrative_proposals"}, (
        "no record of the sample must be mended"
    )
    for one in blocking:
        text = "Cán bộ kiêm nhiệm, đề nghị mở lớp tập huấn."
        writing = ["write", str(library), "--text", text, "--period", "2026", "--sentence", one["field"]]
        assert run(writing) == 0
    for rule in sorted({one["rule"] for one in findings if one["severity"] == "explain"}):
        arguments = ["explain", str(library), "--period", "2026", "--rule", rule, "Đơn vị đang bổ sung hồ sơ"]
        assert run(arguments) == 0
    assert run(["check", str(library), "--period", "2026"]) == 0
    assert run(["freeze", str(library), "--period", "2026"]) == 0
    assert run(["package", str(library), "--period", "2026", "-o", str(tmp_path)]) == 0
    (package,) = tmp_path.glob("KHCN-CAT-MH-2026-L01.zip")
    with zipfile.ZipFile(package) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("snapshot.json"))
        snapshot = json.loads(archive.read(name))
    assert "Đơn vị đang bổ sung hồ sơ" in snapshot["reasons"].values()


def test_a_reason_for_no_finding(library: Path, capsys: Capture) -> None:
    assert run(["explain", str(library), "--period", "2026", "--rule", "no_such_rule", "x"]) == 1
    assert "no_such_rule" in capsys.readouterr().err


def test_cells_corrected_in_an_export_come_back(library: Path, tmp_path: Path, capsys: Capture) -> None:
    """The officer exports, corrects a few cells in Excel, imports again: the same records, updated."""
    from openpyxl import load_workbook

    target = tmp_path / "sửa.xlsx"
    run(["export", str(library), "--kind", "publication", "-o", str(target)])
    book = load_workbook(target)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    title, department = heads.index("Tên tài liệu"), heads.index("Đơn vị")
    sheet.cell(2, title + 1).value = "Nhan đề đã sửa trong Excel"
    sheet.cell(3, department + 1).value = "PH10"
    book.save(target)
    capsys.readouterr()
    answer = _json(capsys, "import", str(library), str(target), "--json")
    (one,) = (sheet for sheet in answer["sheets"] if sheet["rows"])
    assert (one["rows"], one["merged"]) == (84, 84)
    assert _json(capsys, "find", str(library), "Nhan đề đã sửa trong Excel", "--json")
    entries = _json(capsys, "history", str(library), "publication/2", "--json")
    changed = [change["field"] for change in entries[0]["changes"]]
    assert (entries[0]["label"], changed) == ("imported", ["department"])


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl", "bib", "ris"])
def test_export_in_every_format(library: Path, capsys: Capture, suffix: str) -> None:
    target = library.parent / f"xuất.{suffix}"
    assert run(["export", str(library), "--kind", "publication", "-o", str(target)]) == 0
    assert target.stat().st_size > 1000


def test_the_export_imported_elsewhere_gives_the_same_records(
    library: Path, tmp_path: Path, capsys: Capture
) -> None:
    """A unit hands its list to another as a workbook: nothing a report needs is lost on the way."""
    target = tmp_path / "xuất.xlsx"
    assert run(["export", str(library), "--kind", "publication", "-o", str(target)]) == 0
    other = tmp_path / "kho khác"
    run(["init", str(other), "--unit-code", "B", "--unit-name", "Đơn vị B"])
    capsys.readouterr()
    answer = _json(capsys, "import", str(other), str(target), "--json")
    (sheet,) = (one for one in answer["sheets"] if one["rows"])
    assert sheet["kind"] == "publication"
    assert sheet["rows"] == 84
    assert sheet["left_out"] == 0
    for place in (library, other):
        run(["export", str(place), "--kind", "publication", "-o", str(place / "again.jsonl")])
    kept = ("title", "document_type", "contributors", "issued", "issn", "container", "department")

    def rows(place: Path) -> set[str]:
        lines = (place / "again.jsonl").read_text(encoding="utf-8").splitlines()
        return {json.dumps({k: json.loads(line).get(k) for k in kept}, sort_keys=True) for line in lines}

    assert rows(other) == rows(library)
