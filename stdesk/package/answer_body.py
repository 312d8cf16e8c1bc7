"""Reading what an envelope holds: each value of the sort and size it must have, or one clear sentence."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from stdesk.errors import UserError
from stdesk.package.layout import shown
from stdesk.text import clean, clean_lines

MOST_DEPTH = 8  # of a field's value
MOST_PARTS = 5_000  # values within one value
MOST_TEXT = 20_000  # characters of one text in a value
MOST_COUNTS = 100  # kinds
MOST_NUMBER = 1 << 53  # beyond, other programs' numbers are no longer exact
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Zl", "Zp"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile("[0-9a-f]{128}")
_HEAD = re.compile("[1-9][0-9]{0,9} [0-9a-f]{32}")
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,79}")
_PERIOD = re.compile(r"\d{4}(-H[12]|-KH|-\d{4})?|\d{8}-\d{8}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def is_name(text: str) -> bool:
    """Whether ``text`` may stand as the name of a kind or field."""
    return _NAME.fullmatch(text) is not None


def cleaned(value: Any) -> Any:
    """``value`` with every text in it as :class:`Body` takes it: NFC, nothing invisible, no turned direction."""
    if isinstance(value, str):
        return _clean_lines(value)
    if isinstance(value, Mapping):
        return {_clean_lines(str(key)): cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    return value


def _clean_lines(text: str) -> str:
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text  # nearly all there is: ids, names, numbers
    while (found := clean_lines(_without_invisible(text))) != text:
        text = found
    return text


def _without_invisible(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _INVISIBLE)


class Body:
    """One object of a body.

    Args:
        where: its place, for the sentence: "lines[3]".
        values: what it holds.
    """

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self._where = where
        self._values = values

    def refused(self, name: str, expected: str) -> UserError:
        """The error that ``name`` is not ``expected``."""
        where = f"{self._where}.{name}".strip(".")
        return UserError("answer_malformed", where=shown(where), expected=expected)

    def text(self, name: str, most: int, *, absent: bool = True, lines: bool = False) -> str:
        """A text of at most ``most`` characters, clean, of one line unless ``lines``."""
        value = self._values.get(name, "")
        good = isinstance(value, str) and len(value) <= most and value == _clean_lines(value)
        if not good or (not value and not absent) or (not lines and value != clean(value)):
            raise self.refused(name, f"1 ≤ text ≤ {most}" if not absent else f"text ≤ {most}")
        return str(value)

    def name(self, name: str, *, absent: bool = True) -> str:
        """The name of a kind or field."""
        return self._matching(name, _NAME, absent, "a-z 0-9 _")

    def uuid(self, name: str, *, absent: bool = False) -> str:
        """A UUID in small letters."""
        return self._matching(name, _UUID, absent, "UUID")

    def digest(self, name: str, *, absent: bool = False) -> str:
        """A SHA-512 in small hexadecimal digits."""
        return self._matching(name, _DIGEST, absent, "SHA-512")

    def head(self, name: str) -> str:
        """Where a library's history stood: a number of acts and 32 hexadecimal digits; may be absent."""
        return self._matching(name, _HEAD, True, "2026 0123456789abcdef0123456789abcdef")

    def period(self, name: str) -> str:
        """The code of a period."""
        return self._matching(name, _PERIOD, False, "2026, 2026-H1 …")

    def moment(self, name: str) -> str:
        """A point in time, UTC, whole seconds."""
        value = self._matching(name, _MOMENT, False, "2026-11-15T01:30:00Z")
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise self.refused(name, "2026-11-15T01:30:00Z") from error
        return value

    def integer(self, name: str, least: int, most: int, *, absent: bool = False) -> int:
        """A whole number."""
        value = self._values.get(name, 0 if absent else None)
        if type(value) is not int or not least <= value <= most:
            raise self.refused(name, f"{least} … {most}")
        return value

    def truth(self, name: str) -> bool:
        """True or false; absent is false."""
        value = self._values.get(name, False)
        if type(value) is not bool:
            raise self.refused(name, "true, false")
        return value

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """One of these words."""
        value = self._values.get(name)
        if not isinstance(value, str) or value not in allowed:
            raise self.refused(name, ", ".join(allowed))
        return value

    def counts(self, name: str) -> dict[str, int]:
        """Kind -> number."""
        part, values = self.child(name), self._values.get(name, {})
        if len(values) > MOST_COUNTS or not all(
            isinstance(key, str) and _NAME.fullmatch(key) for key in values
        ):
            raise self.refused(name, "{kind: n}")
        return {key: part.integer(key, 0, 999_999_999) for key in values}

    def child(self, name: str) -> Body:
        """An object within; absent is empty."""
        value = self._values.get(name, {})
        if not isinstance(value, Mapping):
            raise self.refused(name, "{…}")
        return Body(f"{self._where}.{name}".strip("."), value)

    def items(self, name: str, most: int) -> list[Body]:
        """The objects of a list; absent is empty."""
        value = self._values.get(name, [])
        if not isinstance(value, list | tuple) or len(value) > most:
            raise self.refused(name, f"[≤ {most}]")
        for at, one in enumerate(value):
            if not isinstance(one, Mapping):
                raise self.refused(f"{name}[{at}]", "{…}")
        return [Body(f"{self._where}.{name}[{at}]".strip("."), one) for at, one in enumerate(value)]

    def value(self, name: str) -> Any:
        """What a field of a record may hold."""
        value = self._values.get(name)
        left = [MOST_PARTS]
        if not _is_plain(value, MOST_DEPTH, left):
            raise self.refused(name, f"text, number, list, {{…}}; ≤ {MOST_DEPTH} deep")
        return value

    def _matching(self, name: str, pattern: re.Pattern[str], absent: bool, expected: str) -> str:
        value = self._values.get(name, "")
        if not isinstance(value, str) or not (pattern.fullmatch(value) or (absent and not value)):
            raise self.refused(name, expected)
        return value


def _is_plain(value: Any, depth: int, left: list[int]) -> bool:
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        return False
    if value is None or type(value) is bool:
        return True
    if isinstance(value, str):
        return len(value) <= MOST_TEXT and value == _clean_lines(value)
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= MOST_NUMBER
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and len(key) <= 80 for key in value) and all(
            _is_plain(one, depth - 1, left) for pair in value.items() for one in pair
        )
    return isinstance(value, list | tuple) and all(_is_plain(one, depth - 1, left) for one in value)
