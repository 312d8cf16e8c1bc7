"""Signs that a text does not belong into a library of ordinary secrecy: marks of a level, identity numbers.

A sign is a reason to look, never a verdict: the program decides no level. Numbers are told masked, here and
everywhere after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdesk.text import nfc

MARK, CITIZEN, OLD_CARD, PASSPORT = "mark", "citizen", "old_card", "passport"

MOST = 200_000  # characters looked at

_LEVEL = r"(?:tuyệt\s+mật|tối\s+mật|mật)"
# A level as a mark: in brackets or after "độ mật" in any case, or standing alone in capitals. Not the words
# of which "mật" is a part: bí mật, bảo mật, cơ mật, mật mã, mật khẩu ...
_BRACKETED = re.compile(rf"[(\[{{]\s*{_LEVEL}\s*[)\]}}]", re.IGNORECASE)
_LABELLED = re.compile(rf"\bđộ\s+mật\s*[:=-]\s*{_LEVEL}\b(?!\s*[,/;]\s*{_LEVEL})", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:TUYỆT\s+MẬT|TỐI\s+MẬT)\b")
_ALONE = re.compile(
    r"(?<!\w)(?<!BÍ )(?<!BẢO )(?<!CƠ )(?<!ĐỘ )(?<!TUYỆT )(?<!TỐI )(?<!THÂN )MẬT(?!\w)"
    r"(?!\s+(?:MÃ|KHẨU|VỤ|THÁM|ĐỘ|ONG|THIẾT|DANH|THƯ|ƯỚC|LỆNH|BÁO))"
)
_LISTED = re.compile(rf"{_LEVEL}\s*(?:,|/|;|và|hoặc|hay|☐|□)\s*☐?\s*{_LEVEL}", re.IGNORECASE)
_STAMP = re.compile(r"T\s*U\s*Y\s*Ệ\s*T\s*M\s*Ậ\s*T|T\s*Ố\s*I\s*M\s*Ậ\s*T|M\s*Ậ\s*T|TUYET\s+MAT|TOI\s+MAT")

_BESIDE = re.compile(r"Số\s*:.{0,60}\s(TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)")  # number left, stamp right, one line

_DIGITS = re.compile("[0-9](?:[ .]?[0-9]){6}")
_CARD_WORD = r"(?:cccd|cmnd|cmtnd|cmt|căn\s+cước|chứng\s+minh|định\s+danh|giấy\s+tờ\s+tùy\s+thân)"
_WORDED = re.compile(
    rf"\b{_CARD_WORD}\D{{0,30}}(?<!\d)(\d{{3}}[ .]?\d{{3}}[ .]?\d{{3}}(?:[ .]?\d{{3}})?)(?!\d)", re.IGNORECASE
)
_PERSONAL = re.compile(r"(?<![\w./-])(0\d{2})([0-3])(\d{2})(\d{6})(?![\w/-])")
_TRAVEL = re.compile(r"\b(?:hộ\s+chiếu|passport)\D{0,30}?(?<![\w])([A-Z]\d{7,8})(?!\w)", re.IGNORECASE)
_YOUNGEST = 40  # 20yy: nobody has been born later for a while
_PROVINCES = frozenset(
    f"{n:03}"
    for n in (
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42,
        44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84,
        86, 87, 89, 91, 92, 93, 94, 95, 96,
    )
)  # fmt: skip
"""First three digits of a citizen's number (Circular 59/2021/TT-BCA, annex I)."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign in a text.

    Attributes:
        code: ``mark``, ``citizen`` (12 digits), ``old_card`` (9 digits), ``passport``.
        shown: a mark as it stands there; of a number its first and last digits, "001…45".
        start, end: where it stands in the text as NFC.
    """

    code: str
    shown: str
    start: int
    end: int


def signs(text: str) -> tuple[Sign, ...]:
    """The signs in a text that a person typed, a field's value or a cell: the first mark, every number."""
    whole = nfc(text[:MOST])
    return tuple(sorted([*_mark(whole), *_numbers(whole)], key=lambda one: one.start))


def page_signs(text: str) -> tuple[Sign, ...]:
    """The signs on a page of a document, where a stamp stands on a line of its own, also with letters apart."""
    whole = nfc(text[:MOST])
    found = list(_numbers(whole))
    at = 0
    for line in whole.splitlines(keepends=True):
        bare = line.strip()
        start = at + line.find(bare) if bare else at
        at += len(line)
        if _STAMP.fullmatch(bare):
            found.append(Sign(MARK, " ".join(bare.split()), start, start + len(bare)))
        elif beside := _BESIDE.fullmatch(bare):
            found.append(Sign(MARK, beside[1], start + beside.start(1), start + beside.end(1)))
        elif (label := _LABELLED.search(bare)) and not _LISTED.search(bare):
            found.append(Sign(MARK, label.group(), start + label.start(), start + label.end()))
    return tuple(sorted(found, key=lambda one: one.start))


def mark_in(text: str) -> str:
    """The secrecy mark in a text that a person typed; "" when there is none."""
    return next((one.shown for one in _mark(nfc(text[:MOST]))), "")


def number_in(text: str) -> str:
    """The first identity number in a text, whole: to be masked by who shows it; "" for none."""
    return next((number for number, _ in _found_numbers(nfc(text[:MOST])) if number), "")


def masked(number: str) -> str:
    """A number as it may be shown: enough to find it again, not enough to know it."""
    return f"{number[:3]}…{number[-2:]}"


def may_mark(text: str) -> bool:
    """Whether the word that every mark holds occurs at all: quick, for whole records."""
    whole = nfc(text)
    return ("\u1ead" in whole or "\u1eac" in whole) and "m\u1eadt" in whole.lower()


def may_number(text: str) -> bool:
    """Whether there are digits enough for any number: quick, for whole records."""
    return _DIGITS.search(text) is not None


def _mark(whole: str) -> Iterator[Sign]:
    if not may_mark(whole):
        return
    found = _BRACKETED.search(whole) or _LABELLED.search(whole)
    if found is None and not _LISTED.search(whole):
        found = _HIGH.search(whole)
        if found is None and any(char.islower() for char in whole):
            found = _ALONE.search(whole)  # in a title in capitals MẬT is a word like others
    if found is not None:
        yield Sign(MARK, " ".join(found.group().split()), found.start(), found.end())


def _numbers(whole: str) -> Iterator[Sign]:
    for number, (start, end) in _found_numbers(whole):
        code = PASSPORT if number[:1].isalpha() else CITIZEN if len(number) == 12 else OLD_CARD
        yield Sign(code, masked(number), start, end)


def _found_numbers(whole: str) -> Iterator[tuple[str, tuple[int, int]]]:
    if not may_number(whole):
        return
    taken: set[int] = set()
    for found in _WORDED.finditer(whole):
        taken.add(found.start(1))
        yield re.sub(r"\D", "", found[1]), found.span(1)
    for found in _PERSONAL.finditer(whole):
        young = found[2] in "01" or int(found[3]) <= _YOUNGEST
        if found.start() not in taken and found[1] in _PROVINCES and young:
            yield found[0], found.span()
    for found in _TRAVEL.finditer(whole):
        yield found[1].upper(), found.span(1)
