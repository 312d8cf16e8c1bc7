"""The headline figures: they stand first, and never stay out however small they are."""

from __future__ import annotations

from stdesk.reports.tally import Measure, Tally

SUMMARY_TABLE = "summary"
_ROWS = (
    ("publications.total", "Ấn phẩm, tài liệu khoa học và công nghệ"),
    ("publications.own", "Ấn phẩm, tài liệu của đơn vị"),
    ("theses.total", "Luận văn, luận án, khóa luận"),
    ("tasks.total", "Nhiệm vụ khoa học và công nghệ"),
    ("tasks.new", "Nhiệm vụ mới trong kỳ"),
    ("tasks.carried_over", "Nhiệm vụ chuyển tiếp, đang thực hiện"),
    ("tasks.accepted", "Nhiệm vụ được nghiệm thu"),
    ("tasks.applied", "Nhiệm vụ đã đưa vào ứng dụng"),
    ("tasks.stopped", "Nhiệm vụ dừng thực hiện"),
    ("tasks.women", "Nhiệm vụ do nữ làm chủ nhiệm"),
    ("funding.planned", "Kinh phí nhiệm vụ được duyệt (đồng)"),
    ("funding.spent", "Kinh phí nhiệm vụ đã chi (đồng)"),
    ("deposits.due", "Công trình phải nộp lưu cho V04"),
    ("deposits.done", "Công trình đã nộp lưu"),
    ("training.sessions", "Lớp đào tạo, tập huấn, bồi dưỡng"),
    ("training.participants", "Lượt người học"),
    ("training.women", "Lượt người học là nữ"),
    ("training.cost", "Kinh phí đào tạo, tập huấn, bồi dưỡng (đồng)"),
    ("people.authors", "Tác giả"),
    ("people.researchers", "Người tham gia nghiên cứu"),
)


def add_summary(tally: Tally) -> None:
    """Put the headline figures, all counted before, at the head of the tables."""
    column = Measure("value", "Trong kỳ", "count", lambda _: 0)
    tally.table(
        SUMMARY_TABLE, "Số liệu chính", "Chỉ tiêu", [column], [(name, text, [name]) for name, text in _ROWS]
    )
    tally.tables.insert(0, tally.tables.pop())
