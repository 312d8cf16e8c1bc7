"""Invented records in any number, the same for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

_HOW = (
    "Nâng cao hiệu quả",
    "Giải pháp tăng cường",
    "Một số kinh nghiệm",
    "Đổi mới",
    "Thực trạng và giải pháp",
)
_WHAT = (
    "công tác giám định kỹ thuật hình sự",
    "phòng ngừa tội phạm về ma túy",
    "ứng dụng dữ liệu dân cư theo Đề án 06",
    "bảo vệ bí mật nhà nước trong chuyển đổi số",
    "chữa cháy và cứu nạn, cứu hộ ở khu dân cư",
    "xây dựng lực lượng Công an xã chính quy",
    "phòng, chống tội phạm sử dụng công nghệ cao",
    "quản lý hành chính về trật tự xã hội",
    "tổng kết lịch sử Công an địa phương",
    "bảo đảm trật tự, an toàn giao thông đường bộ",
)
_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Ngô",
    "Dương",
    "Lý",
)
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Quốc", "Hữu", "Thanh", "Ngọc", "Công", "Đình")
_GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Đạt",
    "Giang",
    "Hà",
    "Hải",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phong",
)
_PLACES = (
    "An Phú",
    "Bình Minh",
    "Cái Nước",
    "Đầm Dơi",
    "Hòa Thành",
    "Khánh Bình",
    "Năm Căn",
    "Phú Tân",
    "Tân Lộc",
)
_JOURNALS = (
    ("Tạp chí Công an nhân dân", "2525-2550"),
    ("Tạp chí Cảnh sát nhân dân", "1859-4212"),
    ("Tạp chí Khoa học và Công nghệ Việt Nam", "1859-4794"),
)
_DEPARTMENTS = ("PV01", "PC02", "PC04", "PC07", "PC08", "PC09", "PA05", "PX01")


def publications(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """``count`` journal articles with 11 filled fields."""
    chance = random.Random(seed)
    for n in range(count):
        journal, issn = chance.choice(_JOURNALS)
        year = chance.choice((2023, 2024, 2025, 2026, 2026, 2026))
        month = chance.randint(1, 10)
        yield {
            "document_type": "journal_article",
            "title": f"{chance.choice(_HOW)} {chance.choice(_WHAT)} tại xã {chance.choice(_PLACES)} ({n + 1})",
            "contributors": [{"name": _name(chance)} for _ in range(chance.randint(1, 3))],
            "department": chance.choice(_DEPARTMENTS),
            "container": journal,
            "issn": issn,
            "issued": f"{year}-{month:02d}",
            "issue": f"{month}/{year}",
            "pages": f"{n % 80 + 1}-{n % 80 + 8}",
            "deposit_state": "deposited",
            "notes": f"Bản in lưu tại thư viện, kệ {chance.randint(1, 99)}",
        }


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"


def write_workbook(path: Path, rows: int) -> None:
    """A sheet of ``rows`` publications in 11 columns, as a unit keeps them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ấn phẩm")
    sheet.append(["DANH MỤC ẤN PHẨM, TÀI LIỆU KHOA HỌC VÀ CÔNG NGHỆ"])
    sheet.append([])
    heads = (
        "STT",
        "Loại tài liệu",
        "Tên tài liệu",
        "Tác giả",
        "Tạp chí",
        "ISSN",
        "Năm",
        "Số",
        "Trang",
        "Đơn vị",
        "Ghi chú",
    )
    sheet.append(list(heads))
    for n, one in enumerate(publications(rows), 1):
        year, month = (int(part) for part in one["issued"].split("-"))
        people = "; ".join(f"Thượng tá, ThS {person['name']}" for person in one["contributors"])
        sheet.append(
            [
                n,
                "Bài báo tạp chí",
                one["title"],
                people,
                one["container"],
                one["issn"],
                datetime(year, month, n % 27 + 1) if n % 3 else f"{month}/{year}",  # noqa: DTZ001 - a cell has no zone
                one["issue"],
                one["pages"],
                one["department"],
                one["notes"],
            ]
        )
    book.save(path)
