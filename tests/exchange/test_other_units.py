"""Workbooks of invented units, each kept in another way: nothing depends on the sample's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import canonical_values
from stdesk.exchange.plan import ImportPlan, RowPlan, SheetPlan, Verdict, plan_import
from stdesk.exchange.sheets import Merge, Row, Sheet, Workbook

KINDS = all_kinds()
TODAY = date(2026, 11, 22)


def sheet_of(name: str, *lines: Sequence[Any], merged: Sequence[Merge] = (), **more: Any) -> Sheet:
    rows = []
    for number, line in enumerate(lines, 1):
        cells = list(line)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows.append(Row(number, tuple(cells)))
    return Sheet(name, tuple(rows), tuple(merged), **more)


def plan_of(*sheets: Sheet, **more: Any) -> ImportPlan:
    plan = plan_import(Workbook(Path("đơn vị.xlsx"), sheets), KINDS, today=TODAY, **more)
    for sheet in plan.sheets:
        assert sum(sheet.count(verdict) for verdict in Verdict) == len(sheet.rows)
        for row in sheet.rows:
            if sheet.kind:
                assert canonical_values(KINDS[sheet.kind], row.values) == dict(row.values)
            assert row.verdict is Verdict.TAKEN or row.why
    return plan


def one(*lines: Sequence[Any], name: str = "Sheet1", merged: Sequence[Merge] = ()) -> SheetPlan:
    plan = plan_of(sheet_of(name, *lines, merged=merged))
    assert len(plan.sheets) == 1
    return plan.sheets[0]


def targets(plan: SheetPlan) -> dict[str, str]:
    return {column.header: column.target for column in plan.columns if column.header}


def row(plan: SheetPlan, number: int) -> RowPlan:
    return next(one for one in plan.rows if one.number == number)


def names(values: Any) -> list[str]:
    return [item["name"] for item in values]


def test_english_department_sheet_with_the_header_in_row_1() -> None:
    plan = one(
        ["No.", "Title", "Authors", "Journal", "Year", "ISSN", "Pages", "Remarks"],
        [
            1,
            "Digital forensics of mobile devices",
            "Trần Văn Bình; Lê Hà",
            "Police Review",
            2025,
            "1859-4794",
            "3-9",
            "open",
        ],
        [
            2,
            "Fingerprint matching with little data",
            "Lê Hà",
            "Police Review",
            2026,
            "1859-4794",
            "11-20",
            None,
        ],
    )
    assert plan.kind == "publication"
    assert plan.header_rows == (1,)
    first = row(plan, 2).values
    assert first["title"] == "Digital forensics of mobile devices"
    assert names(first["contributors"]) == ["Trần Văn Bình", "Lê Hà"]
    assert (first["container"], first["issued"], first["issn"], first["pages"]) == (
        "Police Review", "2025", "1859-4794", "3-9",
    )  # fmt: skip
    assert "open" in first["notes"]


def test_header_in_row_9_under_a_letterhead_with_signatures_below() -> None:
    plan = one(
        ["BỘ CÔNG AN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["CỤC XYZ", None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        [None, None, None, "Hà Nội, ngày 05 tháng 11 năm 2026"],
        [],
        ["BIỂU SỐ 2: KẾT QUẢ NGHIÊN CỨU KHOA HỌC"],
        ["(Ban hành kèm theo Công văn số 12/XYZ)"],
        [],
        [
            "TT",
            "Tên đề tài, dự án",
            "Cá nhân chủ trì",
            "Cơ quan chủ trì",
            "Cấp đề tài",
            "Thời gian thực hiện",
            "Kinh phí (triệu đồng)",
        ],
        [1, "Giám định giọng nói tiếng Việt", "TS Lý Thu", "Cục XYZ", "Bộ", "2024-2025", 350],
        [2, "Mô hình phòng cháy khu dân cư", "Đào Minh", "Cục XYZ", "cơ sở", "3/2025 - 9/2026", "1.200"],
        ["Tổng số: 02 đề tài"],
        [],
        ["Nơi nhận:", None, None, None, "THỦ TRƯỞNG ĐƠN VỊ"],
        ["- Như trên;", None, None, None, "(Ký tên, đóng dấu)"],
        ["- Lưu: VT.", None, None, None, "Đại tá Nguyễn Văn Mẫu"],
    )
    assert (plan.kind, plan.header_rows, len(plan.rows)) == ("research_task", (9,), 2)
    first, second = row(plan, 10).values, row(plan, 11).values
    assert names(first["leader"]) == ["Lý Thu"]
    assert first["leader"][0]["degree"] == "doctor"
    assert (first["level"], first["host"], first["start"], first["end"]) == (
        "ministry",
        "Cục XYZ",
        "2024",
        "2025",
    )
    assert first["funding_total"] == 350_000_000
    assert second["funding_total"] == 1_200_000_000
    assert (second["start"], second["end"]) == ("2025-03", "2026-09")


def test_two_row_header_with_men_and_women_under_one_group() -> None:
    plan = one(
        ["STT", "Nội dung tập huấn", "Ngày tổ chức", "Trong đó", None, "Đơn vị mở lớp"],
        [None, None, None, "Nam", "Nữ", None],
        [1, "Tập huấn ISO 9001", "05/03/2026", 20, 5, "PX01"],
        merged=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 2, 5)],
    )
    assert (plan.kind, plan.header_rows) == ("training_session", (1, 2))
    values = row(plan, 3).values
    assert (values["participants"], values["women"], values["start"], values["organiser"]) == (
        25,
        5,
        "2026-03-05",
        "PX01",
    )
    assert values["type"] == "training"


def test_three_row_header() -> None:
    plan = one(
        ["STT", "Tên lớp", "Thời gian", None, "Học viên", None, None],
        [None, None, "Từ ngày", "Đến ngày", "Tổng số", "Trong đó", None],
        [None, None, None, None, None, "Nữ", "Của đơn vị"],
        ["1", "Bồi dưỡng kiến thức chuyển đổi số", "1/3/2026", "4/3/2026", 40, 12, 30],
        merged=[
            (1, 0, 3, 0),
            (1, 1, 3, 1),
            (1, 2, 1, 3),
            (1, 4, 1, 6),
            (2, 2, 3, 2),
            (2, 3, 3, 3),
            (2, 4, 3, 4),
            (2, 5, 2, 6),
        ],
    )
    assert (plan.kind, plan.header_rows) == ("training_session", (1, 2, 3))
    values = row(plan, 4).values
    assert (values["start"], values["end"]) == ("2026-03-01", "2026-03-04")
    assert (values["participants"], values["women"], values["own_unit"]) == (40, 12, 30)


def test_column_numbers_and_the_header_repeated_on_the_next_page() -> None:
    head = ["STT", "Tên bài báo", "Tác giả", "Tên tạp chí", "Năm xuất bản"]
    plan = one(
        ["DANH SÁCH BÀI BÁO"],
        head,
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "Bài thứ nhất về dữ liệu", "Vũ An", "Tạp chí A", 2024],
        [],
        head,
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [2, "Bài thứ hai về dữ liệu", "Vũ Bình", "Tạp chí B", 2025],
        ["Cộng"],
    )
    assert [one.number for one in plan.rows] == [4, 8]
    assert all(one.verdict is Verdict.TAKEN for one in plan.rows)


def test_headings_between_the_rows_say_level_and_type() -> None:
    plan = one(
        ["STT", "Tên nhiệm vụ", "Chủ nhiệm", "Đơn vị chủ trì"],
        ["I", "CẤP BỘ"],
        ["A. Đề tài"],
        [1, "Nghiên cứu mẫu vân tay", "Bùi Hà", "PC09"],
        ["B. Dự án SXTN"],
        [2, "Chế tạo buồng hun keo", "Bùi Hải", "PC09"],
        ["II", "CẤP CƠ SỞ"],
        [1, "Quy trình bảo quản vật chứng", "Đỗ Lan", "PC09"],
    )
    assert [one.number for one in plan.rows] == [4, 6, 8]
    assert [one.values.get("level") for one in plan.rows] == ["ministry", "ministry", "base"]
    assert [one.values.get("type") for one in plan.rows] == ["research_project", "trial_production", None]


def test_headings_of_documents_and_of_departments() -> None:
    plan = one(
        ["TT", "Nhan đề", "Người viết", "Nơi đăng", "Thời gian công bố"],
        ["PHÒNG THAM MƯU"],
        [1, "Thống kê tội phạm theo mùa", "Hà Vân", "Tạp chí CAND", "tháng 3/2026"],
        ["PHÒNG HẬU CẦN"],
        [2, "Quản lý kho vật tư", "Lê Tú", "Tạp chí CAND", "tháng 4/2026"],
    )
    assert [one.values["department"] for one in plan.rows] == ["PHÒNG THAM MƯU", "PHÒNG HẬU CẦN"]
    documents = one(
        ["TT", "Nhan đề", "Người viết", "Đơn vị công tác", "Năm"],
        ["A. Bài báo trong nước"],
        [1, "Thống kê tội phạm theo mùa", "Hà Vân", "PV01", 2026],
        ["B. Kỷ yếu hội thảo"],
        [2, "Quản lý kho vật tư", "Lê Tú", "PH10", 2026],
    )
    assert [one.values["document_type"] for one in documents.rows] == ["journal_article", "proceedings"]


def test_no_numbering_other_order_no_accents_and_capitals() -> None:
    plan = one(
        ["CHU NHIEM", "TEN DE TAI", "XEP LOAI", "NAM NGHIEM THU", "DON VI CHU TRI"],
        ["Pham Van Dong", "Ung dung GIS trong tuan tra", "Xuat sac", 2024, "PC08"],
        ["Ngo Thi Tu", "So hoa ho so ngan tu", "Dat", 2025, "PC11"],
    )
    assert plan.kind == "research_task"
    assert "" not in targets(plan).values()
    assert [one.values["grade"] for one in plan.rows] == ["xuat_sac", "dat"]
    assert [one.values["grade_written"] for one in plan.rows] == ["Xuat sac", "Dat"]
    assert all(one.values["status"] == "accepted" for one in plan.rows)
    assert row(plan, 2).values["accepted"] == "2024"


def test_unit_of_money_in_a_title_line_and_funding_by_source() -> None:
    plan = one(
        ["TỔNG HỢP KINH PHÍ NHIỆM VỤ KHOA HỌC"],
        [None, None, None, "ĐVT: Triệu đồng"],
        ["STT", "Tên nhiệm vụ", "Kinh phí", None, None, "Chủ nhiệm"],
        [None, None, "Tổng số", "NSNN", "Nguồn khác", None],
        [1, "Bản đồ số điểm nóng", 500, 400, 100, "Tạ Sơn"],
        ["Tổng cộng", None, 500, 400, 100],
        merged=[(3, 2, 3, 4)],
    )
    values = row(plan, 5).values
    assert values["funding_total"] == 500_000_000
    assert values["funding"] == (
        {"source": "state_budget", "approved": 400_000_000},
        {"source": "other", "approved": 100_000_000},
    )
    assert len(plan.rows) == 1


def test_merged_cells_are_carried_down_but_empty_ones_are_not() -> None:
    plan = one(
        ["Đơn vị", "Tên ấn phẩm", "Tác giả", "Năm"],
        ["PC02", "Cẩm nang tuần tra ban đêm", "Hồ Nam", 2025],
        [None, "Sổ tay xử lý hiện trường", "Hồ Bắc", 2026],
        [None, "Kỹ năng hỏi cung bị can", "Hồ Tây", 2026],
        merged=[(2, 0, 3, 0)],
    )
    assert [one.values.get("department") for one in plan.rows] == ["PC02", "PC02", None]


def test_a_title_merged_over_several_rows_is_one_work_of_several_people() -> None:
    plan = one(
        ["STT", "Tên công trình", "Tác giả", "Đơn vị", "Năm công bố"],
        [1, "Nhận dạng biển số xe", "Lê An", "PC08", 2026],
        [None, None, "Lê Bình", "PC08", None],
        [2, "Đo tốc độ bằng ảnh", "Lê Chi", "PC08", 2026],
        merged=[(2, 0, 3, 0), (2, 1, 3, 1), (2, 4, 3, 4)],
    )
    assert [one.verdict for one in plan.rows] == [Verdict.TAKEN, Verdict.MERGED, Verdict.TAKEN]
    assert names(row(plan, 2).values["contributors"]) == ["Lê An", "Lê Bình"]
    assert row(plan, 3).same_as_row == 2


def test_two_tables_of_different_kinds_on_one_sheet() -> None:
    plan = plan_of(
        sheet_of(
            "Tổng hợp",
            ["I. ĐỀ TÀI NGHIÊN CỨU KHOA HỌC"],
            ["STT", "Tên đề tài", "Chủ nhiệm", "Tình trạng"],
            [1, "Camera ở ngã tư", "Võ Long", "đang thực hiện"],
            [],
            ["II. CÁC LỚP TẬP HUẤN"],
            ["STT", "Tên lớp", "Thời gian", "Địa điểm", "Số học viên"],
            [1, "Tập huấn an toàn thông tin", "từ 2/2 đến 5/2/2026", "Hội trường", "30 đ/c"],
        )
    )
    first, second = plan.sheets
    assert (first.kind, second.kind) == ("research_task", "training_session")
    assert first.sheet != second.sheet
    assert [one.number for one in first.rows] == [3]
    assert first.rows[0].values["status"] == "in_progress"
    assert second.rows[0].values["participants"] == 30
    assert (second.rows[0].values["start"], second.rows[0].values["end"]) == ("2026-02-02", "2026-02-05")


def test_remarks_below_are_told_and_notes_of_a_row_say_more() -> None:
    plan = one(
        ["STT", "Loại hình", "Tên sách", "Tác giả", "NXB", "Năm XB", "Ghi chú"],
        [1, "Sách", "Lịch sử Công an huyện", "Ban biên soạn", "NXB CAND", 2025, "Đã nộp V04 ngày 5/3/2026"],
        [2, "Giáo trình", "Giáo trình võ thuật", "Lê Võ", "NXB CAND", 2025, "Lưu hành nội bộ"],
        [3, "Sách", "Phong tục vùng cao", "Lê Võ", "NXB CAND", 2025, "chưa nộp V04"],
        ["Ghi chú: số liệu tính đến 15/10/2026"],
    )
    first, second, third = (one.values for one in plan.rows)
    assert (first["deposit_state"], first["deposited"]) == ("deposited", "2026-03-05")
    assert first["notes"] == "Đã nộp V04 ngày 5/3/2026"
    assert second["circulation"] == "internal"
    assert third["deposit_state"] == "not_deposited"
    assert any("15/10/2026" in note.text for note in plan.notes)


def test_unmapped_columns_are_kept_in_the_notes() -> None:
    plan = one(
        ["STT", "Tên đề tài", "Chủ nhiệm", "Đơn vị chủ trì", "Đơn vị", "Số điện thoại", None],
        [1, "Drone tuần tra biên giới", "Cao Sơn", "PA02", "Đội 3", "0912 345 678", "cần gọi lại"],
    )
    values = row(plan, 2).values
    assert values["host"] == "PA02"
    for text in ("Đơn vị: Đội 3", "Số điện thoại: 0912 345 678", "cần gọi lại"):
        assert text in values["notes"]


def test_a_sheet_nobody_can_map_is_counted_and_says_why() -> None:
    plan = one(
        ["BẢNG THEO DÕI XĂNG XE"],
        ["Biển số", "Số km", "Lít"],
        ["80A-123", 120, 15],
        ["80A-456", 90, 11],
    )
    assert (plan.kind, len(plan.rows), plan.count(Verdict.LEFT_OUT)) == ("", 2, 2)
    assert all(one.why for one in plan.rows)


def test_hidden_empty_and_cover_sheets() -> None:
    book = (
        sheet_of("Bìa", ["BÁO CÁO NĂM 2026"], ["Công an tỉnh"]),
        sheet_of("Trống"),
        sheet_of("cũ", ["STT", "Tên đề tài", "Chủ nhiệm"], [1, "Đề tài bị ẩn đi", "Lê Ẩn"], hidden=True),
        sheet_of("mới", ["STT", "Tên đề tài", "Chủ nhiệm"], [1, "Đề tài trông thấy", "Lê Hiện"]),
    )
    plan = plan_of(*book)
    assert [one.sheet for one in plan.sheets] == ["mới"]
    said = " ".join(note.text for note in plan.notes)
    assert all(name in said for name in ("Bìa", "Trống", "cũ"))
    assert [one.sheet for one in plan_of(*book, sheet="cũ").sheets] == ["cũ"]


def test_title_and_leader_in_one_column() -> None:
    plan = one(
        ["STT", "Tên đề tài, chủ nhiệm đề tài", "Cấp quản lý", "Năm nghiệm thu"],
        [1, "Phân tích mẫu đất hiện trường\nChủ nhiệm: TS Lê Đất", "Bộ", 2024],
        [2, "Tổng kết chuyên án X", "Cơ sở", 2025],
    )
    values = row(plan, 2).values
    assert values["title"] == "Phân tích mẫu đất hiện trường"
    assert names(values["leader"]) == ["Lê Đất"]
    assert row(plan, 2).verdict is Verdict.TAKEN
    assert row(plan, 3).verdict is Verdict.LOOK
    assert row(plan, 3).values["title"] == "Tổng kết chuyên án X"


def test_kind_from_the_sheets_name_when_the_headers_do_not_tell() -> None:
    lines = (["STT", "Tên", "Đơn vị", "Thời gian"], [1, "Kỹ năng số cho cán bộ xã", "PX01", "03/2026"])
    assert one(*lines, name="Tập huấn").kind == "training_session"
    assert one(*lines, name="Bài báo").kind == "publication"
    assert one(*lines, name="Đề tài").kind == "research_task"


def test_rows_that_need_a_look_lose_nothing() -> None:
    plan = one(
        [
            "STT",
            "Mã số",
            "Tên nhiệm vụ",
            "Cấp",
            "Chủ nhiệm",
            "Ngày nghiệm thu",
            "Tổng kinh phí",
            "Tình trạng",
        ],
        [1, "A1", "Giải pháp một", "Cấp vũ trụ", "Lê Một", "12/25/2025", 350, "chờ chữ ký sếp"],
        [2, "A2", None, "Bộ", "Lê Hai", "khi nào xong", "tùy tâm", "dừng"],
        [3],
        [4, None, "Chỉ có mỗi tên thôi"],
    )
    first, second, third, fourth = plan.rows
    assert [one.verdict for one in plan.rows] == [Verdict.LOOK, Verdict.LOOK, Verdict.LEFT_OUT, Verdict.LOOK]
    for text in ("Cấp vũ trụ", "chờ chữ ký sếp", "12/25/2025"):
        assert text in first.values["notes"]
        assert text in first.why
    assert first.values["accepted"] == "2025-12-25"
    assert "triệu" in first.why
    assert "khi nào xong" in second.values["notes"]
    assert "tùy tâm" in second.values["notes"]
    assert second.values["status"] == "stopped"
    assert fourth.values["title"] == "Chỉ có mỗi tên thôi"
    assert third.values == {}


def test_rows_above_the_ceiling_are_not_read() -> None:
    plan = one(
        ["STT", "Tên tài liệu", "Tác giả", "Năm", "Độ mật"],
        [1, "Phương án tác chiến số 9", "Lê Kín", 2026, "Tối mật"],
        [2, "Tài liệu tuyên truyền", "Lê Mở", 2026, "Không"],
        [3, "Tài liệu lạ", "Lê Lạ", 2026, "x"],
    )
    first, second, third = plan.rows
    assert (first.verdict, second.verdict, third.verdict) == (
        Verdict.LEFT_OUT,
        Verdict.TAKEN,
        Verdict.LEFT_OUT,
    )
    assert first.values == {} == third.values
    assert first.secrecy == "toi_mat"
    assert "tác chiến" not in repr(first)
    stamped = one(
        ["MẬT"],
        ["DANH MỤC CHUYÊN ÁN Z"],
        ["STT", "Tên đề tài", "Chủ nhiệm"],
        [1, "Chuyên án Z", "Lê Kín"],
    )
    assert stamped.count(Verdict.LEFT_OUT) == 1
    assert "Chuyên án Z" not in repr(stamped)


def test_mixed_dates_of_one_column_and_dates_excel_made_of_pages() -> None:
    plan = one(
        ["STT", "Tên bài", "Tác giả", "Tạp chí", "Ngày đăng", "Trang"],
        [1, "Bài a về an toàn", "Lê A Tư", "TC", date(2026, 3, 4), "tr. 4-7"],
        [2, "Bài b về an toàn", "Lê B Tư", "TC", "04/03/2026", date(2026, 7, 4)],
        [3, "Bài c về an toàn", "Lê C Tư", "TC", "ngày 4 tháng 3 năm 2026", 12],
    )
    assert {one.values["issued"] for one in plan.rows} == {"2026-03-04"}
    assert [one.values["pages"] for one in plan.rows] == ["4-7", "4-7", "12"]
    assert [one.verdict for one in plan.rows] == [Verdict.TAKEN, Verdict.LOOK, Verdict.TAKEN]


def test_issn_isbn_and_publisher_told_by_the_cell() -> None:
    plan = one(
        ["STT", "Loại", "Tên công trình", "Các tác giả", "Tạp chí, NXB", "ISBN/ISSN", "Năm"],
        [1, "Sách", "Từ điển nghiệp vụ", "Hà My", "Nhà xuất bản Lao động", "978-604-98-1234-5", 2024],
        [2, "Bài báo", "Từ vựng điều tra", "Hà My", "Tạp chí Ngôn ngữ", "0866-7519", 2024],
    )
    first, second = (one.values for one in plan.rows)
    assert first["publisher"] == "Nhà xuất bản Lao động"
    assert first["isbn"] == "9786049812345"
    assert "container" not in first
    assert "issn" not in first
    assert (second["container"], second["issn"]) == ("Tạp chí Ngôn ngữ", "0866-7519")
