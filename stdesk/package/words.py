"""A key's fingerprint in Vietnamese words, to be read out over the telephone and compared.

Eight words of a list of 256 carry 64 bits; they are made by 16,384 rounds of PBKDF2 (RFC 8018), so
that who looks for another key with the same words works 16,384 times as long. Every word has two
syllables and stays itself without accents, in any case and over a bad line.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache

from stdesk import resources
from stdesk.errors import UserError
from stdesk.package.keys import PublicKey
from stdesk.text import fold

COUNT = 8
_SIZE = 256
_ROUNDS = 1 << 14
_LABEL = b"stdesk fingerprint 1"
_LETTERS = re.compile("[a-z]+")
_MOST_TYPED = 1_000  # characters
_LONGEST_PAIR = 40  # letters
_NEAR = 3  # letters by which a word of the list may differ to be proposed


@cache
def word_list() -> tuple[str, ...]:
    """The 256 words, each at the place of its value."""
    lines = resources.read_text("words", "vi.txt").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def fingerprint_words(key: PublicKey) -> tuple[str, ...]:
    """The eight words of ``key``."""
    return tuple(word_list()[one] for one in _digest(key)[:COUNT])


def short_form(key: PublicKey) -> str:
    """The same eight bytes for where words do not fit: "9F3A-01C2-77B0-4E5D"."""
    shown = _digest(key)[:COUNT].hex().upper()
    return "-".join(shown[at : at + 4] for at in range(0, len(shown), 4))


def read_words(typed: str) -> tuple[str, ...]:
    """The words a person typed, as the list spells them; accents, case and punctuation do not matter.

    Raises:
        UserError: ``words_count``; ``words_unknown``, or ``words_near`` naming the word that may be meant.
    """
    syllables = _LETTERS.findall(fold(typed[:_MOST_TYPED]))
    pairs = [" ".join(syllables[at : at + 2]) for at in range(0, len(syllables), 2)]
    places = _places()
    for at, pair in enumerate(pairs):
        if pair not in places:
            near = _nearest(pair)
            code = "words_near" if near else "words_unknown"
            raise UserError(code, word=pair[:40], place=str(at + 1), near=near)
    if len(pairs) != COUNT:
        raise UserError("words_count", found=str(len(pairs)), expected=str(COUNT))
    return tuple(word_list()[places[pair]] for pair in pairs)


def same_words(key: PublicKey, typed: str) -> bool:
    """Whether ``typed`` are the words of ``key``. Raises what :func:`read_words` does."""
    return read_words(typed) == fingerprint_words(key)


@lru_cache(maxsize=512)
def _digest(key: PublicKey) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", key.id.encode() + key.raw, _LABEL, _ROUNDS, 32)


@cache
def _places() -> dict[str, int]:
    return {fold(word): at for at, word in enumerate(word_list())}


def _nearest(pair: str) -> str:
    if len(pair) > _LONGEST_PAIR:  # none is meant, and measuring would take its time
        return ""
    far, word = min((distance(pair, folded), word_list()[at]) for folded, at in _places().items())
    return word if far <= _NEAR else ""


def distance(one: str, other: str) -> int:
    """Letters to change, add or leave out to come from ``one`` to ``other`` (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, mine in enumerate(one, 1):
        above, row = row, [at]
        for place, theirs in enumerate(other, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (mine != theirs)))
    return row[-1]
