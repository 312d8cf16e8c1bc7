"""Numbers that identify: their form, their check digit, and whether two records agree on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from stdesk.domain import identifiers
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Context, Problem, Rule, Severity
from stdesk.domain.rules.terms import PUBLICATION, RESEARCH_TASK, shorten, text_of
from stdesk.text import clean, fold


def _read(record: Record, name: str) -> tuple[str, str]:
    """What a field holds by its shape (issn, isbn, doi or "") and the text itself."""
    text = text_of(record, name)
    return (found[0] if (found := identifiers.identify(text)) else "", text) if text else ("", "")


def issn_form(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """An ISSN that has not eight digits."""
    shape, text = _read(record, "issn")
    if text and shape != "issn" and shape != "isbn":
        digits = sum(char.isdigit() for char in text)
        yield Problem("issn", {"issn": shorten(text), "count": digits})


def isbn_in_issn(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A book's number in the field of journals."""
    shape, text = _read(record, "issn")
    if shape == "isbn":
        yield Problem("issn", {"isbn": shorten(text)})


def issn_check_digit(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """An ISSN whose last character does not follow from the other seven (ISO 3297)."""
    shape, text = _read(record, "issn")
    if shape == "issn" and not identifiers.check_issn(text):
        digits = identifiers.format_issn(text)
        total = sum(int(d) * w for d, w in zip(digits[:4] + digits[5:8], range(8, 1, -1), strict=True))
        yield Problem("issn", {"issn": digits, "found": digits[-1], "expected": "0123456789X"[-total % 11]})


def isbn_form(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """An ISBN of neither thirteen nor ten digits."""
    shape, text = _read(record, "isbn")
    if text and shape != "isbn":
        yield Problem("isbn", {"isbn": shorten(text), "count": sum(char.isdigit() for char in text)})


def isbn_check_digit(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """An ISBN whose last digit does not follow from the others (ISO 2108)."""
    shape, text = _read(record, "isbn")
    if shape == "isbn" and not identifiers.check_isbn(text):
        digits = identifiers.format_isbn(text)
        yield Problem("isbn", {"isbn": digits, "found": digits[-1], "expected": _isbn_check(digits)})


def _isbn_check(digits: str) -> str:
    """The right last digit for the others of ``digits``."""
    if len(digits) == 13:
        return str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits[:12])) % 10)
    return "0123456789X"[-sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11]


def doi_form(record: Record, _kind: Kind, _context: Context) -> Iterable[Problem]:
    """A DOI that does not begin with 10. and a registrant."""
    shape, text = _read(record, "doi")
    if text and shape != "doi":
        yield Problem("doi", {"doi": shorten(text)})


@lru_cache(maxsize=5_000)
def _journal(title: str) -> str:
    return fold(clean(title))


def issn_differs(records: Sequence[Record], _context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """The same journal with two ISSNs: told at the records of the rarer one."""
    journals: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        if record.kind == PUBLICATION and (container := _journal(text_of(record, "container"))):
            shape, text = _read(record, "issn")
            if shape == "issn":
                journals[container][identifiers.format_issn(text)].append(record)
    for by_issn in journals.values():
        if len(by_issn) > 1:
            ranked = sorted(by_issn.items(), key=lambda one: (-len(one[1]), one[0]))
            usual, most = ranked[0]
            for rare, several in ranked[1:]:
                for record in several:
                    params = {"container": shorten(text_of(record, "container")), "issn": rare,
                              "usual": usual, "count": len(most), "other": str(most[0].number)}  # fmt: skip
                    yield record, Problem("issn", params)


def code_repeated(records: Sequence[Record], _context: Context) -> Iterator[tuple[Record | None, Problem]]:
    """Two tasks under one code: told at every one but the first."""
    first: dict[str, Record] = {}
    for record in sorted(records, key=lambda one: one.number):
        code = fold(clean(text_of(record, "code"))) if record.kind == RESEARCH_TASK else ""
        if code and first.setdefault(code, record) is not record:
            yield record, Problem("code", {"code": text_of(record, "code"), "other": str(first[code].number)})


_P = (PUBLICATION,)

RULES = (
    Rule("issn_form", Severity.EXPLAIN, _P, ("issn",), issn_form, needs=("issn",)),
    Rule("isbn_in_issn", Severity.HINT, _P, ("issn",), isbn_in_issn, needs=("issn",)),
    Rule("issn_check_digit", Severity.EXPLAIN, _P, ("issn",), issn_check_digit, needs=("issn",)),
    Rule("isbn_form", Severity.EXPLAIN, _P, ("isbn",), isbn_form, needs=("isbn",)),
    Rule("isbn_check_digit", Severity.EXPLAIN, _P, ("isbn",), isbn_check_digit, needs=("isbn",)),
    Rule("doi_form", Severity.EXPLAIN, _P, ("doi",), doi_form, needs=("doi",)),
    Rule("issn_differs", Severity.HINT, _P, ("issn", "container"), library_check=issn_differs),
    Rule("code_repeated", Severity.EXPLAIN, (RESEARCH_TASK,), ("code",), library_check=code_repeated),
)
