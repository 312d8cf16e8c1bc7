"""Papers to be measured against Decree 30/2020, and what the tests of it share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stdesk.reports.document import Document, Paragraph, build_document, with_end_mark
from stdesk.reports.pdf import render
from stdesk.reports.prepared import Prepared
from tests.reports.pdf_measure import Measured, Row
from tests.reports.samples import KINDS, publications, sample, sessions, tasks

REGULAR, BOLD, ITALIC, BOLD_ITALIC = (
    f"LiberationSerif{cut}" for cut in ("", "-Bold", "-Italic", "-BoldItalic")
)
BLACK = (0, 0, 0)
HEAD = {
    "number": "7",
    "date": "2026-03-07",
    "drafter": "nva",
    "copies": "5",
    "recipients": "Như trên\nĐồng chí Giám đốc (để báo cáo)\nLưu: VT, PV01 (02 bản)",
}
LONG_TEXT = (
    "Trong kỳ, đơn vị đã tổ chức triển khai đồng bộ các nhiệm vụ khoa học và công nghệ theo Chỉ thị số "
    "05/CT-BCA-V04 ngày 07/10/2023 của Bộ trưởng Bộ Công an, với tổng kinh phí 1.234,5 triệu đồng, góp phần nâng "
    "cao hiệu quả công tác bảo đảm an ninh, trật tự trên địa bàn tỉnh; cán bộ, chiến sĩ tích cực tham gia nghiên "
    "cứu, biên soạn tài liệu, chia sẻ kinh nghiệm và ứng dụng kết quả vào thực tiễn công tác, chiến đấu. "
)
BODY = with_end_mark(
    [
        Paragraph("heading1", "I. ĐẶC ĐIỂM TÌNH HÌNH"),
        Paragraph("heading2", "1. Đặc điểm chung"),
        Paragraph("heading3", "a) Thuận lợi"),
        Paragraph("body", LONG_TEXT * 2),
        Paragraph("body", LONG_TEXT),
        Paragraph("body", "Trân trọng báo cáo./. "),
    ]
)


def made(head: dict[str, str] | None = None, **changes: Any) -> Document:
    snapshot = sample(*tasks(2), prepared=Prepared(head={**HEAD, **(head or {})}))
    return replace(build_document(snapshot, KINDS), **{"annexes": (), "body": BODY, **changes})


def measured(head: dict[str, str] | None = None, **changes: Any) -> Measured:
    return Measured(render(made(head, **changes)))


@pytest.fixture(scope="module")
def paper() -> Measured:
    return measured()


@pytest.fixture(scope="module")
def letter() -> Measured:
    document = made()
    head = replace(
        document.head,
        type_name="",
        number="08/CAT-PV01",
        subject="gửi Báo cáo kết quả công tác thông tin khoa học và công nghệ năm 2026",
        address_to=("Bộ Công an", "Cục Khoa học, Chiến lược và Lịch sử Công an"),
    )
    return Measured(render(replace(document, kind="letter", head=head, basis=())))


@pytest.fixture(scope="module")
def whole() -> Measured:
    """A report with annexes of several pages."""
    frozen = sample(*publications(45), *tasks(8), *sessions(4), prepared=Prepared(head=HEAD))
    return Measured(render(build_document(frozen, KINDS)))


def ratio(made: Measured, row: Row) -> float:
    """Length of the rule below a row against the row's own; it lies in the row's middle, solid and black."""
    rule = made.rule_below(0, row)
    assert rule.middle == pytest.approx(row.middle, abs=0.6)
    assert rule.colour == BLACK
    return rule.width / row.width


def inner(made: Measured, page: int) -> list[Row]:
    """The rows between the top and the bottom margin."""
    high = made.size(page)[1]
    return [row for row in made.rows(page) if 18 < row.base < high - 19]


def paragraphs(made: Measured) -> list[list[Row]]:
    """The rows of the text between the heading I and the ending, by paragraph."""
    rows = [row for page in range(len(made)) for row in inner(made, page)]
    start = next(n for n, row in enumerate(rows) if row.text.startswith("I. ĐẶC ĐIỂM"))
    end = next(n for n, row in enumerate(rows) if row.text == "Nơi nhận:")
    told: list[list[Row]] = []
    for row in rows[start:end]:
        if row.left > 35:
            told.append([])
        told[-1].append(row)
    return told
