"""Keeping the numbers in a person's sentence tied to their figures.

The person is shown filled numbers and edits those. What was shown is compared with what was typed, word by
word: a number that still stands beside a word it stood beside stays tied; one that was changed, or stands
elsewhere, does not. A number typed anew is tied only when it can mean nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_")
_NUMBER = re.compile(r"\d+(?:\.\d{3})*")
_CAN_BE_CHANCE = 10  # a smaller number is often no figure: "trong 5 năm", "2 trường hợp"
_MOST = 4_000_000  # pairs of words worth comparing
_CALENDAR = range(1900, 2101)
_NAMED = frozenset(
    ("ngày", "tháng", "năm", "quý", "tuần", "điều", "khoản", "điểm", "mục", "số", "phụ", "lục", "đợt")
) | {"lần", "kỳ", "khóa", "thứ", "chương", "trang"}  # what is counted off, not counted: "Điều 12", "năm 2026"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a filled sentence.

    Attributes:
        text: as shown.
        name: the placeholder it comes from; "" for plain words.
        figure: whether it is the number of one figure.
        inner: figures inside it, each with where its number begins and ends in ``text``.
    """

    text: str
    name: str = ""
    figure: bool = False
    inner: tuple[tuple[str, int, int], ...] = ()


def taken_apart(
    template: str, piece_of: Callable[[str], Piece], knows: Callable[[str], bool] | None = None
) -> tuple[Piece, ...]:
    """``template`` in pieces; a placeholder that ``knows`` does not know is plain words."""
    made, place = [], 0
    for found in _PLACEHOLDER.finditer(template):
        if knows is not None and not knows(found[1]):
            continue
        if found.start() > place:
            made.append(Piece(template[place : found.start()]))
        made.append(piece_of(found[1]))
        place = found.end()
    return (*made, Piece(template[place:])) if place < len(template) else tuple(made)


def tie(text: str, shown: Sequence[Piece], others: Sequence[Piece], filled: Callable[[str], str]) -> str:
    """``text``, which a person made of ``shown``, with placeholders where its numbers are still figures.

    Args:
        others: the drafted sentence, whose figures a newly typed number may mean.
        filled: fills a template. Filled the result always reads as ``text`` does, in which a placeholder
            written out by hand ("{tasks.total}") means its figure.
    """
    made = _Tying(text, shown).tied(others)
    return made if filled(made) == filled(text) else text


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Span:
    """A placeholder's place in what was shown."""

    name: str
    start: int
    end: int
    inner: tuple[tuple[str, int, int], ...] = ()


class _Tying:
    def __init__(self, text: str, shown: Sequence[Piece]) -> None:
        self._text = text
        self._old = "".join(piece.text for piece in shown)
        self._spans = _spans(shown)
        self._was = _words(self._old)
        self._now = _words(text)
        self._at = _matched(self._was, self._now)  # word of the old text -> word of the new one
        self._put: list[tuple[int, int, str]] = []  # start, end, name
        self._by_hand: set[int] = set()  # words that stand where a figure was

    def tied(self, others: Sequence[Piece]) -> str:
        for span in self._spans:
            if not self._keep(span):
                for name, start, end in span.inner:
                    self._keep(_Span(name, start, end))
        self._match_by_value([*_figures(self._spans, self._old), *_figures(_spans(others), _joined(others))])
        out, place = [], 0
        for start, end, name in sorted(self._put):
            out += [self._text[place:start], f"{{{name}}}"]
            place = end
        return "".join([*out, self._text[place:]])

    def _keep(self, span: _Span) -> bool:
        """Tie the place of ``span`` when it came through the editing unharmed."""
        first, last = self._words_in(span)
        before, after = self._at.get(first - 1), self._at.get(last)
        here = [self._at.get(place) for place in range(first, last)]
        if not here:
            return self._keep_empty(span, first, before, after)
        runs = all(one is not None and one == (here[0] or 0) + n for n, one in enumerate(here))
        begin, stop = (here[0] or 0), (here[-1] or 0) + 1
        beside = (
            (first > 0 and before == begin - 1)
            or (last < len(self._was) and after == stop)
            or (first == 0 and last == len(self._was) == len(self._now))
        )
        if runs and beside and self._fits(span, self._now[begin].start, self._now[stop - 1].end):
            return True
        low = before if before is not None else -1 if first == 0 else None
        high = after if after is not None else len(self._now) if last == len(self._was) else None
        if low is not None and high is not None:
            self._by_hand.update(range(low + 1, high))
        return False

    def _keep_empty(self, span: _Span, first: int, before: int | None, after: int | None) -> bool:
        """A placeholder that shows nothing now (an annex without rows) stays between its two words."""
        if before is None or (after != before + 1 and first < len(self._was)):
            return False
        end = self._now[before].end
        self._put.append((end, end, span.name))
        return True

    def _fits(self, span: _Span, start: int, end: int) -> bool:
        shown = self._old[span.start : span.end]
        while shown[:1].isspace() and start and self._text[start - 1].isspace():
            start, shown = start - 1, shown[1:]
        same = self._text[start:end].split() == self._old[span.start : span.end].split()
        around = (self._old[span.start - 1 : span.start], self._old[span.end : span.end + 1])
        alone = _stands_alone(self._text, start, end) or around == (
            self._text[start - 1 : start] if start else "",
            self._text[end : end + 1],
        )
        if same and alone:
            self._put.append((start, end, span.name))
        return same and alone

    def _words_in(self, span: _Span) -> tuple[int, int]:
        first = sum(word.end <= span.start for word in self._was)
        last = sum(word.start < span.end for word in self._was)
        return first, max(first, last)

    def _match_by_value(self, figures: Iterable[tuple[str, str, str]]) -> None:
        kept = {name for _, _, name in self._put}
        meant: dict[str, dict[str, set[str]]] = {}  # number as typed -> figure -> words after it
        for name, number, following in figures:
            if name not in kept:
                for written in {number, number.replace(".", "")} if _NUMBER.fullmatch(number) else ():
                    meant.setdefault(written, {}).setdefault(name, set()).add(following)
        free = [n for n, word in enumerate(self._now) if word.text[0].isdigit() and not self._is_taken(word)]
        often = Counter(self._now[n].text for n in free)
        for n in free:
            word = self._now[n]
            found = meant.get(word.text, {})
            if len(found) != 1 or often[word.text] != 1 or n in self._by_hand or self._is_named(n):
                continue
            ((name, after),) = found.items()
            if self._can_mean(word, n, after):
                self._put.append((word.start, word.end, name))

    def _can_mean(self, word: _Word, place: int, following: set[str]) -> bool:
        value = int(word.text.replace(".", ""))
        if "." not in word.text and value in _CALENDAR:
            return False
        return value >= _CAN_BE_CHANCE or self._after(place) in following - {""}

    def _after(self, place: int) -> str:
        return self._now[place + 1].text.lower() if place + 1 < len(self._now) else ""

    def _is_named(self, place: int) -> bool:
        word = self._now[place]
        before = self._now[place - 1].text.lower() if place else ""
        return before in _NAMED or not _stands_alone(self._text, word.start, word.end)

    def _is_taken(self, word: _Word) -> bool:
        return any(start <= word.start and word.end <= end for start, end, _ in self._put)


def _joined(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _spans(pieces: Sequence[Piece]) -> list[_Span]:
    made, place = [], 0
    for piece in pieces:
        if piece.name:
            inner = tuple((name, place + start, place + end) for name, start, end in piece.inner)
            inner += ((piece.name, place, place + len(piece.text)),) if piece.figure else ()
            made.append(_Span(piece.name, place, place + len(piece.text), inner))
        place += len(piece.text)
    return made


def _figures(spans: Iterable[_Span], text: str) -> Iterable[tuple[str, str, str]]:
    """Figure, its number as shown, and the word after it."""
    for span in spans:
        for name, start, end in span.inner:
            following = _TOKEN.search(text, end)
            yield name, text[start:end], following[0].lower() if following else ""


def _words(text: str) -> list[_Word]:
    return [_Word(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)]


def _matched(was: Sequence[_Word], now: Sequence[_Word]) -> Mapping[int, int]:
    """Which word of the old text each one of the new text is, as far as they follow each other."""
    old, new = [one.text for one in was], [one.text for one in now]
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    tail = next((n for n in range(least - head) if old[-1 - n] != new[-1 - n]), least - head)
    at = {n: n for n in range(head)}
    at |= {len(old) - 1 - n: len(new) - 1 - n for n in range(tail)}
    middle, changed = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle) * len(changed) <= _MOST:
        for block in SequenceMatcher(None, middle, changed, autojunk=False).get_matching_blocks():
            at |= {head + block.a + n: head + block.b + n for n in range(block.size)}
    return at


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the number from ``start`` to ``end`` is one of its own: not in "2025", "05/CT", "12/2025", "4b"."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    beyond = text[end + 1 : end + 2]
    return (
        not (before.isalnum() or before in tuple("/-–.,_"))
        and not (after.isalnum() or after in tuple("/-–%_"))
        and not (after in (".", ",") and beyond.isalnum())
    )
