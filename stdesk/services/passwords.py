"""What makes a password of a library good enough, said while it is typed.

Length is what counts; no kinds of characters are asked for. Refused is only what is tried first: a short list of
the commonest (``resources/words/common_passwords.txt``), runs such as "123456789012", and the unit's own name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from stdesk import resources
from stdesk.errors import UserError
from stdesk.i18n import ntr, tr
from stdesk.text import fold

LEAST = 12
"""Characters; blanks count, so that four short words are enough."""
LONGEST = 256
GOOD = 16
_LEAST_DIFFERENT = 5  # characters, of those typed
_WORDS = 4


@dataclass(frozen=True, slots=True)
class Strength:
    """How good a password is.

    Attributes:
        ok: it may be used.
        level: 0 nothing typed, 1 refused, 2 enough, 3 good.
        said: a sentence that helps.
        code: of the refusal, "" when it may be used.
    """

    ok: bool
    level: int
    said: str
    code: str = ""


def normal(secret: str) -> str:
    """``secret`` as it is used: letters composed, so that every way of typing gives the same password.

    Blanks at the ends go, as one sees no more of them than of the end of the line in a password file.
    """
    return unicodedata.normalize("NFC", secret).strip()


def strength(password: str, avoid: Sequence[str] = ()) -> Strength:
    """How good ``password`` is, in words.

    Args:
        avoid: what everybody knows of this library: the unit's name and code, the person's name.
    """
    typed = normal(password)
    if not typed:
        said = tr(
            "At least {n} characters; four words that only you would put together are easy to keep.", n=LEAST
        )
        return Strength(False, 0, said)
    code = _refused(typed, avoid)
    if code == "password_short":
        left = LEAST - len(typed)
        return Strength(False, 1, ntr("{n} more character", "{n} more characters", left), code)
    if code:
        return Strength(False, 1, str(_error(code)), code)
    if _needs_vietnamese(typed):
        said = tr(
            "Good. It has accented letters: typing it needs the same Vietnamese keyboard switched on each time."
        )
        return Strength(True, 3 if _is_good(typed) else 2, said)
    if _is_good(typed):
        return Strength(True, 3, tr("Good: hard to guess, even for a machine that tries day and night."))
    return Strength(True, 2, tr("Enough. One word more makes it thousands of times harder to guess."))


def check(password: str, avoid: Sequence[str] = ()) -> str:
    """``password`` as it will be used.

    Raises:
        UserError: ``password_short``, ``password_long``, ``password_common``, ``password_simple``,
            ``password_known``.
    """
    typed = normal(password)
    code = _refused(typed, avoid)
    if code:
        raise _error(code)
    return typed


def _error(code: str) -> UserError:
    return UserError(code, least=str(LEAST)) if code == "password_short" else UserError(code)


def _refused(typed: str, avoid: Sequence[str]) -> str:
    if len(typed) < LEAST:
        return "password_short"
    if len(typed) > LONGEST:
        return "password_long"
    bare = _bare(typed)
    if bare in _common() or bare.strip("0123456789") in _common():
        return "password_common"
    if len(set(typed.casefold())) < _LEAST_DIFFERENT or _is_run(bare) or _is_twice(bare):
        return "password_simple"
    known = [one for one in map(_bare, avoid) if len(one) > 2]
    if any(bare == one or bare.strip("0123456789") == one for one in known):
        return "password_known"
    return ""


def _bare(text: str) -> str:
    """Without accents, blanks, signs and case: "Mật khẩu 123" and "matkhau123" are tried in one go."""
    return "".join(c for c in fold(text) if c.isalnum())


def _is_run(bare: str) -> bool:
    """Up or down by one nearly all along, digits past 9 too: "123456789012", "abcdefghijkl"."""
    steps = [(ord(b) - ord(a)) % 10 if (a + b).isdigit() else ord(b) - ord(a) for a, b in pairwise(bare)]
    most = max((steps.count(step) for step in (0, 1, -1, 9)), default=0)
    return len(steps) > 0 and most >= len(steps) - 1


def _is_twice(bare: str) -> bool:
    """A short piece over and over: "matkhaumatkhau" counts as "matkhau"."""
    for size in range(1, len(bare) // 2 + 1):
        piece = bare[:size]
        if (piece * (len(bare) // size + 1))[: len(bare)] == bare:
            return size < LEAST // 2 or piece in _common()
    return False


def _is_good(typed: str) -> bool:
    words = [one for one in typed.split() if len(one) > 1]
    return len(typed) >= GOOD and (len(words) >= _WORDS or not typed.isdigit())


def _needs_vietnamese(typed: str) -> bool:
    return any(ord(c) > 127 for c in typed)


def has_vietnamese(typed: str) -> bool:
    """Whether a Vietnamese keyboard made letters of it that a plain one cannot type."""
    return _needs_vietnamese(normal(typed))


@cache
def _common() -> frozenset[str]:
    lines = resources.read_text("words", "common_passwords.txt").splitlines()
    return frozenset(_bare(line) for line in lines if line and not line.startswith("#"))
