"""What units call the columns of their sheets, measured against what a kind's fields are called.

A header is compared folded, without what stands in brackets and with the usual abbreviations
spelled out. One that *is* a label or synonym scores above 1 (longer wordings a little more, so
that "Đơn vị chủ trì" beats "Đơn vị"), one that contains a wording, or is contained in one,
scores less the more else it says. What scores less than :data:`ENOUGH` is not the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdesk.domain.kinds import Kind, Kinds
from stdesk.text import fold

ENOUGH = 0.5
SURE = 0.85

NUMBER_COLUMN = "#"  # the sheet's own numbering (STT): used for finding lines, never kept
SECRECY = "secrecy"  # the record's level, which is no field of the kind
OWN_ID = "id"  # the id that our own export puts last: the row is that very record
MEN = "men"  # a column of men beside one of women: with it they make the participants

_SPECIAL = {
    NUMBER_COLUMN: ("stt", "tt", "số tt", "số thứ tự", "thứ tự", "no", "no.", "s.t.t", "t.t", "#"),
    OWN_ID: ("mã stdesk", "stdesk id"),
    SECRECY: ("độ mật", "mức độ mật", "mức độ bảo mật", "bảo mật", "mật", "dấu mật", "secrecy",
              "secrecy level", "security level", "classification level"),
}  # fmt: skip
_ABBREVIATIONS = {
    "dv": "don vi", "kp": "kinh phi", "sl": "so luong", "dt": "de tai", "nv": "nhiem vu", "cq": "co quan",
    "hv": "hoc vien", "kq": "ket qua", "qd": "quyet dinh", "nt": "nghiem thu", "cn": "chu nhiem",
    "xl": "xep loai",
}  # fmt: skip
_SCIENCE = re.compile(r"\bkh\s*(?:&|va|-|,|/)?\s*cn\b")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_WORD = re.compile(r"\w+|#")
_TELLING = frozenset({"issn", "isbn", "doi", "nxb", "nsnn", "scopus", "email"})  # one word says it all
_LABELLED = re.compile(r":\s*\S")  # "Đơn vị: Phòng Tham mưu" says something, it names no column
_OF_GROUPS = ("trong đó", "tổng số", "tổng", "chia ra", "số lượng", "tổng cộng")
_LONGEST_HEADER = 120


@lru_cache(maxsize=4096)
def normal(header: str) -> tuple[str, ...]:
    """The words of ``header`` as compared: folded, i for y, abbreviations spelled out, no brackets."""
    text = fold(header[: 2 * _LONGEST_HEADER])
    outside = _BRACKETS.sub(" ", text)
    text = _SCIENCE.sub(" khoa hoc cong nghe ", outside if _WORD.search(outside) else text)
    spelled = (_ABBREVIATIONS.get(word, word) for word in _WORD.findall(text))
    return tuple(" ".join(spelled).replace("y", "i").split())


@lru_cache(maxsize=4096)
def normal_text(header: str) -> str:
    """:func:`normal` as one text: what a remembered mapping and a fingerprint know a header by."""
    return " ".join(normal(header))


class Vocabulary:
    """The wordings of one kind: target -> what sheets call it.

    Targets are a field's name, ``field.spread`` for a sheet column holding one cell of a small
    table, ``start..end`` for a column holding two dates, and the special ones above.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._phrases: list[tuple[str, tuple[str, ...]]] = []
        self._exact: dict[tuple[str, ...], list[str]] = {}
        for target, phrase in _wordings(kind):
            if found := normal(phrase):
                self._phrases.append((target, found))
                self._exact.setdefault(found, []).append(target)
        self.targets = frozenset(target for target, _ in self._phrases) | {MEN}

    def exact(self, header: str) -> list[str]:
        """The targets one of whose wordings is ``header``."""
        return self._exact.get(normal(header), [])

    def scores(self, parts: tuple[str, ...]) -> dict[str, float]:
        """Target -> how well a header says it.

        Args:
            parts: the header from its top row down: ``("Kinh phí", "NSNN")``.
        """
        readings = [normal(parts[-1])]
        if len(parts) > 1:
            readings.append(normal(" ".join(parts)))
        found = dict.fromkeys(self._in_two_languages(parts[-1]), 1.0)
        for words in readings:
            for target, score in self._of(words):
                if score > found.get(target, 0.0):
                    found[target] = score
        return found

    def _in_two_languages(self, header: str) -> list[str]:
        """What every part of "Journal / Tạp chí" says outright."""
        first, *others = [self.exact(part) for part in header.split("/")]
        return [target for target in first if others and all(target in one for one in others)]

    def _of(self, words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        if not words:
            return
        if words in self._exact:  # it says one thing outright: it is not short for another
            yield from ((target, 1.0 + 0.02 * len(words)) for target in self._exact[words])
            return
        spoken = f" {' '.join(words)} "
        for target, phrase in self._phrases:
            score = _likeness(words, spoken, phrase)
            if score >= 0.35:
                yield target, score


def _likeness(words: tuple[str, ...], spoken: str, phrase: tuple[str, ...]) -> float:
    if words == phrase:
        return 1.0 + 0.02 * len(phrase)
    said = f" {' '.join(phrase)} "
    if said in spoken:
        cover = len(phrase) / len(words)
        if len(phrase) == 1 and phrase[0] not in _TELLING:
            return 0.35 + 0.2 * cover if spoken.startswith(said) else 0.0
        first = 0.05 if spoken.startswith(said) else 0.0
        return 0.45 + 0.45 * cover + first + 0.02 * len(phrase)
    if len(words) > 1 and spoken in said:
        return 0.4 + 0.4 * len(words) / len(phrase)
    if len(words) > 2 and len(phrase) > 2:
        common = len(set(words) & set(phrase)) / len(set(words) | set(phrase))
        return 0.9 * common if common >= 0.75 else 0.0
    return 0.0


def _wordings(kind: Kind) -> Iterator[tuple[str, str]]:
    for target, phrases in _SPECIAL.items():
        yield from ((target, phrase) for phrase in phrases)
    for field in kind.shown:
        if not (field.columns and not field.spreads):
            yield from ((field.name, text) for text in (field.label.vi, field.label.en, *field.synonyms))
        for spread in field.spreads:
            name = f"{field.name}.{spread.name}"
            yield from ((name, text) for text in (spread.label.vi, spread.label.en, *spread.synonyms))
    for span in kind.spans:
        name = f"{span.start}..{span.end}"
        yield from ((name, text) for text in (span.label.vi, span.label.en, *span.synonyms))


class HeaderWords:
    """The wordings of all kinds together: enough to tell a header row from a row of data."""

    def __init__(self, kinds: Kinds) -> None:
        self._numbers = {normal(word) for word in _SPECIAL[NUMBER_COLUMN]}
        self._exact = {normal(word) for word in _OF_GROUPS}
        for kind in kinds:
            for _, phrase in _wordings(kind):
                self._exact.add(normal(phrase))

    def numbers(self, cell: str) -> bool:
        """Whether ``cell`` heads the sheet's own numbering."""
        return len(cell) <= 20 and normal(cell) in self._numbers

    def knows(self, cell: str) -> bool:
        """Whether ``cell`` is, or begins with, what some column is called."""
        if len(cell) > _LONGEST_HEADER or _LABELLED.search(cell):
            return False
        words = normal(cell)
        if words in self._exact or words[:1] == ("#",):
            return True
        return (
            any(words[:length] in self._exact for length in range(2, min(len(words), 6))) and len(words) <= 8
        )
