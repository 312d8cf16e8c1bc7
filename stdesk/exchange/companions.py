"""Columns that say more of the people of a row: "Cấp bậc", "Học hàm, học vị", "Giới tính", "Chức vụ"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.titles import read_titles
from stdesk.exchange.vocabulary import normal
from stdesk.text import clean, clean_lines

_TITLES = frozenset({
    "cap bac", "cap bac ham", "quan ham", "hoc ham", "hoc vi", "hoc ham hoc vi", "trinh do", "chuc danh",
    "trinh do chuc danh", "cap bac hoc vi", "cap bac hoc ham hoc vi", "chuc danh khoa hoc", "rank", "degree",
})  # fmt: skip
_POSTS = frozenset({"chuc vu", "cap bac chuc vu", "chuc vu cap bac", "chuc danh chuc vu", "position"})
_GENDERS = frozenset({"gioi tinh", "nam nu", "gender", "sex"})
_LINES = re.compile(r"[;\n]")


def says_more_of_people(header: str) -> bool:
    """Whether a column of this name, that is no field, speaks of the person in another column."""
    return _said(header) in _TITLES | _POSTS | _GENDERS


def completed(
    people: Sequence[Mapping[str, Any]], header: str, text: str
) -> tuple[dict[str, Any], ...] | None:
    """``people`` with what ``text`` says of them where they have nothing; None when it is not clear.

    One text belongs to one person; several lines to as many people.
    """
    parts = [part for part in map(clean, _LINES.split(clean_lines(text))) if part]
    if len(people) == 1:
        parts = [clean(text)]
    if not people or len(parts) != len(people):
        return None
    said = [_cells(header, part) for part in parts]
    if any(one is None or any(person.get(k, v) != v for k, v in one.items())
           for person, one in zip(people, said, strict=True)):  # fmt: skip
        return None
    return tuple({**person, **(one or {})} for person, one in zip(people, said, strict=True))


def _said(header: str) -> str:
    return " ".join(normal(header.rsplit(" / ")[-1]))


def _cells(header: str, text: str) -> dict[str, str] | None:
    said = _said(header)
    if said in _GENDERS:
        gender = code_list("gender").recognise(text)
        return {"gender": gender.code} if gender else None
    found: dict[str, str] = {}
    posts: list[str] = []
    for piece in re.split(r"\s*[,;\n]\s*|\s+-\s+", text):
        titles, rest = read_titles(piece.split())
        if rest and said not in _POSTS:
            return None
        if rest or (titles.post and titles.note):
            posts.append(piece)
            continue
        posts += [titles.post] if titles.post else []
        for name in ("rank", "academic_title", "degree", "unit"):
            if value := getattr(titles, name):
                found.setdefault(name, value)
    return {**found, "post": ", ".join(posts)} if posts else found or None
