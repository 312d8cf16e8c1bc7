"""Records that may be the work being typed: a few candidates from the search index, quickly.

What is left after them is judged by :mod:`stdesk.domain.doubles`. Three questions are asked:
whose title begins with these words; who of these people wrote something with nearly this title
(if at most d words differ, one of d + 1 groups of words is there whole); who bears this number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from stdesk import text
from stdesk.domain.doubles import LEAST_BEGUN, LEAST_WORDS, NEAR
from stdesk.domain.records import Record
from stdesk.store import rows
from stdesk.store.engine import raw
from stdesk.store.tables import KindTable, quoted

_MOST_WORDS = 40  # of a title that are looked for
_MOST_PEOPLE = 12
_TELLING = 5  # words that are looked for at first
_MOST = 40  # candidates of one question, the newest
_NOT_LETTERS = re.compile(r"[\W_]+")


def likely(
    connection: Connection, where: KindTable, title: str, names: Sequence[str], numbers: Collection[str]
) -> list[Record]:
    """The live records that may be the same work; stubs are never among them.

    Args:
        title: what is typed of it, perhaps the beginning only.
        names: the people's names. numbers: identifiers, "978-604-…", "BCA.2024.29".
    """
    said = text.words(title)[:_MOST_WORDS]
    people = [words for name in names[:_MOST_PEOPLE] if (words := text.words(name))]
    keys: dict[int, None] = {}
    for question in (_begins(said), _nearly(said, people), _bears(numbers)):
        keys |= dict.fromkeys(_answer(connection, where, question))
    return [record for _, record in rows.by_keys(connection, where, list(keys))]


def _answer(connection: Connection, where: KindTable, question: Sequence[str]) -> list[int]:
    """The keys found by the first expression that finds few; the next one is closer, and slower."""
    keys: list[int] = []
    for expression in question:
        keys = _ask(connection, where, expression)
        if len(keys) < _MOST:
            break
    return keys


def _ask(connection: Connection, where: KindTable, expression: str) -> list[int]:
    index = quoted(where.search)
    sql = (
        f"SELECT k.pk FROM {index} CROSS JOIN {where.name} k ON k.pk = {index}.rowid "
        f"WHERE {index} MATCH ? AND k.state <> 'trashed' ORDER BY {index}.rowid DESC LIMIT ?"
    )
    return [row[0] for row in raw(connection).execute(sql, (expression, _MOST))]


def _begins(said: list[str]) -> list[str]:
    """The title begins with the first words and has the others, the last perhaps only begun.

    A single letter or digit is taken for a whole word: the index would have to go through every
    word that begins with it.
    """
    if not said:
        return []
    first, rest = said[:LEAST_BEGUN], list(dict.fromkeys(said[LEAST_BEGUN:]))
    more = " *" if len(said[-1]) > 1 else ""
    opening = f"^{_phrase(first)}{'' if rest else more}"
    others = {word: f"{_phrase([word])}{more if word == said[-1] else ''}" for word in rest}
    telling = sorted(others, key=_tells)[:_TELLING]
    return [
        f"{{title}} : ({' AND '.join([opening, *(others[word] for word in chosen)])})"
        for chosen in dict.fromkeys((tuple(telling), tuple(rest)))
    ]


def _nearly(said: list[str], people: list[list[str]]) -> list[str]:
    """One of the people, and one group of the title's words; numbers must all be there."""
    different = sorted(set(said), key=_tells)
    if not people or len(said) < LEAST_WORDS:
        return []
    numbers = [word for word in different if _has_digit(word)]
    may_differ = len(different) - math.ceil(NEAR * len(different) - 1e-9)
    groups = [different[start :: may_differ + 1] for start in range(may_differ + 1)]
    alike = " OR ".join(f"({_all(group)})" for group in groups)
    wide = f"({{rest}} : ({' OR '.join(_phrase(name) for name in people)}))"
    if numbers:
        wide += f" AND ({{title}} : ({_all(numbers)}))"
    return [wide, f"{wide} AND ({{title}} : ({alike}))"]


def _tells(word: str) -> tuple[bool, int]:
    """Numbers first, then long words: they are the rarest."""
    return not _has_digit(word), -len(word)


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _bears(numbers: Collection[str]) -> list[str]:
    """One of the identifiers, written in any way: the index holds them joined too."""
    joined = (_NOT_LETTERS.sub("", text.fold(one)) for one in numbers)
    found = [_phrase([one]) for one in joined if one]
    return [f"{{rest}} : ({' OR '.join(found)})"] if found else []


def _all(words: list[str]) -> str:
    return " AND ".join(_phrase([word]) for word in words)


def _phrase(words: list[str]) -> str:
    return '"' + " ".join(words) + '"'
