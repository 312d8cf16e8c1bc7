"""Lines of a title page, and what a line is besides a title or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from stdesk import resources
from stdesk.text import fold


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page: text, size of its type, where it stands in points from the upper left corner."""

    text: str
    size: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    page: int = 0
    bold: bool = False


@cache
def listed(name: str) -> tuple[str, ...]:
    """A list of ``resources/codes/title_page_words.toml``."""
    return tuple(resources.read_toml("codes", "title_page_words.toml")[name])


def first_stop(lines: Sequence[PageLine]) -> int:
    """Where the text proper begins."""
    for at, line in enumerate(lines):
        plain = re.sub(r"^[0-9ivx]{1,3}\s?[.)]\s*", "", fold(line.text))
        if plain.startswith(listed("stops")):
            return at
    return len(lines)


def shouts(text: str) -> bool:
    letters = [one for one in text if one.isalpha()]
    return len(letters) > 3 and sum(one.isupper() for one in letters) > 0.85 * len(letters)


def joined(texts: Sequence[str]) -> str:
    whole = ""
    for text in texts:
        whole = whole[:-1] + text if whole.endswith("-") and text[:1].islower() else f"{whole} {text}"
    return whole


def plain_key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def is_furniture(text: str) -> bool:
    folded = fold(text).strip(' *-\u2013\u2014"\u201c.')
    return folded.startswith((*listed("never"), *listed("stops"))) or place_and_year(text)


def place_and_year(text: str) -> bool:
    seen = re.search(r"[,\u2013-]?\s*(?:nam\s*)?(?:19|20)[0-9]{2}\W*$", fold(text))
    return seen is not None and len(text.split()) <= 6
