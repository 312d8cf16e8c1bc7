"""What changed from one text to another, word by word."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from stdesk.i18n import tr
from stdesk.ui import theme

_TOKENS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")  # a word with its blank: changes run on over several words
_MOST = 2_000  # words compared one by one; a longer middle part is shown as replaced whole
_SPOKEN = 300  # characters told of a piece to a screen reader


class Step(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went or came."""

    step: Step
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces that make ``after`` out of ``before``, in reading order."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    pieces = [Piece(Step.SAME, "".join(old[:head]))]
    if len(middle_old) + len(middle_new) > _MOST:
        pieces += [Piece(Step.GONE, "".join(middle_old)), Piece(Step.NEW, "".join(middle_new))]
    else:
        pieces += _compared(middle_old, middle_new)
    pieces.append(Piece(Step.SAME, "".join(old[len(old) - tail :])))
    return _joined([piece for piece in pieces if piece.text])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Step.SAME, "".join(old[a:b]))
            continue
        yield Piece(Step.GONE, "".join(old[a:b]))
        yield Piece(Step.NEW, "".join(new[c:d]))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one sort made one; a blank alone between two changes changed with them."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].step is piece.step:
            joined[-1] = Piece(piece.step, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def as_html(pieces: Sequence[Piece]) -> str:
    """Deletions struck out, additions underlined; every text escaped."""
    t = theme.tokens()
    styles = {
        Step.GONE: f"color:{t.red}; background-color:{t.red_soft}; text-decoration:line-through",
        Step.NEW: f"color:{t.green}; background-color:{t.green_soft}; text-decoration:underline",
    }
    parts = []
    for piece in pieces:
        text = html.escape(piece.text).replace("\n", "<br>")
        parts.append(f'<span style="{styles[piece.step]}">{text}</span>' if piece.step in styles else text)
    return f'<span style="white-space:pre-wrap">{"".join(parts)}</span>'


def spoken(pieces: Sequence[Piece]) -> str:
    """The same in words: "Bỏ: … Thêm: …"."""
    parts = []
    for one in pieces:
        text = one.text.strip()[:_SPOKEN]
        if one.step is Step.GONE:
            parts.append(tr("Removed: {text}", text=text))
        elif one.step is Step.NEW:
            parts.append(tr("Added: {text}", text=text))
    return ". ".join(parts)
