"""People as they are written: "Đại tá, PGS.TS Nguyễn Văn A; Trần Thị B và cs".

Gender comes only from a form of address (ông, bà) or from "(nữ)", never from a name. What was not certain is
told by short codes:

``others_dropped``      "và các cộng sự", "v.v.": more people than are named
``not_a_person``        "Phòng Tham mưu", "Nhiều tác giả": kept as written
``title_after_name``    "Nguyễn Văn A, Đại tá": given to the person before it
``title_without_name``  a rank or degree nobody could be found for; dropped
``title_unclear``       two ranks, or two posts, for one person; the first was kept
``single_word``         one of several names is a single word ("Smith, John" is one person)
``strange_name``        digits or too many words in a name; kept as written
``too_many``            more people than a cell can sensibly hold; the rest was dropped
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.titles import Titles, is_unit_code, people_words, read_titles
from stdesk.text import clean, clean_lines
from stdesk.text import words as folded_words

MOST_PEOPLE = 500
_LONGEST = 20_000  # characters of a cell that are read
_LONGEST_NAME_WORDS = 7

_NUMBERING = re.compile(r"(?:(?<=^)|(?<=[\s;,]))\(?[0-9]{1,2}\s?[.)/:]-?\s+(?=[^\s0-9])", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-+*•▪◦·●]|[0-9]{1,2}[.)/-])\s*", re.MULTILINE)
_LABEL = re.compile(r"\s*([^:;,()\[\]]{2,40}):\s*(?=\S)")
_FOOTNOTE = re.compile(
    "(?<=\\w)[\u00b9\u00b2\u00b3\u2070-\u2079*\u2020\u2021]+(?=\\s*(?:[,;\n]|$))", re.MULTILINE
)
_SLASH = re.compile(r"(?<=\w)/(?=[^\W\d_]{2})")
_HARD, _SOFT = ";\n|•&+", ","
_GENDERS = {"nam": "male", "nữ": "female", "giới tính nam": "male", "giới tính nữ": "female"}
_AND = {"và", "va", "and", "cùng"}


@dataclass(frozen=True, slots=True)
class PersonName:
    """One person as written.

    ``rank``, ``academic_title``, ``degree`` and ``gender`` are codes of the lists of those
    names; ``post`` and ``unit`` are words; ``note`` is what stood in brackets or before a colon
    ("chủ biên"), for the caller to recognise.
    """

    name: str
    rank: str = ""
    academic_title: str = ""
    degree: str = ""
    gender: str = ""
    post: str = ""
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SplitPeople:
    """The people of a text in their order, and the codes of what was not certain."""

    people: tuple[PersonName, ...]
    doubts: tuple[str, ...] = ()


def split_people(text: str) -> SplitPeople:
    """The people named in ``text``, which may list several in any usual way."""
    reader = _Reader()
    plain = clean_lines(text[:_LONGEST])
    behind, before = _roles()
    plain = behind.sub(r" (\1)", before.sub("\n", _FOOTNOTE.sub("", plain)))
    for line in _BULLET.sub("", _NUMBERING.sub("\n", _at_slashes(plain))).split("\n"):
        label = _LABEL.match(line)
        reader.read_line(line[label.end() :] if label else line, label[1].strip() if label else "")
    reader.finish()
    if len(text) > _LONGEST:
        reader.doubt("too_many")
    return SplitPeople(tuple(one.name() for one in reader.people), tuple(reader.doubts))


def show_person(person: PersonName | Mapping[str, Any]) -> str:
    """``Đại tá, PGS.TS Nguyễn Văn A``, as Vietnamese documents write it."""
    said: Mapping[str, Any] = asdict(person) if isinstance(person, PersonName) else person
    rank = code_list("rank").get(said.get("rank") or "")
    short = ".".join(
        entry.extra["short"]
        for name in ("academic_title", "degree")
        if (entry := code_list(name).get(said.get(name) or "")) and entry.extra["short"]
    )
    titles = ", ".join(part for part in (rank.text.vi if rank else "", short) if part)
    return f"{titles} {said.get('name') or ''}".strip()


@dataclass(slots=True)
class _Found:
    words: list[str]
    titles: Titles
    body: bool = False  # an office or a group, whose name stays as written

    def name(self) -> PersonName:
        written = " ".join(self.words)
        return PersonName(clean(written) if self.body else _written(written), *self.titles.parts())

    def is_short(self) -> bool:
        """One word, which in a list may be half a name; "K'Brế" is whole."""
        return len(self.words) == 1 and not re.search("['\u2019]", self.words[0]) and not self.body


@dataclass(slots=True)
class _Reader:
    """Goes through the pieces of a text, remembering titles that wait for a name."""

    people: list[_Found] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    waiting: Titles = field(default_factory=Titles)

    def doubt(self, code: str) -> None:
        if code not in self.doubts:
            self.doubts.append(code)

    def read_line(self, line: str, label: str) -> None:
        """One line; ``label`` is what stood before a colon and holds for all people of it."""
        before = len(self.people)
        for segment in _segments(line):
            self._read_segment(segment)
        for person in self.people[before:]:
            person.titles = person.titles.merged(_role(label))

    def _read_segment(self, pieces: list[_Piece]) -> None:
        first = len(self.people)
        for piece in pieces:
            titles, words = read_titles(self._without_others(piece.words))
            titles = titles.merged(_of_notes([note for note in piece.notes if not self._others(note)]))
            here = self.people[-1] if len(self.people) > first else None
            if words:
                self._read_words(words, titles, here)
            elif titles:
                self._wait(titles, here)
        if self.waiting and len(self.people) > first:
            self._give_back(self.people[-1])
        if len(self.people) - first > 1 and any(one.is_short() for one in self.people[first:]):
            self.doubt("single_word")

    def _read_words(self, words: list[str], titles: Titles, here: _Found | None) -> None:
        """A piece with words that are no titles: a person, or the unit of the one before."""
        if _is_body(words):
            said = Titles(unit=" ".join(words)).merged(titles)
            if here and not self.waiting and here.titles.fits(said):
                here.titles = here.titles.merged(said)
                return
            self.doubt("not_a_person")
            self._add(words, titles, body=True)
            return
        if len(words) > 2 and is_unit_code(words[-1]):
            words, titles = words[:-1], titles.merged(Titles(unit=words[-1]))
        if len(words) > _LONGEST_NAME_WORDS or any(letter.isdigit() for word in words for letter in word):
            self.doubt("strange_name")
        self._add(words, titles)

    def _add(self, words: list[str], titles: Titles, *, body: bool = False) -> None:
        if len(self.people) >= MOST_PEOPLE:
            self.doubt("too_many")
            return
        if not _agree(self.waiting, titles):
            self.doubt("title_unclear")
        self.people.append(_Found(words, self.waiting.merged(titles), body))
        self.waiting = Titles()

    def _wait(self, titles: Titles, here: _Found | None) -> None:
        """A piece of titles alone: a post behind a name is that person's, the rest waits."""
        only_post = not (titles.rank or titles.academic_title or titles.degree)
        if here and only_post and not self.waiting and here.titles.fits(titles):
            here.titles = here.titles.merged(titles)
        else:
            self.waiting = self.waiting.merged(titles)

    def _give_back(self, person: _Found) -> None:
        if person.titles.fits(self.waiting):
            person.titles = person.titles.merged(self.waiting)
            self.doubt("title_after_name")
        else:
            self.doubt("title_without_name")
        self.waiting = Titles()

    def _without_others(self, words: list[str]) -> list[str]:
        """``words`` without "và các cộng sự", "v.v."."""
        if self._others(" ".join(words)):
            return []
        for length in (3, 2, 1):
            tail = words[-length:] if len(words) > length else []
            if tail and tail[0][0].islower() and _key(tail) in _keys("others_behind"):
                self.doubt("others_dropped")
                return words[:-length]
        if words and re.search(r"…|\.\.", words[-1]):
            self.doubt("others_dropped")
        return words

    def _others(self, text: str) -> bool:
        """Whether ``text`` says only that there are more people."""
        spoken = [word for word in text.split() if word.casefold() not in _AND]
        if _key(spoken) not in _keys("others"):
            return False
        self.doubt("others_dropped")
        return True

    def finish(self) -> None:
        if self.waiting:
            self.doubt("title_without_name")


@dataclass(slots=True)
class _Piece:
    words: list[str]
    notes: list[str]


def _segments(line: str) -> Iterator[list[_Piece]]:
    """What stands between strong separators, each cut at its commas; brackets set aside."""
    segment: list[_Piece] = []
    for text, notes, strong in _pieces(re.sub(r"\s[-\u2013\u2014]\s", ", ", line).replace(" / ", "; ")):
        parts = _at_and(text)
        for place, words in enumerate(parts):
            last = place == len(parts) - 1
            segment.append(_Piece(words, notes if last else []))
            if not last:
                yield segment
                segment = []
        if strong:
            yield segment
            segment = []
    if segment:
        yield segment


def _pieces(line: str) -> Iterator[tuple[str, list[str], bool]]:
    """Text, bracketed notes, and whether a strong separator ends it."""
    text: list[str] = []
    notes: list[str] = []
    inside: list[str] | None = None
    for mark in line + "\n":
        if inside is not None and mark not in ")];\n":
            inside.append(mark)
        elif mark in "([":
            inside = []
        elif inside is not None and mark in ")]":
            notes.append("".join(inside).strip())
            inside = None
        elif mark in _HARD or mark in _SOFT:
            notes += ["".join(inside).strip()] if inside else []
            yield "".join(text), notes, mark in _HARD
            text, notes, inside = [], [], None
        elif mark not in ")]":
            text.append(mark)


def _at_and(text: str) -> list[list[str]]:
    """``text`` cut at the word "và"; not inside the name of a body ("Phòng Pháp chế và …")."""
    shouted = text.upper() == text
    words = text.split()
    parts: list[list[str]] = [[]]
    for place, word in enumerate(words):
        joins = word in _AND or (shouted and word.lower() in _AND)
        if joins and not (_is_body(parts[-1]) and _goes_on(words[place + 1 :])):
            parts.append([])
        elif parts[-1] or word != "với":
            parts[-1].append(word)
    return [_trimmed(part) for part in parts]


def _goes_on(words: list[str]) -> bool:
    """Whether what follows "và" still belongs to the name of the body before it."""
    return bool(words) and not _is_name(words) and not _is_body(words)


def _at_slashes(text: str) -> str:
    """ "Trung tá Lê A/Thiếu tá Trần B" is two people, "Lê A/PC02" one and the unit; "Th/S" stays."""
    first, *parts = _SLASH.split(text)
    joined = first
    for part in parts:
        right = re.split(r"[,;\n/]", part)[0]
        if not _is_named(re.split(r"[,;\n]", joined)[-1].split()):
            joined += f"/{part}"
        elif _is_body(right.split()):
            joined += f" ({right}){part[len(right) :]}"
        else:
            joined += ("; " if _is_named(right.split()) else "/") + part
    return joined


def _is_named(words: list[str]) -> bool:
    rest = read_titles(words)[1]
    return len(rest) > 1 and _is_name(words) and not _is_body(rest)


@cache
def _roles() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A role behind a name and a colon, and the separator before a role that stands first."""
    roles = "|".join(sorted(people_words()["roles_behind"], key=len, reverse=True))
    behind = re.compile(rf"\s*:\s*({roles})(?=\s*(?:[;,\n.]|$))", re.IGNORECASE | re.MULTILINE)
    return behind, re.compile(rf"\s*[;,.]\s*(?=(?:{roles})\s*:)", re.IGNORECASE)


def _trimmed(words: list[str]) -> list[str]:
    return [word for word in words if any(letter.isalnum() or letter in "…✓" for letter in word)]


def _is_name(words: list[str]) -> bool:
    titles, rest = read_titles(words)
    return bool(titles) or (len(rest) > 1 and all(word[0].isupper() for word in rest))


def _is_body(words: list[str]) -> bool:
    """Whether ``words`` name an office or a group rather than a person."""
    if not words:
        return False
    spoken = " ".join(words).casefold()
    if spoken.startswith(_starts("collectives")) or (len(words) == 1 and is_unit_code(words[0])):
        return True
    if not f"{spoken} ".startswith(_starts("bodies")):
        return False
    return words == [word.upper() for word in words] or any(_odd_in_name(word) for word in words[1:])


def _odd_in_name(word: str) -> bool:
    """Small letters, figures or abbreviations do not stand in a person's name."""
    return word[0].islower() or word[-1].isdigit() or (len(word) > 1 and word == word.upper())


@cache
def _starts(name: str) -> tuple[str, ...]:
    return tuple(f"{phrase} " if name == "bodies" else phrase for phrase in people_words()[name])


@cache
def _keys(name: str) -> frozenset[str]:
    return frozenset(_key([phrase]) for phrase in people_words()[name])


def _key(spoken: list[str]) -> str:
    return " ".join(folded_words(" ".join(spoken)))


def _role(label: str) -> Titles:
    return Titles(note=clean(label))


def _of_notes(notes: list[str]) -> Titles:
    """What stood in brackets: a unit, titles, or words for the caller."""
    found = Titles()
    for note in notes:
        titles, rest = read_titles(note.split())
        if gender := _GENDERS.get(note.casefold()):
            found = found.merged(Titles(gender=gender))
        elif titles and not rest and not titles.post and not titles.note:
            found = found.merged(titles)
        elif _is_body(note.split()):
            found = found.merged(Titles(unit=note))
        elif note:
            found = found.merged(Titles(note=note))
    return found


def _agree(one: Titles, other: Titles) -> bool:
    return all(not a or not b or a == b for a, b in ((one.rank, other.rank), (one.post, other.post)))


def _written(name: str) -> str:
    """``name`` trimmed, and in capitals only at the start of words when all of it was shouted."""
    name = clean(name).strip(' .,;:-*"\u2026\u2013\u2014\u201c\u201d')
    if name != name.upper() or name == name.lower() or re.search("[0-9]", name):
        return name
    return re.sub("[^\\s'\u2019.-]+", lambda word: word[0][0] + word[0][1:].lower(), name)
