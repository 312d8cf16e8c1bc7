"""Records as BibTeX and RIS, for reference managers.

Document types go by their CSL 1.0.2 type (a column of the code list) to the types of the two
formats. Names are written "Họ, Đệm Tên". A research task is a report whose number is its code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.text import clean, fold

# CSL type -> BibTeX entry, RIS type.
_FORMATS = {
    "article-journal": ("article", "JOUR"),
    "article-newspaper": ("article", "NEWS"),
    "article-magazine": ("article", "MGZN"),
    "book": ("book", "BOOK"),
    "chapter": ("incollection", "CHAP"),
    "paper-conference": ("inproceedings", "CPAPER"),
    "thesis": ("phdthesis", "THES"),
    "report": ("techreport", "RPRT"),
    "patent": ("misc", "PAT"),
    "standard": ("misc", "STAND"),
    "legislation": ("misc", "STAT"),
    "software": ("misc", "COMP"),
    "dataset": ("misc", "DATA"),
    "periodical": ("book", "JFULL"),
    "webpage": ("misc", "ELEC"),
    "motion_picture": ("misc", "VIDEO"),
    "pamphlet": ("booklet", "PAMP"),
}
_OTHER = ("misc", "GEN")
_THESES = {"masters_thesis": "mastersthesis", "bachelors_thesis": "mastersthesis"}

_FAMILY = re.compile(
    "(?:nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|dinh|doan|trinh|mai|to|truong|lam|luong"
    "|luu|ha|cao|ta|thai|chu|quach|kieu|nghiem|tong|vuong|la|hua|dao|trieu|quan|phung|khuat|vi|nong|lo|ma|dam|sung"
    "|giang|tang|thach|kim|son|chau|on|van|au|han|hong|mac|ninh|phi|tieu|tu|thi|y)"
)
# Beginnings of names that are no person's: "Phòng Tham mưu", "Nhiều tác giả".
_BODIES = (
    "phong ",
    "cuc ",
    "vu ",
    "cong an ",
    "hoc vien ",
    "truong dai hoc",
    "vien ",
    "ban ",
    "bo ",
    "doi ",
    "nhieu ",
    "nhom ",
    "tap the ",
)
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def person_name(name: str) -> tuple[str, str]:
    """Family name, and the rest: "Nguyễn", "Văn A". A single word has no rest.

    Vietnamese names begin with the family name. A name in plain letters that begins with no
    Vietnamese family name is taken as written the Western way round.
    """
    if "," in name:
        family, _, rest = name.partition(",")
        return clean(family), clean(rest.replace(",", " "))
    words = clean(name).split()
    if len(words) < 2 or fold(clean(name)).startswith(_BODIES):
        return clean(name), ""
    if name.isascii() and not _FAMILY.fullmatch(fold(words[0])):
        return words[-1], " ".join(words[:-1])
    return words[0], " ".join(words[1:])


def bibtex_entries(kind: Kind, records: Iterable[Record]) -> Iterator[str]:
    """One BibTeX entry a record, each ending in a line break."""
    for record in records:
        facts = _facts(kind, record)
        entry = _THESES.get(facts["document_type"]) or _format(facts)[0]
        lines = [f"  {name} = {{{value}}},\n" for name, value in _bibtex_fields(facts, entry) if value]
        yield f"@{entry}{{{_key(facts, record)},\n{''.join(lines)}}}\n\n"


def ris_entries(kind: Kind, records: Iterable[Record]) -> Iterator[str]:
    """One RIS entry a record, lines ending in CR LF, an empty line after each."""
    for record in records:
        facts = _facts(kind, record)
        lines = [f"TY  - {_format(facts)[1]}\r\n"]
        lines += [f"{tag}  - {value}\r\n" for tag, value in _ris_fields(facts) if value]
        yield "".join(lines) + "ER  - \r\n\r\n"


def _format(facts: Mapping[str, Any]) -> tuple[str, str]:
    return _FORMATS.get(facts["csl"], _OTHER)


def _facts(kind: Kind, record: Record) -> dict[str, Any]:
    """What both formats need of a record, whatever its kind; texts are one line each."""
    by_name = kind.by_name

    def text(*names: str) -> str:
        found = (record.get(name) for name in names if name in by_name)
        return next((clean(value) for value in found if isinstance(value, str)), "")

    def people(*names: str) -> list[tuple[str, str]]:
        items = (item for name in names if name in by_name for item in record.get(name) or ())
        return [person_name(str(item["name"])) for item in items if item.get("name")]

    document_type = text("document_type")
    return {
        "csl": _csl(by_name.get("document_type"), document_type),
        "document_type": document_type,
        "genre": _label(by_name.get("document_type") or by_name.get("type"), document_type or text("type")),
        "title": text(kind.title),
        "authors": people(kind.people, "members") if kind.people else [],
        "supervisors": people("supervisors"),
        "container": text("container"),
        "publisher": text("publisher"),
        "institution": text("thesis_institution", "host", "department"),
        "place": text("place"),
        "date": text("issued", "defended", "accepted", "end", "start"),
        "volume": text("volume"),
        "issue": text("issue"),
        "pages": text("pages"),
        "edition": text("edition"),
        "issn": text("issn"),
        "isbn": text("isbn"),
        "doi": text("doi"),
        "number": text("code"),
        "language": text("language"),
        "keywords": [clean(str(one)) for one in record.get("keywords") or ()]
        if "keywords" in by_name
        else [],
        "abstract": text("abstract", "content"),
    }


def _csl(field: Field | None, code: str) -> str:
    if field is None:
        return "report"
    entry = code_list(field.codes).get(code)
    return entry.extra.get("csl", "") if entry else ""


def _label(field: Field | None, code: str) -> str:
    return code_list(field.codes).label(code) if field and field.codes and code else ""


def _tex(value: str) -> str:
    return value.translate(_TEX)


def _bibtex_fields(facts: Mapping[str, Any], entry: str) -> Iterator[tuple[str, str]]:
    yield "title", "{" + _tex(facts["title"]) + "}" if facts["title"] else ""
    yield "author", " and ".join(_tex_name(one) for one in facts["authors"])
    yield _CONTAINERS.get(entry, "howpublished"), _tex(facts["container"])
    school = entry in ("phdthesis", "mastersthesis")
    if entry in ("phdthesis", "mastersthesis", "techreport"):
        yield "school" if school else "institution", _tex(facts["institution"])
        yield "type", _tex(facts["genre"])
    else:
        yield "publisher", _tex(facts["publisher"])
    yield "address", _tex(facts["place"])
    yield from _date_fields(facts["date"])
    yield "volume", _tex(facts["volume"])
    yield "number", _tex(facts["issue"] or facts["number"])
    yield "pages", _tex(re.sub(r"\s*[-\u2010-\u2015]+\s*", "--", facts["pages"]))
    for name in ("edition", "issn", "isbn", "doi"):
        yield name, _tex(facts[name])
    yield "language", _tex(facts["language"])
    yield "keywords", _tex(", ".join(facts["keywords"]))
    yield "abstract", _tex(facts["abstract"])


_CONTAINERS = {
    "article": "journal",
    "inproceedings": "booktitle",
    "incollection": "booktitle",
    "book": "series",
    "techreport": "series",
    "phdthesis": "series",
    "mastersthesis": "series",
}


def _tex_name(name: tuple[str, str]) -> str:
    """``Nguyễn, Văn A``; what BibTeX would cut apart ("and", a single name) is held by braces."""
    family, rest = (_tex(part) for part in name)
    if not rest:
        return "{" + family + "}"
    if "and" in f"{family} {rest}".lower().split():
        return "{" + f"{rest} {family}" + "}"
    return f"{'{' + family + '}' if ' ' in family else family}, {rest}"


def _date_fields(date: str) -> Iterator[tuple[str, str]]:
    yield "year", date[:4]
    yield "month", date[5:7].lstrip("0")
    yield "date", date


def _key(facts: Mapping[str, Any], record: Record) -> str:
    """``nguyen2025_12``: plain letters, and the unit's own number makes it the only one."""
    family = facts["authors"][0][0] if facts["authors"] else record.kind
    word = re.sub(r"[^a-z]", "", fold(family)) or "stdesk"
    return f"{word}{facts['date'][:4]}_{record.number}"


def _ris_fields(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "TI", facts["title"]
    for family, rest in facts["authors"]:
        yield "AU", f"{family}, {rest}" if rest else family
    for family, rest in facts["supervisors"]:
        yield "A3", f"{family}, {rest}" if rest else family
    yield "T2", facts["container"]
    yield "M3", facts["genre"]
    yield "PB", facts["publisher"] or (facts["institution"] if facts["csl"] in ("thesis", "report") else "")
    yield "CY", facts["place"]
    year, month, day = [*facts["date"].split("-"), "", "", ""][:3]
    yield "PY", year
    yield "DA", f"{year}/{month}/{day}/" if year else ""
    yield "VL", facts["volume"]
    yield "IS", facts["issue"]
    first, _, last = re.sub(r"[\u2010-\u2015]", "-", facts["pages"]).partition("-")
    yield "SP", first.strip()
    yield "EP", last.strip()
    yield "ET", facts["edition"]
    yield "SN", facts["issn"] or facts["isbn"]
    yield "DO", facts["doi"]
    yield "AN", facts["number"]
    yield "LA", facts["language"]
    for keyword in facts["keywords"]:
        yield "KW", keyword
    yield "AB", facts["abstract"]


ENTRIES: Mapping[str, Callable[[Kind, Iterable[Record]], Iterator[str]]] = {
    ".bib": bibtex_entries,
    ".ris": ris_entries,
}
"""File suffix -> what writes it."""


def is_bibliographic(kind: Kind) -> bool:
    """Whether records of ``kind`` can be cited: documents, and tasks as the reports they end in."""
    return bool(kind.people) and (kind.stays_open or "document_type" in kind.by_name)
