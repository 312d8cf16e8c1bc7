"""The consolidated report: what it is made of, who is in it, who is not."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

from stdesk.central import report
from stdesk.central.agency import Agency
from stdesk.central.answers import connect, give
from stdesk.central.figures import unequal
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, to_json
from stdesk.reports.snapshot import Snapshot
from tests.central.conftest import fresh_place
from tests.central.packages import Time, Unit
from tests.reports.samples import publications, tasks

YEAR = parse_period("2026")
NAMES = {"PC09": "Phòng Kỹ thuật hình sự", "PV01": "Phòng Tham mưu", "T01": "Học viện An ninh nhân dân",
         "X05": "Cục Tổ chức cán bộ"}  # fmt: skip


def flat(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Records as lines of a package; several units have the same ids here, and each counts for itself."""
    told = []
    for one in map(to_json, records):
        values = one.pop("values")
        told.append({**{k: v for k, v in one.items() if k != "kind"}, **values})
    return told


@pytest.fixture(scope="module")
def agency(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """Three units have sent, one of them late and returned; a fourth has not."""
    folder = tmp_path_factory.mktemp("centre")
    time = Time(datetime(2026, 11, 10, 3, 0, tzinfo=UTC))
    with Agency.create(
        fresh_place("sqlite", request, folder), "Cục V04", folder=folder / "kept", clock=time
    ) as made:
        connect(made).checks = lambda *_: []
        made.put_setting("place", "Hà Nội")
        for place, (code, name) in enumerate(NAMES.items(), 1):
            unit = Unit(code, name)
            unit.register(made)
            if code == "X05":
                continue
            if code == "T01":
                time.pass_days(12)
            lines = flat(publications(8, place)), flat(tasks(5, place))
            taken = made.intake(unit.pack(folder / code, *lines, left_out=2).path)
            assert taken.package is not None and taken.outcome == "merged", taken
            if code == "T01":
                give(made, taken.package, "returned", note="Thiếu biên bản.")
        yield made


@pytest.fixture(scope="module")
def standing(agency: Agency) -> report.Standing:
    return report.standing_of(agency, YEAR, report.figures_of(agency, YEAR, each=False))


@pytest.fixture(scope="module")
def snapshot(agency: Agency, standing: report.Standing) -> Snapshot:
    counted = report.figures_of(agency, YEAR, each=False)
    return report.consolidated_snapshot(agency, YEAR, counted, standing, by="Trần Thị Bích")


def texts(snapshot: Snapshot) -> dict[str, str]:
    return {one["id"]: one["text"] for one in snapshot.narrative if one["id"]}


def test_what_was_returned_does_not_count(agency: Agency, standing: report.Standing) -> None:
    assert standing.counted == {"PC09", "PV01"}
    assert (standing.expected, standing.late, standing.missing, standing.left_out) == (4, 1, 1, 1)
    counted = report.figures_of(agency, YEAR)
    assert counted.value("publications.total") == 16 and unequal(counted) == {}


def test_which_states_count_can_be_chosen(agency: Agency) -> None:
    assert report.figures_of(agency, YEAR, ("accepted",)).value("publications.total") == 0
    assert report.figures_of(agency, YEAR, ("valid", "returned")).value("publications.total") == 24


def test_the_text_says_of_how_many_units_it_is_the_sum(snapshot: Snapshot) -> None:
    said = texts(snapshot)
    assert "của 2 đơn vị" in said["opening"]
    assert "2 đơn vị, trong tổng số 4 đơn vị" in said["units"]
    assert said["units_late"] == "Có 1 đơn vị gửi sau thời hạn."
    assert said["units_missing"].startswith("Có 1 đơn vị chưa gửi báo cáo")
    assert said["units_left_out"].startswith("Có 1 đơn vị đã gửi nhưng")
    assert "các đơn vị có 16 ấn phẩm" in said["publications"]
    assert said["left_out"].startswith("Có 4 hồ sơ")


def test_it_is_a_snapshot_like_any_other(snapshot: Snapshot) -> None:
    assert Snapshot.from_bytes(snapshot.to_bytes()).sha512 == snapshot.sha512
    assert snapshot.document == report.DOCUMENT and snapshot.form.startswith("consolidated-")


def test_every_list_says_whose_record_it_is(
    agency: Agency, snapshot: Snapshot, standing: report.Standing
) -> None:
    document = report.build(snapshot, agency.kinds, standing)
    lists = {annex.key: annex.blocks[0] for annex in document.annexes}
    for kind in ("publication", "research_task"):
        table = lists[kind]
        assert [column.label for column in table.columns][:2] == ["TT", "Đơn vị gửi"]  # type: ignore[union-attr]
        assert {row[1] for row in table.rows} == {"PC09", "PV01"}  # type: ignore[union-attr]


def test_the_last_annex_names_every_unit(
    agency: Agency, snapshot: Snapshot, standing: report.Standing
) -> None:
    document = report.build(snapshot, agency.kinds, standing)
    numbers = [annex.number for annex in document.annexes]
    assert numbers == [f"Phụ lục {one}" for one in ("I", "II", "III", "IV", "V", "VI")[: len(numbers)]]
    rows = {str(row[1]): row for row in report.units_table(standing).rows}
    assert {code: (row[6], row[7], row[8]) for code, row in rows.items()} == {
        "PC09": ("Hợp lệ", "Đúng hạn", "Có"),
        "PV01": ("Hợp lệ", "Đúng hạn", "Có"),
        "T01": ("Trả lại", rows["T01"][7], "Không"),
        "X05": ("Chưa gửi", rows["X05"][7], "Không"),
    }
    assert str(rows["T01"][7]).startswith("Chậm ") and str(rows["X05"][7]).startswith("Quá hạn ")


def test_all_three_documents_say_the_same(
    agency: Agency, snapshot: Snapshot, standing: report.Standing
) -> None:
    made = report.documents(snapshot, agency.kinds, standing)
    assert set(made) == set(report.DOCUMENT_NAMES.values())
    name = "bao-cao-tong-hop.pdf"
    assert report.documents(snapshot, agency.kinds, standing, ["pdf"])[name] == made[name]
    pdf = pdfium.PdfDocument(made[name])
    printed = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    with ZipFile(io.BytesIO(made["bao-cao-tong-hop.docx"])) as package:
        typed = package.read("word/document.xml").decode()
    book = load_workbook(io.BytesIO(made["phu-luc-tong-hop.xlsx"]))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    for text in (printed, typed):
        assert "DANH SÁCH ĐƠN VỊ GỬI BÁO CÁO" in text and "Học viện An ninh nhân dân" in text
    assert {"Học viện An ninh nhân dân", "Đơn vị gửi"} <= cells


def test_a_deposit_owed_keeps_the_units_own_number(snapshot: Snapshot) -> None:
    assert snapshot.deposits, "the sample owes some"
    for one in snapshot.deposits:
        assert one["title"].endswith(("(PC09)", "(PV01)")) and 1 <= one["number"] <= 8
