"""More workbooks of invented units: what a sceptical reader of other people's lists expects of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stdesk.domain.dates import parse_date, parse_range
from stdesk.domain.kinds import all_kinds
from stdesk.domain.people import split_people
from stdesk.exchange.attendance import read_attendance
from stdesk.exchange.plan import ImportPlan, RowPlan, SheetPlan, Verdict, plan_import
from stdesk.exchange.readers import read_workbook
from stdesk.exchange.sources import split_source
from tests.exchange.test_other_units import TODAY, names, one, plan_of, row, sheet_of, targets
from tests.helpers.workbooks import save

TASKS = ["STT", "Tên đề tài", "Chủ nhiệm", "Cấp"]
TRAINING = ["STT", "Nội dung lớp", "Thời gian", "Địa điểm", "Số lượng", "Giảng viên", "Kinh phí"]


def rows_of(header: Sequence[Any], *lines: Sequence[Any], title: str = "", **more: Any) -> SheetPlan:
    above = [[title]] if title else []
    return one(*above, header, *lines, **more)


def codes(plan: RowPlan) -> set[str]:
    return {reason.code for reason in plan.reasons}


# --- what titles and letterheads do not say of the rows below them ---------------------------


def test_a_report_about_publications_is_no_statistical_document() -> None:
    plan = rows_of(
        ["TT", "Tên bài báo, công trình", "Tác giả", "Nơi đăng", "Năm"],
        [1, "Phòng ngừa tội phạm mạng", "Lê An", "Tạp chí CAND", 2026],
        title="BIỂU 2. THỐNG KÊ CÁC BÀI VIẾT, CÔNG TRÌNH CÔNG BỐ NĂM 2026",
    )
    assert plan.kind == "publication"
    assert "document_type" not in row(plan, 3).values


def test_a_letterhead_says_neither_language_nor_level() -> None:
    plan = one(
        ["CÔNG AN TỈNH PHÚ LÂM", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["TỔNG HỢP KẾT QUẢ NGHIÊN CỨU CỦA CÁC ĐƠN VỊ"],
        ["STT", "Tên đề tài", "Chủ nhiệm", "Tình trạng"],
        [1, "Truy nã tội phạm", "Hồ Quý", "Đang thực hiện"],
    )
    assert "level" not in row(plan, 4).values
    books = one(
        ["HỌC VIỆN K", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["TT", "Tên sách", "Chủ biên", "NXB", "Năm"],
        [1, "Criminal law", "Võ Khánh", "Springer", 2026],
    )
    assert not {"language", "origin"} & set(row(books, 3).values)


def test_a_sheet_called_deposit_does_not_deposit_every_task() -> None:
    plan = one(
        [*TASKS, "Nghiệm thu", "Đã nộp V04"],
        [1, "Tội phạm công nghệ cao", "Lê An", "Bộ", "5/5/2026", "x"],
        [2, "Bạo lực gia đình", "Vũ Bình", "Cơ sở", "6/6/2026", None],
        name="Nộp lưu",
    )
    assert [row(plan, number).values["status"] for number in (2, 3)] == ["accepted", "accepted"]
    assert "deposit_state" not in row(plan, 3).values


def test_plain_words_of_a_title_still_count() -> None:
    plan = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm"],
        [1, "Truy nã tội phạm", "Hồ Quý"],
        title="DANH MỤC ĐỀ TÀI CẤP BỘ ĐÃ NGHIỆM THU",
    )
    assert row(plan, 3).values["level"] == "ministry"
    assert row(plan, 3).values["status"] == "accepted"


# --- lines that are data, and lines that are not ---------------------------------------------


def test_a_signature_of_three_people_is_no_class() -> None:
    plan = rows_of(
        TRAINING,
        [1, "Tập huấn kỹ năng số", "5/3/2026", "Hội trường", 50, "Lê Minh", None],
        [None, "NGƯỜI LẬP", None, "TRƯỞNG PHÒNG", None, None, "GIÁM ĐỐC"],
        [],
        [None, "Thiếu tá Lê Na", None, "Đại tá Hồ Bình", None, None, "Đại tá Vũ Cao"],
    )
    assert [one.number for one in plan.rows] == [2]


def test_headings_numbered_in_letters_and_dots_and_sums_of_them() -> None:
    plan = rows_of(
        ["STT", "Tên tài liệu", "Tác giả", "Nơi đăng", "Năm", "Số lượng"],
        ["A", "SÁCH, GIÁO TRÌNH"],
        [1, "Sổ tay nghiệp vụ", "Vũ Bình", "NXB Lao động", 2026, 300],
        ["Cộng A", None, None, None, None, 300],
        ["C", "LUẬN VĂN, LUẬN ÁN"],
        ["C.1", "Luận văn thạc sĩ"],
        [1, "Hoạt động phòng ngừa của lực lượng", "Bùi Em", "Học viện CSND", 2025],
        ["C.2", "Luận án tiến sĩ"],
        [1, "Quản lý nhà nước về cư trú", "Ngô Gia", "Học viện CSND", 2026],
    )
    assert [one.number for one in plan.rows] == [3, 7, 9]
    assert row(plan, 3).values["document_type"] == "book"  # both of the heading are books
    assert row(plan, 7).values["document_type"] == "masters_thesis"
    assert row(plan, 9).values["document_type"] == "doctoral_thesis"


def test_an_office_between_the_rows_is_the_host() -> None:
    plan = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Tình trạng"],
        ["I", "Phòng Cảnh sát hình sự (02 đề tài)"],
        [1, "Điều tra tội phạm có tổ chức", "Lê Sỹ", "Đang thực hiện"],
        ["II", "Công an các xã, phường"],
        ["-", "Công an xã Đại Lộc"],
        [1, "Camera an ninh thôn bản", "Cao Thắng", "Đã nghiệm thu"],
        ["Trang 2"],
        [2, "Tuần tra ban đêm", "Hồ Vân", "Đã nghiệm thu"],
    )
    assert [one.number for one in plan.rows] == [3, 6, 8]
    assert row(plan, 3).values["host"] == "Phòng Cảnh sát hình sự"
    assert row(plan, 8).values["host"] == "Công an xã Đại Lộc"
    assert "level" not in row(plan, 3).values


def test_a_work_written_over_two_rows_is_one_work_and_nobody_is_lost() -> None:
    plan = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Đơn vị chủ trì", "Kết quả"],
        [1, "Nghiên cứu ứng dụng trí tuệ nhân tạo", "Thượng tá Lê Bền", "PV01", "Khá"],
        [None, "trong phân loại đơn thư", "ThS Vũ Hảo", None, None],
        [2, "Quy trình khám nghiệm hiện trường", "Trần Ái", "PC09", "Xuất sắc"],
        [None, None, "Hồ Vân", None, None],
        [3, "Truy nã tội phạm", "Hồ Quý", "PC02", "Đạt"],
    )
    first, second = row(plan, 2), row(plan, 4)
    assert first.values["title"] == "Nghiên cứu ứng dụng trí tuệ nhân tạo trong phân loại đơn thư"
    assert "Vũ Hảo" in first.values["notes"]
    assert "Hồ Vân" in second.values["notes"]
    assert (first.verdict, second.verdict) == (Verdict.LOOK, Verdict.LOOK)
    assert [row(plan, number).verdict for number in (3, 5)] == [Verdict.MERGED, Verdict.MERGED]
    assert row(plan, 6).verdict is Verdict.TAKEN


def test_a_month_with_nothing_to_declare() -> None:
    plan = rows_of(
        ["STT", "Tên bài viết", "Tác giả", "Báo, tạp chí", "Ngày đăng"],
        [None, "Không có bài viết", None, None, None],
    )
    assert row(plan, 2).verdict is Verdict.LEFT_OUT
    assert codes(row(plan, 2)) == {"import_nothing_declared"}


# --- shapes of tables ------------------------------------------------------------------------


def test_two_tables_side_by_side() -> None:
    plan = plan_of(
        sheet_of(
            "Tổng hợp",
            ["BẢNG 1: ĐỀ TÀI", None, None, None, None, "BẢNG 2: LỚP TẬP HUẤN"],
            [*TASKS, None, "STT", "Tên lớp", "Thời gian", "Số học viên"],
            [1, "Phòng cháy chợ dân sinh", "Lê Quân", "Cơ sở", None, 1, "Tập huấn PCCC", "02/03/2026", 45],
            [2, "Đối tượng ngoài xã hội", "Vũ Tú", "Bộ", None, 2, "Tập huấn sơ cứu", "05/04/2026", 30],
            [3, "An ninh mạng nội bộ", "Hà My", "Cơ sở"],
        )
    )
    tasks, classes = plan.sheets
    assert (tasks.kind, len(tasks.rows)) == ("research_task", 3)
    assert (classes.kind, len(classes.rows)) == ("training_session", 2)
    assert "start" not in row(tasks, 3).values
    assert "notes" not in row(tasks, 3).values
    assert row(classes, 4).values["title"] == "Tập huấn sơ cứu"
    assert row(classes, 4).values["participants"] == 30


def test_codes_ticked_in_columns_of_their_own() -> None:
    plan = one(
        ["TT", "Tên đề tài", "Chủ nhiệm", "Cấp", None, None, "Nghiệm thu"],
        [None, None, None, "Bộ", "Tỉnh", "CS", None],
        [1, "Tội phạm công nghệ cao", "Lê An", "x", None, None, "5/5/2026"],
        [2, "Bạo lực gia đình", "Vũ Bình", None, None, "X", "6/6/2026"],
        [3, "Cháy rừng", "Hồ Cẩm", "x", "x", None, "7/7/2026"],
        ["Tổng số", None, None, 2, 1, 1, None],
        merged=[(1, 3, 1, 5)],
    )
    assert row(plan, 3).values["level"] == "ministry"
    assert row(plan, 4).values["level"] == "base"
    both = row(plan, 5)  # two levels at once: somebody has to look
    assert both.verdict is Verdict.LOOK
    assert "Bộ; Tỉnh" in both.values["notes"]
    assert len(plan.rows) == 3


def test_a_title_column_without_a_header() -> None:
    plan = one(
        ["STT", None, "Chủ nhiệm", "Đơn vị chủ trì", "Năm thực hiện", "Cấp"],
        [1, "Giải pháp phòng ngừa tội phạm lứa tuổi học sinh", "Lê Hoàn", "PC02", "2025-2026", "Cơ sở"],
        [2, "Ứng dụng GIS trong quản lý địa bàn", "Vũ Hạnh", "PV01", "2026", "Bộ"],
    )
    assert row(plan, 3).values["title"] == "Ứng dụng GIS trong quản lý địa bàn"
    column = next(one for one in plan.columns if one.target == "title")
    assert not column.certain
    assert any(note.params.get("columns") == "B" for note in plan.notes)


def test_rank_degree_and_gender_in_columns_of_their_own() -> None:
    plan = rows_of(
        ["TT", "Họ và tên", "Cấp bậc", "Học hàm, học vị", "Giới tính", "Tên đề tài", "Cấp đề tài", "Kết quả"],
        [1, "Nguyễn Kim", "Thượng tá", "TS", "Nữ", "Cải cách cấp hộ chiếu", "Cơ sở", "Xuất sắc"],
        [2, "Lý Sài", "Đại tá", "PGS.TS", "Nam", "Phòng ngừa mua bán người", "Bộ", "không rõ"],
        [3, "Lê An; Vũ Bình", "Thiếu tá", None, None, "Truy nã tội phạm", "Bộ", "Đạt"],
    )
    leader = row(plan, 2).values["leader"][0]
    assert (leader["rank"], leader["degree"], leader["gender"]) == (
        "senior_lieutenant_colonel", "doctor", "female",
    )  # fmt: skip
    assert row(plan, 3).values["leader"][0]["academic_title"] == "associate_professor"
    assert "Cấp bậc: Thiếu tá" in row(plan, 4).values["notes"]  # whose of the two is not said


def test_a_header_in_two_languages_is_certain_when_both_agree() -> None:
    plan = rows_of(
        ["No.", "Title / Tên bài", "Authors / Tác giả", "Journal / Tạp chí", "Year / Năm"],
        [1, "Fingerprint recognition", "Tran Van An; Nguyen Binh", "IEEE Access", 2026],
    )
    assert all(column.certain for column in plan.columns)
    assert targets(plan)["Journal / Tạp chí"] == "container"


def test_authors_of_an_initiative_lead_it() -> None:
    plan = rows_of(
        ["TT", "Tên sáng kiến, giải pháp", "Tác giả/Nhóm tác giả", "Đơn vị áp dụng", "Cấp công nhận"],
        [1, "Số hóa hồ sơ tàng thư", "Lê Thị Hạnh, PC06", "Toàn tỉnh", "CA tỉnh"],
        name="Sáng kiến",
    )
    values = row(plan, 2).values
    assert names(values["leader"]) == ["Lê Thị Hạnh"]
    assert (values["application_place"], values["level"], values["type"]) == (
        "Toàn tỉnh",
        "base",
        "initiative",
    )
    assert "host" not in values


def test_the_level_of_a_thesis_names_its_document_type() -> None:
    plan = rows_of(
        [
            "STT",
            "Họ tên học viên",
            "Đơn vị",
            "Tên luận văn, luận án",
            "Trình độ",
            "Ngày bảo vệ",
            "Nơi đào tạo",
        ],
        [1, "Đại úy Lê Tú", "PC01", "Áp dụng biện pháp tạm giam", "Thạc sĩ", "12/6/2026", "Học viện CSND"],
        [2, "Cao Bá", "PA04", "Bảo vệ an ninh kinh tế", "Tiến sĩ", "20.8.2026", "Học viện ANND"],
    )
    assert [row(plan, n).values["document_type"] for n in (2, 3)] == ["masters_thesis", "doctoral_thesis"]
    assert row(plan, 2).values["thesis_institution"] == "Học viện CSND"


# --- cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45930", "2025-09-30"),  # an Excel day number in a cell of text
        ("2026.0", "2026"),
        ("March 2026", "2026-03"),
        ("15-Mar-26", "2026-03-15"),
        ("6 tháng đầu năm 2026", "2026"),
        ("Q.III/2025", "2025"),
    ],
)
def test_dates_as_text(text: str, value: str) -> None:
    found = parse_date(text, today=TODAY)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["29/02/2026", "12345", "tháng 13/2026", "20260315"])
def test_texts_that_are_no_dates(text: str) -> None:
    assert parse_date(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("3 ngày (5-7/3/2026)", "2026-03-05", "2026-03-07"),
        ("01 ngày, 20/10/2026", "2026-10-20", "2026-10-20"),
        ("08h00-11h30 ngày 15/4/2026", "2026-04-15", "2026-04-15"),
        ("5, 6/5/2026", "2026-05-05", "2026-05-06"),
        ("Tháng 7 và tháng 8/2026", "2026-07", "2026-08"),
        ("24 tháng (2025-2026)", "2025", "2026"),
        ("Quý IV/2025 - Quý I/2026", "2025-10", "2026-03"),
    ],
)
def test_ranges_as_units_write_them(text: str, start: str, end: str) -> None:
    found = parse_range(text, today=TODAY)
    assert found is not None
    assert (found.start, found.end, found.doubt) == (start, end, "")


@pytest.mark.parametrize(
    ("text", "total", "women"),
    [
        ("50 (nữ: 12)", 50, 12),
        ("45 (trong đó 15 nữ)", 45, 15),
        ("30 nam, 5 nữ", 35, 5),
        ("02 lớp x 50 người", 100, None),
        ("02 lớp (100 người)", 100, None),
        ("CBCS Phòng PC06 (40 người)", 40, None),
        ("50 người (năm 2025: 20)", 50, None),  # "năm" is a year, not men
        ("2 lớp", None, None),
        ("25/30", None, None),
        ("10 (nữ: 12)", 10, None),
    ],
)
def test_who_took_part(text: str, total: int | None, women: int | None) -> None:
    found = read_attendance(text)
    assert (found.total, found.women) == (total, women)


def test_a_training_list_loses_no_day_and_no_woman() -> None:
    plan = rows_of(
        TRAINING,
        [1, "Bồi dưỡng kiến thức KH&CN", "3 ngày (5-7/3/2026)", "PV01", "02 lớp x 50 người", None, "20tr"],
        [2, "Tập huấn PCCC", "8/6 - 10/6/2026", None, "30 nam, 5 nữ", None, "Không"],
        [3, "Tập huấn hồ sơ", "15/9", None, "2 lớp", None, "1,5 triệu/người"],
        [4, "Hội nghị tập huấn NQ57", "15/9/2026", None, 100, None, None],
    )
    first, second, third = (row(plan, number) for number in (2, 3, 4))
    assert (first.values["start"], first.values["participants"]) == ("2026-03-05", 100)
    assert "02 lớp x 50 người" in first.values["notes"]
    assert (second.values["participants"], second.values["women"]) == (35, 5)
    assert second.verdict is Verdict.TAKEN  # "Không" is no amount that was not understood
    assert codes(third) == {"import_no_date", "import_no_number", "import_no_money"}
    assert row(plan, 5).values["type"] == "training"


def test_the_unit_of_one_column_of_money_holds_for_its_neighbours() -> None:
    plan = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Kinh phí (trđ)", "Kinh phí NSNN", "Nguồn khác"],
        [1, "Truy nã tội phạm", "Lê An", "1.200", "1.000", 200],
        [2, "Cháy rừng", "Lê An", "1,2 tỷ", None, None],
        [3, "Lũ lụt", "Lê An", "0,5", None, None],
        [4, "Bão", "Lê An", "150 (năm 2025: 50; năm 2026: 100)", None, None],
    )
    first = row(plan, 2)
    assert first.verdict is Verdict.TAKEN
    assert [one["approved"] for one in first.values["funding"]] == [1_000_000_000, 200_000_000]
    assert [row(plan, n).values["funding_total"] for n in (3, 4, 5)] == [1_200_000_000, 500_000, 150_000_000]
    assert "năm 2025: 50" in row(plan, 5).values["notes"]
    in_dong = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Kinh phí (đồng)"],
        [1, "Truy nã tội phạm", "Lê An", 350_000_000],
        title="Đơn vị tính: triệu đồng",
    )
    assert row(in_dong, 3).values["funding_total"] == 350_000_000


def test_what_a_state_says_besides_is_kept() -> None:
    plan = rows_of(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Tình trạng", "Nộp lưu V04"],
        [1, "Truy nã tội phạm", "Lê An", "Đang thực hiện (đạt 60% khối lượng)", "Đang làm thủ tục"],
        [2, "Cháy rừng", "Lê An", "Nghiệm thu ngày 12/6/2026, xếp loại Khá", "đã nộp thư viện"],
        [3, "Lũ lụt", "Lê An", "Đã NT cấp cơ sở", None],
        [4, "Bão", "Lê An", "Đã nghiệm thu (QĐ số 15 ngày 3/3/2026)", None],
    )
    assert "60%" in row(plan, 2).values["notes"]
    assert row(plan, 2).values["deposit_state"] == "not_deposited"
    second = row(plan, 3)
    assert (second.values["accepted"], second.values["grade"]) == ("2026-06-12", "kha")
    assert "deposit_state" not in second.values  # a library is not V04
    assert second.verdict is Verdict.LOOK
    assert row(plan, 4).values["status"] == "unit_accepted"
    assert "accepted" not in row(plan, 5).values  # the day of the decision is another
    assert "QĐ số 15" in row(plan, 5).values["notes"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Tạp chí An toàn thông tin, số 2 (65), 2026, tr. 12-19",
            {"container": "Tạp chí An toàn thông tin", "issue": "2 (65)", "issued": "2026", "pages": "12-19"},
        ),
        ("Tạp chí CAND số 3/2026", {"container": "Tạp chí CAND", "issue": "3", "issued": "2026"}),
        ("Tạp chí Khoa học, Giáo dục, số 3", {"container": "Tạp chí Khoa học, Giáo dục", "issue": "3"}),
        ("Báo CAND, 15/3/2026", {"container": "Báo CAND", "issued": "2026-03-15"}),
        ("Kỷ yếu Hội thảo “An ninh, trật tự”", None),
        ("Báo Nhân Dân, số ra ngày 5/3/2026", None),  # not understood whole: left whole
    ],
)
def test_sources_written_in_one_cell(text: str, parts: dict[str, str] | None) -> None:
    assert split_source(text, today=TODAY) == parts


def test_number_and_year_in_one_column() -> None:
    plan = rows_of(
        ["TT", "Tên bài", "Tác giả", "Tên tạp chí", "Số/năm"],
        [1, "Tội phạm xuyên quốc gia", "Lê Thắng", "Tạp chí CAND", "Số 3/2026"],
        [2, "An ninh nguồn nước", "Hà Thanh", "Tạp chí KHCL", "5-2026"],
    )
    found = [(row(plan, n).values["issue"], row(plan, n).values["issued"]) for n in (2, 3)]
    assert found == [("3", "2026"), ("5", "2026")]


def test_people_with_roles_strokes_and_footnotes() -> None:
    def read(text: str) -> list[tuple[str, str, str]]:
        return [(one.name, one.unit, one.note) for one in split_people(text).people]

    assert read("Lê Văn C (PC01): chủ trì; Vũ D: tham gia") == [
        ("Lê Văn C", "PC01", "chủ trì"), ("Vũ D", "", "tham gia"),
    ]  # fmt: skip
    assert read("Chủ trì: Lê A; tham gia: Vũ B") == [("Lê A", "", "Chủ trì"), ("Vũ B", "", "tham gia")]
    assert read("Trung tá Nguyễn Lan Anh/Thiếu tá Lê Văn Đạt") == [
        ("Nguyễn Lan Anh", "", ""), ("Lê Văn Đạt", "", ""),
    ]  # fmt: skip
    assert read("Đại tá Lê Văn Ba/Phòng PV01") == [("Lê Văn Ba", "Phòng PV01", "")]
    assert read("Nguyễn Văn A¹, Lê Thị B²*") == [("Nguyễn Văn A", "", ""), ("Lê Thị B", "", "")]
    women = split_people("Vàng Thị Mỷ (nữ), K'Brế (nam)").people
    assert [one.gender for one in women] == ["female", "male"]


def test_internal_circulation_in_the_column_of_secrecy_is_no_secret() -> None:
    plan = rows_of(
        ["TT", "Tên tài liệu", "Tác giả", "Năm", "Độ mật"],
        [1, "Cẩm nang dân vận", "Lê An", 2026, "LHNB"],
        [2, "Kế hoạch trinh sát", "Lê An", 2026, "T.Mật"],
    )
    assert row(plan, 2).values["circulation"] == "internal"
    assert row(plan, 3).verdict is Verdict.LEFT_OUT  # not understood is not "not secret"
    assert not row(plan, 3).values


# --- whole files -----------------------------------------------------------------------------


def test_twelve_monthly_sheets_add_up(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for month in range(1, 13):
        sheet = book.create_sheet(f"Tháng {month}")
        sheet.append([f"DANH SÁCH BÀI VIẾT THÁNG {month}/2026"])
        sheet.append(["STT", "Tên bài viết", "Tác giả", "Báo, tạp chí", "Ngày đăng"])
        for n in range(1, 4):
            day = date(2026, month, n)
            sheet.append([n, f"Bài {n} về phường số {month}", "Lê Tám", "Báo Công an", day])
    book.save(tmp_path / "nam.xlsx")
    plan = read(tmp_path / "nam.xlsx")
    assert len(plan.sheets) == 12
    assert plan.count(Verdict.TAKEN) == 36
    assert {one.kind for one in plan.sheets} == {"publication"}


def test_three_thousand_rows_in_any_order(tmp_path: Path) -> None:
    lines = [
        [n, f"Tài liệu số hiệu {n:05d} của thư viện", "Sách", "Lê An", 2000 + n % 27] for n in range(1, 3001)
    ]
    header = ["Số TT", "Tên tài liệu", "Loại tài liệu", "Tác giả", "Năm xuất bản"]
    plan = read(save(tmp_path / "lon.xlsx", [["DANH MỤC"], [], header, *lines]))
    assert plan.count(Verdict.TAKEN) == len(plan.sheets[0].rows) == 3000
    assert plan.sheets[0].rows[-1].values["issued"] == str(2000 + 3000 % 27)


def test_invisible_characters_and_decomposed_letters(tmp_path: Path) -> None:
    import unicodedata

    header = [
        unicodedata.normalize("NFD", text) for text in ("STT", "Tên\u00a0bài báo", "Tác\u200b giả", "Năm")
    ]
    line = [
        "1\u00a0",
        unicodedata.normalize("NFD", "An ninh\u200b phi\u00a0truyền thống"),
        "Đỗ Quyên",
        " 2026\u00a0",
    ]
    plan = read(save(tmp_path / "nfd.xlsx", [header, line]))
    values = plan.sheets[0].rows[0].values
    assert (values["title"], values["issued"]) == ("An ninh phi truyền thống", "2026")


def read(path: Path) -> ImportPlan:
    return plan_import(read_workbook(path, None), all_kinds(), today=TODAY)
