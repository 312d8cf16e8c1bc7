"""Cells of people, quickly: most are plain names with usual titles before them.

:func:`stdesk.domain.people.split_people` reads whatever people write, in a third of a millisecond
a cell. Here a cell is cut at its plain separators; what stands before a name ("Thượng tá, ThS") is
read once by putting a stand-in name behind it and then remembered. A cell in which anything is
unusual goes to ``split_people`` whole, so that the result is always the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stdesk.domain.codes import CodeList, code_list
from stdesk.domain.fields import Field
from stdesk.domain.kinds import Kind
from stdesk.domain.people import PersonName, SplitPeople, split_people
from stdesk.exchange.cells import Column, Convert, Reading, doubt, kept, text_of
from stdesk.exchange.reasons import Reason
from stdesk.exchange.sheets import CellValue
from stdesk.text import clean, clean_lines

# The commonest family names: a word of these begins a name and is no title, rank or office.
_FAMILY = frozenset({
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
    "Dương", "Lý", "Đinh", "Mai", "Trịnh", "Đoàn", "Lương", "Trương", "Tạ", "Lưu", "Tống", "Cao", "Phùng",
    "Tăng", "Lâm", "Thái", "Chu", "Châu", "Vương", "Quách", "Nông", "Triệu", "Đào", "Hà", "Kiều", "Nghiêm",
    "Vi", "Lò", "Quàng", "Giàng", "Vàng", "Sùng", "Thạch", "Tô", "Khuất", "Doãn", "Bế", "Cù", "Đàm", "Mạc",
    "Ninh", "Phí",
})  # fmt: skip
_NAMED_PERSON = re.compile(
    r"[\s,;.(\-–]*\b(?:chủ nhiệm|CNĐT|CN|tác giả|chủ trì|người thực hiện|chủ biên)"
    r"(?:\s+(?:đề tài|nhiệm vụ|dự án))?\s*[:\-–]\s*(?P<people>[^:]+?)\)?\s*\Z",
    re.IGNORECASE,
)
_HARMLESS_PEOPLE = {"not_a_person", "title_after_name", "others_dropped"}
_UNKNOWN_PEOPLE = {"others_dropped", "title_without_name", "title_unclear", "too_many"}
_STAND_IN = "Nguyễn Văn An"
_UNUSUAL = re.compile(r"[^\w\s.,;]|[\d_]|\.\.")
_CUTS = re.compile(r"[;\n]| và ")


def read_people(text: str) -> SplitPeople:
    """The same as ``split_people(text)``."""
    if len(text) < 2_000 and not _UNUSUAL.search(text):
        people = _plain(text)
        if people:
            return SplitPeople(tuple(people))
    return split_people(text)


def _plain(text: str) -> list[PersonName] | None:
    people: list[PersonName] = []
    for piece in _CUTS.split(text):
        before: list[str] = []
        for part in piece.split(","):
            words = part.split()
            at = _name_begins(words)
            if at < 0:
                before.append(" ".join(words))
                continue
            titles = _titles(", ".join([*before, " ".join(words[:at])]))
            if titles is None:
                return None
            people.append(_called(" ".join(words[at:]), titles))
            before = []
        if before:
            return None
    return people


def _called(name: str, like: PersonName) -> PersonName:
    return PersonName(
        name, like.rank, like.academic_title, like.degree, like.gender, like.post, like.unit, like.note
    )


def _name_begins(words: list[str]) -> int:
    """Where the words of a name begin that ends ``words``; -1 when they do not plainly end in one."""
    at = len(words)
    while at and words[at - 1].isalpha() and words[at - 1] == words[at - 1].capitalize():
        at -= 1
    while at < len(words) and words[at] not in _FAMILY:
        at += 1
    return at if 2 <= len(words) - at <= 4 else -1


@lru_cache(maxsize=4096)
def _titles(before: str) -> PersonName | None:
    """What stands before a name, read with a stand-in; None when it is not simply its titles."""
    split = split_people(f"{before} {_STAND_IN}".strip())
    if split.doubts or len(split.people) != 1 or split.people[0].name != _STAND_IN:
        return None
    return split.people[0]


def people_converter(field_: Field, column: Column) -> Convert:
    roles = code_list(field_.codes) if field_.codes else None
    named = roles.recognise(column.header.rsplit(" / ")[-1]) if roles else None
    ordinary = next(iter(roles.codes), "") if roles else ""
    default = named.code if named and named.code != ordinary else ""

    def convert(value: CellValue) -> Reading:
        split = read_people(value if isinstance(value, str) else text_of(value))
        items, notes = [], []
        for person in split.people:
            items.append(person_item(person, roles, default))
            if person.note and "role" not in items[-1]:
                notes.append(f"{person.name}: {person.note}")
        several = field_.single and len(items) > 1
        reasons = [
            doubt(f"import_people_{code}", column, value, look=code not in _HARMLESS_PEOPLE)
            for code in split.doubts
        ]
        if several:
            reasons.append(doubt("import_several_people", column, value, value=split.people[0].name))
        if not items:
            return kept(column, value, *reasons, doubt("import_no_people", column, value))
        if several or _UNKNOWN_PEOPLE & set(split.doubts):
            notes.append(kept(column, value).note)
        return Reading(
            {field_.name: tuple(items[:1] if field_.single else items)}, "\n".join(notes), tuple(reasons)
        )

    return convert


def person_item(person: PersonName, roles: CodeList | None, default: str = "") -> dict[str, str]:
    """A person as an item of a field of people, empty cells left out."""
    role = roles.recognise(person.note) if roles and person.note else None
    cells = {
        "name": person.name,
        "role": role.code if role else default,
        "rank": person.rank,
        "academic_title": person.academic_title,
        "degree": person.degree,
        "gender": person.gender,
        "post": person.post,
        "unit": person.unit,
    }
    return {name: cell for name, cell in cells.items() if cell}


def title_and_people_converter(kind: Kind, column: Column) -> Convert:
    """One cell for "Tên đề tài, chủ nhiệm"."""
    convert_people = people_converter(kind.field(kind.people), column)

    def convert(value: CellValue) -> Reading:
        text = value if isinstance(value, str) else text_of(value)
        lines = [line for line in clean_lines(text).split("\n") if line]
        if match := _NAMED_PERSON.search(clean(text)):
            return _both(clean(text)[: match.start()], match["people"])
        reason = doubt("import_two_in_one", column, value)
        if len(lines) > 1:
            return _both(clean(" ".join(lines[:-1])), lines[-1], reason)
        return Reading({kind.title: clean(text)}, "", (reason,))

    def _both(title: str, people: str, *reasons: Reason) -> Reading:
        found = convert_people(people)
        return Reading(
            {kind.title: title.strip(" ,;.-–("), **found.values}, found.note, (*reasons, *found.reasons)
        )

    return convert
