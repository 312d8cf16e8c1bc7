"""Finding title and people among the lines of a title page: by size of type, by place, by words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.exchange.title_lines import (
    PageLine,
    first_stop,
    is_furniture,
    joined,
    listed,
    place_and_year,
    plain_key,
    shouts,
)
from stdesk.exchange.title_people import LABELS, MARKS, SUPERVISED, names_in, people, supervisors
from stdesk.text import clean, fold

_MOST_LINES = 8  # of a title
_LONGEST = 400  # characters of a title


_QUOTED_TITLE = re.compile(r"^(?:ten )?(?:de tai|luan an|luan van|nhiem vu|chuyen de|title)\s*:\s*(?=\S)")

_BOOKS = ("textbook", "monograph")
_FILE_LIKE = re.compile(
    r"(?i)^(?:microsoft word|untitled|document\d*|slide|powerpoint|.*\.(?:docx?|pdf|tex|indd)$)"
)


@dataclass(frozen=True, slots=True)
class TitlePage:
    """What was found.

    Attributes:
        title, people, supervisors: as read; people as items of a field of people.
        page, title_top: where the title begins.
        from_metadata: the title is the one the PDF gives itself, seen on the page too.
        kind_of_work: code of the document type named on the cover.
        institution: the school named on the cover.
        references: the heading of the references, when they begin on these pages.
    """

    title: str = ""
    people: tuple[Mapping[str, Any], ...] = ()
    supervisors: tuple[Mapping[str, Any], ...] = ()
    page: int = 0
    title_top: float = 0.0
    from_metadata: bool = False
    kind_of_work: str = ""
    institution: str = ""
    references: str = ""


@dataclass(slots=True)
class _Block:
    """Lines of one type under one another."""

    at: int  # of the first line
    lines: list[PageLine] = field(default_factory=list)

    @property
    def place(self) -> range:
        """Numbers of its lines."""
        return range(self.at, self.at + len(self.lines))

    @property
    def text(self) -> str:
        return clean(joined([one.text for one in self.lines]))


def read(lines: Sequence[PageLine], height: float, metadata_title: str = "") -> TitlePage:
    """Find title and people among ``lines`` of pages ``height`` points high."""
    page = _title_page(lines)
    here = [one for one in lines if one.page == page]
    later = {plain_key(one.text) for one in lines if one.page > page}
    references = next((one.text for one in lines if fold(one.text).startswith(listed("references"))), "")
    if not here:
        return TitlePage(references=references)
    cover = len(here) < 30 and sum(len(one.text) for one in here) < 1_300
    block = _title_block(here, height or 842.0, later, cover=cover)
    title, labelled = _labelled_title(block)
    known = _is_seen(metadata_title, here)
    if known and (
        not title or (len(fold(metadata_title)) >= len(title) and fold(title) in fold(metadata_title))
    ):
        title = _calm(clean(metadata_title))
    else:
        known = False
    return TitlePage(
        title,
        people(here, block.place if block else None, cover=cover),
        supervisors(here),
        page,
        block.lines[0].top if block else 0.12 * height,
        known and not labelled,
        _kind_of_work(here) if cover else "",
        _institution(here) if cover else "",
        references,
    )


def _title_page(lines: Sequence[PageLine]) -> int:
    """The first page that says something."""
    size: Counter[int] = Counter()
    for one in lines:
        size[one.page] += len(one.text)
    return next((page for page in sorted(size) if size[page] >= 40), min(size, default=0))


# -- title -----------------------------------------------------------------------------------


def _title_block(here: Sequence[PageLine], height: float, later: set[str], *, cover: bool) -> _Block | None:
    sizes: Counter[float] = Counter()
    for one in here:
        sizes[round(one.size)] += len(one.text)
    body = sizes.most_common(1)[0][0] or 1.0
    end = len(here) if cover else first_stop(here)
    blocks = [one for one in _blocks(here[:end]) if _can_be_title(one, later)]
    if not blocks:
        return None
    return max(blocks, key=lambda one: _weight(one, body, height, cover=cover))


def _blocks(here: Sequence[PageLine]) -> list[_Block]:
    blocks: list[_Block] = []
    for at, line in enumerate(here):
        if blocks and _goes_on(blocks[-1].lines[-1], line) and not _starts_anew(line, blocks[-1]):
            blocks[-1].lines.append(line)
        else:
            blocks.append(_Block(at, [line]))
    return blocks


def _goes_on(above: PageLine, line: PageLine) -> bool:
    same = abs(above.size - line.size) <= 0.06 * above.size and above.bold == line.bold
    near = 0 <= line.top - above.top <= 2.0 * above.size
    return same and near and shouts(above.text) == shouts(line.text)


def _starts_anew(line: PageLine, block: _Block) -> bool:
    folded = fold(line.text)
    if (
        folded.startswith((*listed("stops"), *listed("references")))
        or LABELS.match(folded)
        or _QUOTED_TITLE.match(folded)
    ):
        return True
    if is_furniture(line.text) != is_furniture(block.lines[-1].text) and not _open_ended(
        block.lines[-1].text
    ):
        return True
    return len(block.lines) >= _MOST_LINES or bool(names_in(line.text, sure=True))


def _open_ended(text: str) -> bool:
    """Whether a line plainly goes on: "… CỦA", "… trong", a comma, a hyphen."""
    return text.endswith((",", "-", ":")) or fold(text).split()[-1:] in ([one] for one in listed("open_ends"))


def _can_be_title(block: _Block, later: set[str]) -> bool:
    text = block.text
    words = text.split()
    letters = sum(one.isalpha() for one in text)
    if not len(words) >= 2 or not 8 <= len(text) <= _LONGEST or letters < 0.6 * len(text.replace(" ", "")):
        return False
    if (
        is_furniture(block.lines[0].text)
        or _kind_of_line(block.lines[0].text)
        or SUPERVISED.match(fold(text))
    ):
        return False
    if len(block.lines) == 1 and plain_key(text) in later:
        return False  # it runs along the heads of the pages
    return not names_in(text, sure=True) and not place_and_year(text)


def _weight(block: _Block, body: float, height: float, *, cover: bool) -> float:
    first, text = block.lines[0], block.text
    weight = 2.5 * first.size / body + 0.35 * first.bold + 0.3 * shouts(text)
    weight += min(len(text.split()), 14) * 0.06
    if _QUOTED_TITLE.match(fold(text)):
        weight += 1.5
    if not cover:
        weight -= 1.2 * first.top / height
        if text.endswith(".") or len(block.lines) > 5:
            weight -= 0.6
    return weight


def _labelled_title(block: _Block | None) -> tuple[str, bool]:
    if block is None:
        return "", False
    text = block.text
    label = _QUOTED_TITLE.match(fold(text))
    if label and len(fold(text)) == len(text):
        text = text[label.end() :]
    text = text.strip(' \u201c\u201d"*')
    return _calm(MARKS.sub("", text) if text.endswith(("*", "\u2020")) else text), bool(label)


def _is_seen(title: str, here: Sequence[PageLine]) -> bool:
    """A title in the PDF's own notes counts only when the page says the same."""
    key = plain_key(title)
    return (
        len(key) >= 12
        and not _FILE_LIKE.match(title)
        and key in plain_key(" ".join(one.text for one in here))
    )


def _calm(text: str) -> str:
    """Capitals as in a sentence when all was shouted; known abbreviations cannot be told, so digits keep theirs."""
    if not shouts(text):
        return text
    words = [
        word if any(one.isdigit() for one in word) or _is_abbreviation(word) else word.lower()
        for word in text.split()
    ]
    calm = " ".join(words)
    return calm[:1].upper() + calm[1:]


def _is_abbreviation(word: str) -> bool:
    bare = word.strip('.,;:()"\u201c\u201d')
    return bare in _kept_capitals()


@cache
def _kept_capitals() -> frozenset[str]:
    return frozenset(listed("abbreviations"))


# -- lines -----------------------------------------------------------------------------------


def _kind_of_line(text: str) -> str:
    """The code of the document type that a line names: "LUẬN ÁN TIẾN SĨ LUẬT HỌC"."""
    folded = clean(fold(text)).strip(" .:")
    for wording, code in _kinds_of_work():
        # "Giáo trình" alone names the kind; with more words behind it, it begins a title.
        more = 0 if code in _BOOKS else 8
        begins = folded.startswith(f"{wording} ") and len(folded.split()) - len(wording.split()) <= more
        if folded == wording or begins:
            return code
    return ""


@cache
def _kinds_of_work() -> tuple[tuple[str, str], ...]:
    codes = code_list("document_type").codes
    works = [code for code in listed("works") if code in codes]
    words = [(fold(form), code) for code in works for form in (codes[code].text.vi, *codes[code].synonyms)]
    words = [one for one in words if len(one[0].split()) > 1 or one[1] in _BOOKS]
    return tuple(sorted(words, key=lambda one: -len(one[0])))


def _kind_of_work(here: Sequence[PageLine]) -> str:
    return next((code for one in here if (code := _kind_of_line(one.text))), "")


def _institution(here: Sequence[PageLine]) -> str:
    for one in here[:8]:
        if fold(one.text).startswith(("hoc vien", "truong dai hoc", "dai hoc")) and len(one.text) < 90:
            return one.text if not shouts(one.text) else one.text[:1] + one.text[1:].lower()
    return ""
