"""Finding records by words, in the Vietnamese way.

All words must be there, the last one at least begun; "in quotes" they stand together. Accents
and đ do not matter, yet what is written exactly as asked comes first, then what has the words
in its title, then the newest. Only as many rows are ranked as are shown: ranking all of 60,000
would take seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from stdesk import text
from stdesk.domain.fields import FieldType
from stdesk.domain.kinds import Kind
from stdesk.store.codec import load_cell
from stdesk.store.engine import raw
from stdesk.store.tables import KindTable, quoted

_MOST_LETTERS = 400
_MOST_WORDS = 24
_QUICK = 2  # letters from which the beginning of a word has an index of its own
_CANDIDATES = 100  # rows looked at before the titles are asked for separately
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'"([^"]*)("?)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found.

    Attributes:
        people: names, joined by "; ". date: a partial date or "".
        exact: it has the words with the very accents typed.
    """

    id: str
    kind: str
    number: int
    title: str
    people: str
    date: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Term:
    """A word or quoted phrase: folded, as written, and whether more letters may follow."""

    folded: str
    written: str
    open_end: bool

    @property
    def has_accents(self) -> bool:
        return self.folded != self.written


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate with its place in the order: lower ``rank`` first."""

    rank: int
    key: int
    exact: bool


def parse(words: str) -> tuple[_Term, ...]:
    """The terms of what was typed; nothing typed is an error, punctuation alone is no term."""
    cleaned = text.clean(words[:_MOST_LETTERS]).translate(_QUOTES)
    terms = []
    for part in list(_PART.finditer(cleaned))[:_MOST_WORDS]:
        written = (part[3] or part[1] or "").casefold()
        closed = bool(part[2])
        folded = text.fold(written)
        if _WORD.search(folded):
            terms.append(_Term(folded, written, part.end() == len(cleaned) and not closed))
    return tuple(terms)


def match_expression(words: str, columns: str = "title rest") -> str:
    """The FTS5 expression that finds ``words``, accents or not; "" when there is no word."""
    return _expression(parse(words), columns)


def probe_expression(words: str) -> tuple[str, bool]:
    """What to ask for how often ``words`` are found, quick to answer; "" and a guess where nothing is.

    A single letter begins thousands of words, which are all gathered before the first is found.
    """
    terms = parse(words)
    slow = [term for term in terms if term.open_end and len(term.folded) < _QUICK]
    quick = tuple(term for term in terms if term not in slow)
    return _expression(quick, "title rest"), bool(slow)


def marked_words(words: str) -> str:
    """A regular expression that finds in a folded text the words by which ``words`` found it; "" = none."""
    parts = []
    for term in parse(words):
        joined = r"\W+".join(re.escape(word) for word in _WORD.findall(term.folded))
        parts.append(joined + (r"\w*" if term.open_end else r"\b"))
    return rf"\b(?:{'|'.join(sorted(parts, key=len, reverse=True))})" if parts else ""


def _expression(terms: tuple[_Term, ...], columns: str, exact_columns: str = "") -> str:
    parts = []
    for term in terms:
        exact = bool(exact_columns) and term.has_accents
        if not exact or " " in term.folded:
            parts.append(f"{{{columns}}} : {_literal(term.folded)}{'*' if term.open_end else ''}")
        if exact:  # that index holds single words, and only those with accents
            written = [word for word in term.written.split() if text.fold(word) != word]
            more = term.open_end and term.written.endswith(written[-1])
            parts += [f"{{{exact_columns}}} : {_literal(word)}" for word in written]
            parts[-1] += "*" if more else ""
    return " AND ".join(parts)


def _literal(written: str) -> str:
    return '"' + written.replace('"', " ").replace("\0", " ") + '"'


def search(connection: Connection, kinds: list[KindTable], words: str, limit: int) -> list[Hit]:
    """The best ``limit`` records of ``kinds``; trashed ones and stubs are never among them."""
    terms = parse(words)
    if not terms or limit < 1:
        return []
    placed: list[tuple[int, int, int, KindTable, _Found]] = []
    for order, where in enumerate(kinds):
        places: dict[int, int] = {}
        for found in _of_kind(connection, where, terms, limit):
            place = places[found.rank] = places.get(found.rank, -1) + 1
            placed.append((found.rank, place, order, where, found))  # kinds take turns
    placed.sort(key=lambda one: one[:3])
    return _hits(connection, [(where, found) for *_, where, found in placed[:limit]])


def _of_kind(connection: Connection, where: KindTable, terms: tuple[_Term, ...], limit: int) -> list[_Found]:
    accents = any(term.has_accents for term in terms)
    found: dict[int, _Found] = {}
    if accents:
        for rank, key in _tiers(connection, where, terms, limit, exact=True):
            found[key] = _Found(rank, key, True)
    if len(found) < limit:
        for rank, key in _tiers(connection, where, terms, limit, exact=False):
            found.setdefault(key, _Found(rank + 3 * accents, key, not accents))
    return sorted(found.values(), key=lambda one: one.rank)[:limit]


def _tiers(
    connection: Connection, where: KindTable, terms: tuple[_Term, ...], limit: int, *, exact: bool
) -> list[tuple[int, int]]:
    """(rank, key) of candidates: 0 words together in the title, 1 words in the title, 2 elsewhere."""
    everywhere = _expression(terms, "title rest", "title_exact rest_exact" if exact else "")
    most = max(limit, _CANDIDATES)
    rows = _match(connection, where, everywhere, most)
    ranked = [(_rank(terms, title, exact), key) for key, title in rows]
    if len(rows) == most and sum(rank < 2 for rank, _ in ranked) < limit:
        in_title = _match(
            connection, where, _expression(terms, "title", "title_exact" if exact else ""), limit
        )
        known = {key for _, key in ranked}
        ranked += [(_rank(terms, title, exact), key) for key, title in in_title if key not in known]
    return sorted(ranked, key=lambda one: (one[0], -one[1]))


def _match(connection: Connection, where: KindTable, expression: str, limit: int) -> list[tuple[int, str]]:
    index, title = quoted(where.search), quoted(where.kind.title)
    sql = (
        f"SELECT k.pk, k.{title} FROM {index} CROSS JOIN {where.name} k ON k.pk = {index}.rowid "
        f"WHERE {index} MATCH ? AND k.state <> 'trashed' ORDER BY {index}.rowid DESC LIMIT ?"
    )
    return [(key, found or "") for key, found in raw(connection).execute(sql, (expression, limit))]


def _rank(terms: tuple[_Term, ...], title: str, exact: bool) -> int:
    written = title.casefold() if exact else text.fold(title)
    padded = f" {' '.join(_WORD.findall(written))} "
    wanted = [" ".join(_WORD.findall(term.written if exact else term.folded)) for term in terms]
    ends = ["" if term.open_end else " " for term in terms]
    together = f" {' '.join(wanted)}{ends[-1]}"
    if together in padded:
        return 0
    return 1 if all(f" {one}{end}" in padded for one, end in zip(wanted, ends, strict=True)) else 2


def _hits(connection: Connection, found: list[tuple[KindTable, _Found]]) -> list[Hit]:
    made: dict[int, Hit] = {}
    for where in dict.fromkeys(where.search for where, _ in found):
        of_kind = [(table, one) for table, one in found if table.search == where]
        exact = {one.key: one.exact for _, one in of_kind}
        made |= _read_hits(connection, of_kind[0][0], exact)
    return [made[one.key] for _, one in found if one.key in made]


def _read_hits(connection: Connection, where: KindTable, exact: dict[int, bool]) -> dict[int, Hit]:
    kind = where.kind
    people = f"k.{quoted(kind.people)}" if kind.people else "NULL"
    begins = ", ".join([*(f"k.{quoted(name)}" for name in kind.begins), "''", "''"])
    sql = (
        f"SELECT k.pk, r.id, k.number, k.{quoted(kind.title)}, {people}, coalesce({begins}) "
        f"FROM {where.name} k JOIN record r ON r.pk = k.pk WHERE k.pk IN ({','.join('?' * len(exact))})"
    )
    return {
        row[0]: Hit(row[1], kind.name, row[2], row[3] or "", _names(kind, row[4]), row[5], exact[row[0]])
        for row in raw(connection).execute(sql, tuple(exact))
    }


def _names(kind: Kind, cell: Any) -> str:
    if not cell:
        return ""
    if kind.field(kind.people).type is not FieldType.PEOPLE:
        return str(cell)
    return "; ".join(one.get("name", "") for one in load_cell(cell))
