"""Breaking a justified paragraph into lines so that no line has wide gaps.

All lines of a paragraph are chosen together: the breaks are those for which the gaps between words differ least
from what the typeface gives (after Knuth and Plass, "Breaking paragraphs into lines", 1981; no hyphenation,
Vietnamese has none). A number stays with its unit, "ngày" with its day. A long link or reference is broken inside,
after a stroke or hyphen, only where the line before it would otherwise gape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdesk.reports.type_setting import Face, Line
from stdesk.reports.word_groups import word_groups

WIDEST_GAP = 2.5  # of the natural blank: what is wider makes rivers, such a line is not justified
NARROWEST_GAP = 0.85
_GAPING = 100.0  # what a line wider set costs: more than any number of good ones
_INSIDE = 0.6  # what a break inside a word costs
_SHORT_END = 0.12  # of the width: a last line shorter than that looks lost
_LOST = 5.0  # what a last line without any width would cost
_LONG_WORD = 0.2  # of the width: a longer one may be broken inside
_PIECE = 12  # letters of a row without any stroke or hyphen

_PIECES = re.compile(r"[^/\-–_.?&=@:;,]*[/\-–_.?&=@:;,]+|[^/\-–_.?&=@:;,]+")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    width: float
    blanks: int  # inside it
    joined: bool = False  # to the word before, without a blank


def justified_lines(cut: Face, text: str, size: float, width: float, indent: float = 0) -> list[Line]:
    """``text`` in lines of ``width`` points, the first one shorter by ``indent``.

    The natural width of a line may be a little more than ``width``: its gaps are then drawn narrower.
    """
    groups = word_groups(cut.printable(text))
    words = [_Word(one, cut.width(one, size), one.count(" ")) for one in groups]
    if not words:
        return [Line("", 0, False)]
    blank = cut.width(" ", size)
    if all(word.width <= width - indent for word in words):
        breaks, gaping = _best(words, blank, width, indent)
        if not gaping:
            return _lines(words, breaks, blank)
    words = [piece for word in words for piece in _pieces(cut, word, size, width - indent)]
    return _lines(words, _best(words, blank, width, indent)[0], blank)


def gap_stretch(line: Line, blank: float, width: float) -> float:
    """How many natural blanks wide the gaps of ``line`` are when it fills ``width``; 1 when it is not to fill it."""
    gaps = line.text.count(" ")
    if not line.goes_on or not gaps:
        return min(1.0, 1 + (width - line.width) / (gaps * blank)) if gaps else 1.0
    stretch = 1 + (width - line.width) / (gaps * blank)
    return stretch if stretch <= WIDEST_GAP + 0.001 else 1.0


def _pieces(cut: Face, word: _Word, size: float, width: float) -> Iterator[_Word]:
    """``word``, or what it may be broken into where a line is ``width`` points."""
    if word.width <= width * _LONG_WORD:
        yield word
        return
    joined = False
    for part in word.text.split():
        bits = _PIECES.findall(part) if cut.width(part, size) > width * _LONG_WORD else [part]
        joined = False
        for bit in bits:
            wide = cut.width(bit, size)
            step = max(min(_PIECE, int(len(bit) * width / wide / 3)), 1) if wide > width / 2 else len(bit)
            for start in range(0, len(bit), step):
                piece = bit[start : start + step]
                yield _Word(piece, cut.width(piece, size), 0, joined)
                joined = True


def _best(words: list[_Word], blank: float, width: float, indent: float) -> tuple[list[int], bool]:
    """Where lines begin, and whether one of them gapes."""
    count = len(words)
    spans, gaps = [0.0], [0]  # of everything before a word, its gap to the one before included
    for word in words:
        joint = 0 if word.joined or len(spans) == 1 else 1
        spans.append(spans[-1] + word.width + joint * blank)
        gaps.append(gaps[-1] + word.blanks + joint)
    cost, came = [0.0] + [float("inf")] * count, [0] * (count + 1)
    first = 0
    for end in range(1, count + 1):
        while first < end - 1 and _too_long(words, spans, gaps, first, end, blank, width):
            first += 1
        for start in range(first, end):
            if cost[start] >= cost[end]:
                continue
            joint = 0 if start == 0 or words[start].joined else 1
            natural = spans[end] - spans[start] - joint * blank
            room = width - indent if start == 0 else width
            found = cost[start] + _cost(natural, gaps[end] - gaps[start] - joint, room, blank, end == count)
            if start and words[start].joined:
                found += _INSIDE
            if found < cost[end]:
                cost[end], came[end] = found, start
    breaks, at = [], count
    while at:
        at = came[at]
        breaks.append(at)
    breaks.reverse()
    return breaks, cost[count] >= _GAPING


def _too_long(
    words: list[_Word], spans: list[float], gaps: list[int], start: int, end: int, blank: float, width: float
) -> bool:
    joint = 0 if start == 0 or words[start].joined else 1
    least = (gaps[end] - gaps[start] - joint) * blank * (1 - NARROWEST_GAP)
    return spans[end] - spans[start] - joint * blank - least > width


def _cost(natural: float, gaps: int, room: float, blank: float, last: bool) -> float:
    """What a line costs: the square of how far its gaps are from natural ones, and far more when it gapes."""
    spare = room - natural
    if spare < 0:
        tight = -spare / (gaps * blank) if gaps else 1.0
        return (5 * tight) ** 2 if tight <= 1 - NARROWEST_GAP else _GAPING * 100 * (1 + tight)
    if last:
        return 0.02 + _LOST * max(1 - natural / (room * _SHORT_END), 0.0)
    wide = spare / (gaps * blank) if gaps else spare / blank
    return wide * wide + 0.02 if wide <= WIDEST_GAP - 1 else _GAPING * (1 + wide)


def _lines(words: list[_Word], breaks: list[int], blank: float) -> list[Line]:
    made = []
    for start, end in zip(breaks, [*breaks[1:], len(words)], strict=True):
        text, width = words[start].text, words[start].width
        for word in words[start + 1 : end]:
            text += word.text if word.joined else f" {word.text}"
            width += word.width if word.joined else blank + word.width
        made.append(Line(text, width, end < len(words)))
    return made
