"""Code lists: dated data under ``resources/codes``, read once and kept.

One TSV file a list, with ``index.toml`` naming each list's title, scheme, legal basis and
dates. A code means the same for ever; when the law changes, a code gets an end date or a new
list comes beside the old one, so that an old record is still shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from stdesk import resources
from stdesk.i18n import Text
from stdesk.text import clean, fold, nfc

_COLUMNS = ("code", "parent", "vi", "en", "synonyms", "valid_from", "valid_to")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_WORD = re.compile(r"\w+")
_LONGEST = 1000  # characters of a text that is looked at
_NOT = {"chua", "khong", "ko", "not"}  # "chưa nghiệm thu" is not "nghiệm thu"
# What people write around the value itself: "Xếp loại: Khá", "Cấp bộ", "Trình độ thạc sĩ".
_AROUND = ("xep loai", "dat loai", "loai hinh", "hinh thuc", "tinh trang", "trang thai", "ket qua",
           "trinh do", "chuc danh", "do mat", "muc do", "loai", "cap", "muc", "dang", "nguon",
           "tieng", "quan ham", "cap bac", "hoc vi", "hoc ham", "gioi tinh")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a list.

    Attributes:
        code: stable for ever.
        parent: the broader code of the same list, "" at the top.
        text: the label; English falls back to Vietnamese in official tables.
        synonyms: other ways people write it.
        valid_from, valid_to: first and last day it may be chosen; None = no limit.
        extra: further columns of the list, such as ``csl``.
    """

    code: str
    parent: str
    text: Text
    synonyms: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def valid_on(self, day: date) -> bool:
        """Whether the code may be chosen for something of ``day``."""
        return _in_force(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes with where it comes from.

    ``scheme`` is stored beside a code of an official table ("QD12/2008"), ``source`` is the
    legal basis as people cite it, ``unverified`` says that nobody has checked the list
    against the official text yet: it may be shown as a default, not as the law.
    """

    name: str
    title: Text
    scheme: str
    source: str
    valid_from: date | None
    valid_to: date | None
    unverified: bool
    codes: Mapping[str, Code]
    _by_key: Mapping[str, str] = field(repr=False, compare=False)

    def get(self, code: str) -> Code | None:
        """The entry of ``code``, whatever its dates."""
        return self.codes.get(code)

    def label(self, code: str) -> str:
        """How ``code`` reads in the language in use; an unknown code reads as itself."""
        entry = self.codes.get(code)
        return str(entry.text) if entry else code

    def recognise(self, text: str) -> Code | None:
        """The code somebody meant by ``text``, or None.

        Accents, case, punctuation and words like "cấp" or "xếp loại" do not matter, but the
        rest must be a label, synonym or code of this list in full: nothing is guessed. What
        could mean two codes means none, unless one of them contains the others.
        """
        if len(text) > _LONGEST:
            return None
        for attempt in (text, _BRACKETED.sub(" ", text)):
            spoken = _spoken(attempt)
            if found := self._meant(spoken) or self._meant(_bare(spoken)):
                return self.codes[found]
        return self._code_and_label(_spoken(text))

    def find_in(self, text: str) -> Code | None:
        """The code whose wording of two words or more is the longest inside ``text``.

        For free text ("đã nộp V04 ngày 5/3", "Tập huấn chuyển đổi số"). Words after a "chưa"
        or "không" do not count; two codes found at the same length give None.
        """
        spoken = _spoken(text[:_LONGEST])
        for length in range(min(len(spoken), 12), 1, -1):
            found = {
                code
                for at in range(len(spoken) - length + 1)
                if (code := self._meant(spoken[at : at + length]))
                and (at == 0 or fold(spoken[at - 1]) not in _NOT)
            }
            if found:
                return self.codes[found.pop()] if len(found) == 1 else None
        return None

    def children(self, code: str = "") -> tuple[Code, ...]:
        """The codes right below ``code``, in the list's order; those of the top for ""."""
        return tuple(entry for entry in self.codes.values() if entry.parent == code)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """The broader codes of ``code``, nearest first."""
        found: list[Code] = []
        entry = self.codes.get(code)
        while entry and entry.parent:
            entry = self.codes.get(entry.parent)
            if entry:
                found.append(entry)
        return tuple(found)

    def valid_on(self, day: date) -> tuple[Code, ...]:
        """The codes that may be chosen for something of ``day`` (by their own dates)."""
        return tuple(entry for entry in self.codes.values() if entry.valid_on(day))

    def in_force(self, day: date) -> bool:
        """Whether the list itself is the law on ``day``."""
        return _in_force(self.valid_from, self.valid_to, day)

    def search(self, wanted: str) -> tuple[Code, ...]:
        """The codes whose code, labels or synonyms hold every word of ``wanted`` (a start is enough).

        A code that begins with ``wanted`` comes first, then labels that begin with it.
        """
        needles = _key(wanted).split()
        if not needles:
            return tuple(self.codes.values())
        whole = " ".join(needles)
        ranked: list[tuple[int, int, Code]] = []
        for place, entry in enumerate(self.codes.values()):
            hay = [key for form in _forms(entry) for key in _key(form).split()]
            if all(any(word.startswith(needle) for word in hay) for needle in needles):
                first = 0 if _key(entry.code).startswith(whole) else 1
                second = 0 if _key(entry.text.vi).startswith(whole) else 1
                ranked.append((first and 1 + second, place, entry))
        return tuple(entry for _, _, entry in sorted(ranked, key=lambda item: item[:2]))

    def _meant(self, spoken: list[str]) -> str:
        """The code of a wording: with its accents if need be, else without.

        A single word written with accents is taken at its word: "cơ" is not "có".
        """
        written = " ".join(spoken)
        if found := self._by_key.get(written):
            return found
        if len(spoken) == 1 and fold(written) != written:
            return ""
        return self._by_key.get(_folded(spoken), "")

    def _code_and_label(self, spoken: list[str]) -> Code | None:
        """``50502 - Tội phạm học``: a code followed by its own label."""
        entry = self.codes.get(spoken[0].upper() if len(spoken) > 1 else "")
        if entry and _folded(spoken[1:]) in {_key(form) for form in _forms(entry)}:
            return entry
        return None


def list_names() -> tuple[str, ...]:
    """The names of all lists, in the index's order."""
    return tuple(_index())


@cache
def code_list(name: str) -> CodeList:
    """The list called ``name``.

    Raises:
        KeyError: no such list, which is a mistake in the program.
    """
    about = _index()[name]
    return parse_code_list(name, resources.read_text("codes", f"{name}.tsv"), about)


def parse_code_list(name: str, table: str, about: Mapping[str, Any]) -> CodeList:
    """A list from its TSV ``table`` and its entry ``about`` of the index.

    Raises:
        ValueError: a needed column is missing, a code comes twice, a parent does not exist or
            lies below itself, a date is none.
    """
    header, *rows = [line.split("\t") for line in table.splitlines() if line.strip()] or [[""]]
    if missing := [column for column in _COLUMNS if column not in header]:
        raise ValueError(f"{name}: no column {missing}")
    codes: dict[str, Code] = {}
    for row in rows:
        entry = _entry(dict(zip(header, (clean(cell) for cell in row), strict=False)))
        if not entry.code or entry.code in codes:
            raise ValueError(f"{name}: code {entry.code!r} is empty or comes twice")
        codes[entry.code] = entry
    if lost := [code for code in codes if not _reaches_top(codes, code)]:
        raise ValueError(f"{name}: no way up from {lost}")
    return CodeList(
        name=name,
        title=Text(about["title"]["vi"], about["title"]["en"]),
        scheme=about.get("scheme", ""),
        source=about.get("source", ""),
        valid_from=about.get("valid_from"),
        valid_to=about.get("valid_to"),
        unverified=about.get("unverified", False),
        codes=MappingProxyType(codes),
        _by_key=MappingProxyType(_keys(codes)),
    )


def claims(entries: Iterable[Code], *, accents: bool = True) -> dict[str, set[str]]:
    """Wording -> the codes it stands for; more than one means it cannot be told apart."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        for form in _forms(entry):
            key = " ".join(_spoken(form)) if accents else _key(form)
            if key:
                found.setdefault(key, set()).add(entry.code)
    return found


@cache
def _index() -> dict[str, dict[str, Any]]:
    return resources.read_toml("codes", "index.toml")


def _entry(cells: Mapping[str, str]) -> Code:
    vi = cells.get("vi", "")
    return Code(
        code=cells.get("code", ""),
        parent=cells.get("parent", ""),
        text=Text(vi, cells.get("en") or vi),
        synonyms=tuple(part.strip() for part in cells.get("synonyms", "").split("|") if part.strip()),
        valid_from=_day(cells.get("valid_from", "")),
        valid_to=_day(cells.get("valid_to", "")),
        extra=MappingProxyType({name: value for name, value in cells.items() if name not in _COLUMNS}),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _in_force(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _forms(entry: Code) -> tuple[str, ...]:
    return (entry.code, entry.text.vi, entry.text.en, *entry.synonyms)


def _spoken(text: str) -> list[str]:
    """The words of ``text`` with their accents; a tick mark, which has none, is its own word."""
    return _WORD.findall(nfc(text.replace("_", " ")).casefold()) or clean(text).split()


def _folded(spoken: list[str]) -> str:
    """What must be equal for two wordings to be the same: no accents, i and y are one (sĩ, sỹ)."""
    return " ".join(fold(word) for word in spoken).replace("y", "i")


def _key(text: str) -> str:
    return _folded(_spoken(text))


def _bare(spoken: list[str]) -> list[str]:
    """``spoken`` without the words people write before a value."""
    for noise in _AROUND:
        length = noise.count(" ") + 1
        if len(spoken) > length and " ".join(fold(word) for word in spoken[:length]) == noise:
            spoken = spoken[length:]
    return spoken


def _keys(codes: Mapping[str, Code]) -> dict[str, str]:
    """Wording -> code, first with accents, then without.

    What could mean two codes is left out, unless one of them holds the others.
    """
    found: dict[str, str] = {}
    for accents in (True, False):
        for key, meant in claims(codes.values(), accents=accents).items():
            broadest = [code for code in meant if all(_above(codes, code, other) for other in meant)]
            if broadest:
                found.setdefault(key, broadest[0])
    return found


def _reaches_top(codes: Mapping[str, Code], code: str) -> bool:
    for _ in codes:
        if code not in codes:
            return False
        if not codes[code].parent:
            return True
        code = codes[code].parent
    return False


def _above(codes: Mapping[str, Code], code: str, other: str) -> bool:
    """Whether ``code`` is ``other`` or one of its ancestors."""
    here = other
    while here:
        if here == code:
            return True
        here = codes[here].parent
    return False
