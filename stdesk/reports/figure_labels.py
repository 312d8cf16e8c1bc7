"""What a figure counts, in a few Vietnamese words, from the tables it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SUMMARY_TABLE = "summary"
_SUBJECTS = {
    "tasks": "Nhiệm vụ",
    "publications": "Ấn phẩm",
    "theses": "Luận văn, luận án",
    "deposits": "Nộp lưu",
    "training": "Lớp đào tạo, tập huấn",
    "plan": "Nhiệm vụ năm kế hoạch",
    "funding": "Kinh phí",
}
_WHOLE = ("total", "sessions")  # the measure that counts the things themselves
_SINGLE = {
    "people.authors": "Tác giả",
    "people.leaders": "Chủ nhiệm nhiệm vụ",
    "people.researchers": "Người tham gia nghiên cứu",
    "tasks.ongoing": "Nhiệm vụ chưa kết thúc",
    "theses.total": "Luận văn, luận án",
    "left_out": "Hồ sơ quản lý theo chế độ riêng",
    "explained": "Nội dung phải giải trình",
}


def label_of(figures: Mapping[str, Any], name: str) -> str:
    """What the figure ``name`` counts: "Nhiệm vụ, cấp Bộ – được nghiệm thu"; its name when no table has it."""
    if name in _SINGLE:
        return _SINGLE[name]
    for table in figures["tables"]:
        for row in table["rows"]:
            if name in row["cells"]:
                return _in_table(table, row, row["cells"].index(name))
    return name


def _in_table(table: Mapping[str, Any], row: Mapping[str, Any], place: int) -> str:
    label = str(row["label"]).removeprefix("- ")
    if table["id"] == SUMMARY_TABLE:
        return label
    prefix = next((one["cells"][0].split(".")[0] for one in table["rows"] if one["key"] == "total"), "")
    subject = _SUBJECTS.get(prefix, "")
    what = subject or label
    if subject and row["key"] != "total":
        what = f"{subject}, {_small(label)}"
    column = table["columns"][place]
    return what if column["key"] in _WHOLE else f"{what} – {_small(str(column['label']))}"


def _small(text: str) -> str:
    """With a small first letter, unless the word is an abbreviation."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"
