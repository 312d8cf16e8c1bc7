"""What a PDF's first pages say of the work: title, people, date, identifiers, offline.

The file is read in another process (:mod:`stdesk.exchange.foreign`); what comes back is plain text with places and
sizes, and everything proposed here is a guess that a person accepts or not, each with the reason for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from stdesk.domain import identifiers
from stdesk.domain.codes import code_list
from stdesk.domain.dates import is_partial_date, parse_date
from stdesk.domain.fields import FieldType, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.legacy_text import TCVN3, VNI, decode_tcvn3, decode_vni, looks_legacy
from stdesk.domain.values import canonical, show
from stdesk.errors import UserError
from stdesk.exchange import title_page
from stdesk.exchange.foreign import Source, ask, foreign
from stdesk.exchange.title_lines import PageLine
from stdesk.exchange.title_page import TitlePage
from stdesk.i18n import message
from stdesk.progress import Progress
from stdesk.text import clean, fold

_YEAR = r"(?:19[5-9][0-9]|20[0-9]{2})"
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")
_ISSN = re.compile(r"\bissn\b[^0-9]{0,14}([0-9]{4}\s?[-\u2010-\u2015]\s?[0-9]{3}[0-9xX])", re.IGNORECASE)
_ISBN = re.compile(r"\bisbn\b(?:-1[03])?[^0-9]{0,4}([0-9][0-9 \u2010-\u2015-]{8,16}[0-9xX])", re.IGNORECASE)
_VOLUME = re.compile(r"\b(?:tap|vol(?:ume)?)\b\.?\s*:?\s*([0-9]{1,4})\b")
_ISSUE = re.compile(
    r"\b(?:so|no|issue)\b\.?\s*:?\s*([0-9]{1,4}[a-z]?(?:\s?\([0-9]{1,3}\))?)(?![0-9/.-]*\d{4})"
)
_JOINED = re.compile(
    r"\b([0-9]{1,4})\s?\(([0-9]{1,4})\)\s?[,:;]\s*(?:tr\.?|pp\.?)?\s*([0-9]{1,5})\s?[-\u2013]\s?([0-9]{1,5})\b"
)
_OF_YEAR = re.compile(  # 12 (2023) 100-110
    rf"\b([0-9]{{1,4}})\s?\({_YEAR}\)\s?[,:;]?\s*([0-9]{{1,5}})\s?[-\u2013]\s?([0-9]{{1,5}})\b"
)
_PAGES = re.compile(r"\b(?:trang|tr|pp?|pages)\b\.?\s*:?\s*([0-9]{1,5})\s?[-\u2013]\s?([0-9]{1,5})\b")
_CONTAINER = re.compile(
    r"((?:Tạp chí|TẠP CHÍ|Kỷ yếu|KỶ YẾU|Journal of|JOURNAL OF|Proceedings of)\b[^,;:|(\u2013\u2014]{3,120}"
    r"|[A-Z][A-Za-z&]+(?: [A-Z][A-Za-z&]+| and| of| for| &){0,6} (?:Journal|Review|Letters))"
)
_CONTAINER_ENDS = re.compile(
    r"\s(?:-\s|số\b|SỐ\b|Số\b|tập\b|Tập\b|TẬP\b|tháng\b|Tháng\b|năm\b|Vol|vol|No\.|ISSN|[0-9]).*"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_PUBLISHED = r"(?:ngay (?:dang|xuat ban|cong bo)|published(?: online)?|publication date)\W{0,4}(.{4,40})"
_DATED = (
    (re.compile(_PUBLISHED), "published"),
    (re.compile(rf"\b(?:{_MONTHS})\s*,?\s*{_YEAR}\b"), "header"),
    (re.compile(rf"(?:nam hoc|thang|quy)\s*[0-9ivx]{{1,4}}\s*(?:[-/,.]|nam)\s*{_YEAR}\b"), "header"),
    (re.compile(rf"[a-z. ]{{3,30}}[-,\u2013]\s*(?:thang\s*[0-9]{{1,2}}\s*[-/,. ]\s*)?(?:nam\s*)?{_YEAR}$"), "place"),
    (re.compile(rf"^nam\s*{_YEAR}$"), "place"),
    (re.compile(rf"(?:so|tap|vol(?:ume)?|no|issue)\b.{{0,30}}?[(,/ -]\s*({_YEAR})\b"), "header"),
    (re.compile(rf"\b[0-9]{{1,4}}\s?\(({_YEAR})\)"), "header"),
    (re.compile(rf"(?:\u00a9|\(c\)|copyright)\s*({_YEAR})"), "copyright"),
)  # fmt: skip
_ONE_DATE = re.compile(
    r"[0-9]{1,2}\s*[/.-]\s*[0-9]{1,2}\s*[/.-]\s*[0-9]{4}|[0-9]{1,2} [a-z]{3,9} [0-9]{4}|[a-z]{3,9} [0-9]{1,2}, [0-9]{4}"
    rf"|(?:{_MONTHS}),? {_YEAR}|(?:thang\s*)?[0-9]{{1,2}}\s*[/.-]\s*{_YEAR}"
    rf"|thang\s*[0-9]{{1,2}}\s*(?:nam)?\s*{_YEAR}|{_YEAR}"
)
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạ-ỹẠ-Ỹ]")
_ENGLISH = re.compile(r"\b(?:the|of|and|in|for|with|this|that|is|are)\b")


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a PDF's first pages.

    Attributes:
        lines: from the top of each page down.
        width, height: of the first page, in points.
        pages: how many the document has.
        metadata: title, author and date that the program which made it wrote into it.
        problem: why there is nothing to read, in words; "" when there is something.
    """

    lines: tuple[PageLine, ...] = ()
    width: float = 0.0
    height: float = 0.0
    pages: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for one field of a record.

    Attributes:
        field, value: field name and canonical value.
        shown: the value in words.
        why: where it was seen, in words.
    """

    field: str
    value: Value
    shown: str
    why: str


def read_first_page(source: Source, progress: Progress | None = None) -> PageText:
    """The text of the first pages of ``source``; never fails, ``problem`` says why nothing was read.

    Raises:
        Cancelled: asked to stop.
    """
    try:
        told, _ = ask("text", source, (), progress)
        page = _page(told)
    except UserError as error:
        return PageText(problem=str(error))
    except (OSError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return PageText(problem=message("pdf_unreadable", name=foreign(source).name))
    if page.lines:
        return page
    return replace(page, problem=message("pdf_scanned" if told.get("pictures") else "pdf_empty"))


def _page(told: Mapping[str, Any]) -> PageText:
    lines = [
        PageLine(
            text=clean(_decoded(str(one["text"]), str(one["font"]))),
            size=float(one["size"]),
            left=float(one["left"]),
            right=float(one["right"]),
            top=float(one["top"]),
            page=int(one["page"]),
            bold=bool(one["bold"]),
        )
        for one in told["lines"][:2_000]
    ]
    lines = [one for one in lines if one.text]
    whole = "\n".join(one.text for one in lines)
    if old := looks_legacy(whole[:4_000]):
        decode = decode_tcvn3 if old == TCVN3 else decode_vni
        lines = [replace(one, text=clean(decode(one.text))) for one in lines]
    metadata = {str(name): clean(str(value)) for name, value in told["metadata"].items()}
    return PageText(tuple(lines), float(told["width"]), float(told["height"]), int(told["pages"]), metadata)


def _decoded(text: str, font: str) -> str:
    """``text`` as drawn: old fonts show Vietnamese letters in the places of Western ones."""
    name = font.partition("+")[2] or font
    if name.lower().startswith(".vn"):
        found = decode_tcvn3(text)
        return found.upper() if name.rstrip("0123456789").endswith("H") else found
    return decode_vni(text) if name.upper().startswith(VNI) else text


def propose(
    kind: Kind, page: PageText, file_name: str = "", metadata: Mapping[str, str] | None = None,
    *, today: date = date.max,
) -> list[Proposal]:  # fmt: skip
    """What ``page`` seems to say for the fields of ``kind``, in the order of its form.

    Args:
        kind: whose fields are to be filled.
        page: as read.
        file_name: an identifier may stand in it.
        metadata: what the PDF says of itself; ``page.metadata`` when absent.
        today: nothing is dated later than the year after it.
    """
    told = page.metadata if metadata is None else metadata
    found = title_page.read(page.lines, page.height, told.get("Title", ""))
    values: dict[str, tuple[Any, str]] = {}
    if found.title:
        values[kind.title] = (found.title, "title_metadata" if found.from_metadata else "title_type")
    if kind.people and found.people:
        values[kind.people] = (found.people, "people_line")
    if found.supervisors:
        values["supervisors"] = (found.supervisors, "people_label")
    if kind.begins and (issued := _issued(page, found, today)):
        values[kind.begins[0]] = issued
    values |= {name: one for name, one in _plain_fields(page, found, file_name).items() if name not in values}
    return list(_checked(kind, values))


def _checked(kind: Kind, values: Mapping[str, tuple[Any, str]]) -> Iterator[Proposal]:
    for one in kind.fields:
        if one.name in values and one.type is not FieldType.FILES and not one.internal:
            value, why = values[one.name]
            try:
                value = canonical(one, value)
            except UserError:
                continue  # a field of that name that means something else
            if value is not None:
                yield Proposal(one.name, value, show(one, value), message(f"seen_{why}"))


def _plain_fields(page: PageText, found: TitlePage, file_name: str) -> dict[str, tuple[Any, str]]:
    whole = "\n".join(one.text for one in page.lines)
    values: dict[str, tuple[Any, str]] = {}
    if doi := _doi(whole, found) or _doi(file_name.replace("_", "/"), found):
        values["doi"] = (doi, "label")
    for name, pattern, check, form in (
        ("issn", _ISSN, identifiers.check_issn, identifiers.format_issn),
        ("isbn", _ISBN, identifiers.check_isbn, identifiers.format_isbn),
    ):
        seen = [form(one) for one in pattern.findall(whole)]
        if good := next((one for one in seen if check(one)), ""):
            values[name] = (good, "label")
    values |= _journal(page, found)
    if language := _language(whole):
        values["language"] = (language, "letters")
    if found.kind_of_work and found.kind_of_work in code_list("document_type").codes:
        values["document_type"] = (found.kind_of_work, "cover")
        if level := _THESES.get(found.kind_of_work):
            values["thesis_level"] = (level, "cover")
    if found.institution and found.kind_of_work in _THESES:
        values["thesis_institution"] = (found.institution, "cover")
    return values


_THESES = {"doctoral_thesis": "doctor", "masters_thesis": "master", "bachelors_thesis": "bachelor"}


def _doi(text: str, found: TitlePage) -> str:
    """The first DOI before the references."""
    seen = _DOI.search(text)
    if seen is None or (found.references and seen.start() > text.find(found.references) >= 0):
        return ""
    return identifiers.normalise_doi(seen[0].rstrip(").,;]"))


def _journal(page: PageText, found: TitlePage) -> dict[str, tuple[Any, str]]:
    values: dict[str, tuple[Any, str]] = {}
    for line in _margins(page, found):
        plain = fold(line.text)
        if whole := _OF_YEAR.search(plain):
            values.setdefault("volume", (whole[1], "margin"))
            values.setdefault("pages", (f"{whole[2]}-{whole[3]}", "margin"))
        both = _JOINED.search(plain)
        if both and not re.fullmatch(_YEAR, both[2]):
            values.setdefault("volume", (both[1], "margin"))
            values.setdefault("issue", (both[2], "margin"))
            values.setdefault("pages", (f"{both[3]}-{both[4]}", "margin"))
        if volume := _VOLUME.search(plain):
            values.setdefault("volume", (volume[1], "margin"))
        if issue := _ISSUE.search(plain):
            values.setdefault("issue", (issue[1].replace(" ", "").upper(), "margin"))
        if pages := _PAGES.search(plain):
            values.setdefault("pages", (f"{pages[1]}-{pages[2]}", "margin"))
        if "container" not in values and (name := _container(line.text)):
            values["container"] = (name, "margin")
    return values


def _container(text: str) -> str:
    seen = _CONTAINER.search(text)
    if seen is None:
        return ""
    name = _CONTAINER_ENDS.sub("", seen[1]).strip(' -.,\u201c\u201d"')
    if len(name.split()) < 3 and not name.endswith(("Journal", "Review", "Letters")):
        return ""
    return name if name != name.upper() else name[0] + name[1:].lower()


def _margins(page: PageText, found: TitlePage) -> Iterator[PageLine]:
    """Short lines above the title or at the foot of the page, and how the paper asks to be cited."""
    for line in page.lines:
        head = line.page == found.page and line.top < found.title_top
        foot = line.top > 0.88 * page.height or line.top < 0.09 * page.height
        cited = fold(line.text).startswith(("trich dan", "cite", "how to cite", "citation"))
        if len(line.text) <= 200 and (head or foot or cited) and line.page <= found.page + 1:
            yield line


def _issued(page: PageText, found: TitlePage, today: date) -> tuple[str, str] | None:
    margin = {id(one) for one in _margins(page, found)}
    cover = sum(one.page == found.page for one in page.lines) < 40
    for pattern, why in _DATED:
        for line in page.lines:
            if line.page > found.page + 1 or (why != "published" and not cover and id(line) not in margin):
                continue
            seen = pattern.search(fold(line.text))
            if seen and (when := _date_in(seen[seen.lastindex or 0], today)):
                return when, f"date_{why}"
    return None


def _date_in(text: str, today: date) -> str:
    for seen in _ONE_DATE.findall(text):
        parsed = parse_date(seen, today=min(today, date(2100, 1, 1)))
        if parsed and is_partial_date(parsed.value) and int(parsed.value[:4]) <= today.year + 1:
            return parsed.value
    return ""


def _language(text: str) -> str:
    letters = sum(one.isalpha() for one in text)
    if letters < 80:
        return ""
    if len(_VIETNAMESE.findall(text)) > 0.04 * letters:
        return "vi"
    english = len(_ENGLISH.findall(text.lower()))
    return "en" if text.isascii() or english >= 0.06 * len(text.split()) else ""
