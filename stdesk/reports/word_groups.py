"""Which words of a Vietnamese text belong on one line: a number and its unit, "ngày" and its day."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANK = re.compile(r"[^\S\u00a0\u202f]+")
_NUMBER = re.compile(r"[(\[]?\d[\d.,/–-]*")
_COUNTED = re.compile(r"\(?(\d|[IVX]+\b)")
_BEFORE_NUMBER = frozenset(
    ("ngày", "tháng", "năm", "quý", "số", "khoản", "điểm", "điều", "mục", "lục", "chương", "trang", "tập", "kỳ", "lần")
)  # fmt: skip
_DASHES = frozenset("-–—")  # do not begin a line in the middle of a sentence
_MULTIPLES = frozenset(
    ("nghìn", "ngàn", "triệu", "tỷ", "tỉ")
)  # fmt: skip
_UNITS = _MULTIPLES | frozenset(
    ("đồng", "%", "km", "m", "cm", "mm", "m²", "kg", "g", "ha", "người", "lượt", "ngày", "tháng", "năm", "giờ",
     "phút", "trang", "bản", "bộ", "bài", "cuốn", "lớp", "buổi", "quyển")
)  # fmt: skip


def word_groups(text: str) -> Iterator[str]:
    """The words of ``text``, those that belong together as one with blanks inside; so is what a person tied."""
    held: list[str] = []
    counted = False  # "ngày 07" is whole: the "tháng" after it belongs to its own number
    for word in _BLANK.split(text.strip()):
        plain = " ".join(word.split())  # blanks that do not break become plain ones inside the group
        if not plain:
            continue
        if held and _belongs(held[-1], plain, counted):
            counted = counted or held[-1].lstrip("([").lower() in _BEFORE_NUMBER
            held.append(plain)
            continue
        if held:
            yield " ".join(held)
        held, counted = [plain], False
    if held:
        yield " ".join(held)


def _belongs(before: str, word: str, counted: bool) -> bool:
    if word in _DASHES:
        return before not in _DASHES
    named = before.lstrip("([").lower()
    if named in _BEFORE_NUMBER:
        return bool(_COUNTED.match(word))
    if named == "phụ":
        return word.lower() == "lục"
    if before in _MULTIPLES:
        return word.rstrip(".,;:)") in _UNITS
    return not counted and bool(_NUMBER.fullmatch(before)) and word.rstrip(".,;:)") in _UNITS
