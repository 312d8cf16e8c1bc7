"""A cell as the value of a field: what was read, what is doubtful, what could not be understood.

Nothing is thrown away: text that is no value of its field goes to the notes under its header,
with a reason. Harmless tidying (a month in words, a rank before a name) says nothing; only what
was not understood, or may be wrong, asks for a look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from stdesk.domain import money as amounts
from stdesk.domain.codes import CodeList, code_list
from stdesk.domain.dates import parse_date, parse_range, show
from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.identifiers import identify
from stdesk.domain.kinds import Kind
from stdesk.exchange.attendance import read_attendance
from stdesk.exchange.cells import EMPTY, Column, Convert, Reading, doubt, kept, text_of
from stdesk.exchange.people_cells import people_converter, title_and_people_converter
from stdesk.exchange.sheets import CellValue
from stdesk.exchange.sources import issue_and_year, split_source
from stdesk.exchange.vocabulary import normal
from stdesk.text import clean, clean_lines, fold

T = FieldType

_NOTHING = frozenset({"", "-", "--", "---", "–", "—", "…", "...", "..", ".", "/", "\\", "_"})
_LIST_MARKS = re.compile(r"[;,\n/+&]")
_DURATION = re.compile(r"\d+(?:[.,]\d+)?\s*(?:thang|nam|ngay|tuan|quy)\b")
_WITH_BRACKETS = re.compile(r"([^()]+)\([^()]+\)")  # "150 (năm 2025: 50; năm 2026: 100)"
_PUBLISHER = re.compile(r"(?:nxb|nha xuat ban|nha xb)\b")
_ELSEWHERE = re.compile(r"thu vien|so kh|\bso khoa hoc|cuc thong tin|nasati|luu tru (?:tinh|quoc gia)")
_ACCEPTED_ON = re.compile(
    r"nghiem thu(?: chinh thuc)?\s*(?:vao\s+)?(?:ngay\s*)?[:(]?\s*([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4})\b"
)
_GRADED = re.compile(r"(?:xếp loại|đạt loại|loại)\s*:?\s*(\w+(?: sắc| bình| đạt)?)", re.IGNORECASE)
_NO_MONEY = re.compile(r"(?:khong|chua)(?: co| duoc cap| cap)?(?: kinh phi)?|tu tuc|mien phi|khong phat sinh")
_HARMLESS_DATE = {"approximate", "quarter"}
_HARMLESS_MONEY = {"shorthand", "approximate", "unit_ignored"}


def converter(kind: Kind, target: str, column: Column, *, today: date) -> Convert:
    """What makes values of the cells of ``column``; equal cells are converted once."""
    convert = _make(kind, target, column, today)
    known: dict[str, Reading] = {}

    def cached(value: CellValue) -> Reading:
        if type(value) is not str:
            return EMPTY if value is None else convert(value)
        if (found := known.get(value)) is None:
            if len(known) > 50_000:
                known.clear()
            found = known[value] = EMPTY if value.strip() in _NOTHING else convert(value)
        return found

    return cached


def _make(kind: Kind, target: str, column: Column, today: date) -> Convert:
    if not target:
        return lambda value: kept(column, value)
    if ".." in target:
        return _range(kind, target, column, today)
    name, _, spread = target.partition(".")
    field_ = kind.field(name)
    if spread:
        return _spread(kind, field_, spread, column, today)
    if name in ("issn", "isbn", "doi"):
        return _identifier(kind, name, column)
    if name == kind.title and column.with_people and kind.people:
        return title_and_people_converter(kind, column)
    if name == "container" and "publisher" in kind.by_name:
        return _container(kind, field_, column, today)
    if name == "issue" and "issued" in kind.by_name and {"so", "nam"} <= set(normal(column.header)):
        return _issue_and_year(field_, column)
    return _simple(kind, field_, column, today)


def _simple(kind: Kind, field_: Field, column: Column, today: date) -> Convert:
    makers: dict[FieldType, Callable[[], Convert]] = {
        T.TEXT: lambda: _text(field_, column),
        T.LONG_TEXT: lambda: _long_text(field_),
        T.INTEGER: lambda: _count(kind, field_, column),
        T.NUMBER: lambda: _number(field_, column),
        T.MONEY: lambda: _money(field_.name, column),
        T.DATE: lambda: _date(kind, field_, column, today),
        T.CHOICE: lambda: _choice(kind, field_, column, today),
        T.CHOICES: lambda: _codes(field_, column),
        T.CLASS: lambda: _codes(field_, column),
        T.TAGS: lambda: _tags(field_),
        T.PEOPLE: lambda: people_converter(field_, column),
    }
    make = makers.get(field_.type)
    return make() if make else lambda value: kept(column, value)


# --- texts ---------------------------------------------------------------------------------


def _text(field_: Field, column: Column) -> Convert:
    name = field_.name
    own = {
        word
        for phrase in (field_.label.vi, *field_.synonyms)
        if len(words := normal(phrase)) == 1
        for word in words
    }
    numbered = own & {"so", "trang", "tap", "tr"}
    label = (
        re.compile(rf"(?:{'|'.join(sorted(own | {'pp', 'p', 'no'}))})\s*[.:]?\s*(?=\d)") if numbered else None
    )

    def convert(value: CellValue) -> Reading:
        if isinstance(value, date):
            return _date_in_text(value)
        text = text_of(value)
        if label and (match := label.match(fold(text))) and len(fold(text)) == len(text):
            text = text[match.end() :]
        return Reading({name: text}) if text else EMPTY

    def _date_in_text(value: date) -> Reading:
        """Excel made a date of "4-7" or "3/2026"."""
        text, sure = text_of(value), False
        if numbered and value.day == 1 and name != "pages":
            text, sure = f"{value.month}/{value.year}", True
        elif numbered:
            text = f"{value.day}-{value.month}"
        reason = doubt("import_date_in_text", column, value, value=text)
        return Reading({name: text}, "", () if sure else (reason,))

    return convert


def _long_text(field_: Field) -> Convert:
    def convert(value: CellValue) -> Reading:
        text = clean_lines(value) if isinstance(value, str) else text_of(value)
        return Reading({field_.name: text}) if text else EMPTY

    return convert


def _issue_and_year(field_: Field, column: Column) -> Convert:
    plain = _text(field_, column)

    def convert(value: CellValue) -> Reading:
        both = issue_and_year(text_of(value), named=False) if isinstance(value, str) else None
        return Reading({field_.name: both[0], "issued": both[1]}) if both else plain(value)

    return convert


def _container(kind: Kind, field_: Field, column: Column, today: date) -> Convert:
    plain = _text(field_, column)

    def convert(value: CellValue) -> Reading:
        if isinstance(value, str) and _PUBLISHER.match(fold(clean(value))):
            return Reading({"publisher": clean(value)})
        if isinstance(value, str) and column.whole_source and (parts := split_source(value, today=today)):
            return Reading({name: part for name, part in parts.items() if name in kind.by_name})
        return plain(value)

    return convert


def _tags(field_: Field) -> Convert:
    def convert(value: CellValue) -> Reading:
        parts = re.split(r"[,;\n]", value) if isinstance(value, str) else [text_of(value)]
        tags = tuple(dict.fromkeys(tag for part in parts if (tag := clean(part))))
        return Reading({field_.name: tags}) if tags else EMPTY

    return convert


def _identifier(kind: Kind, name: str, column: Column) -> Convert:
    """ISSN, ISBN and DOI share columns: every cell is told by its shape."""

    def convert(value: CellValue) -> Reading:
        text = text_of(value)
        found: dict[str, Value] = {}
        rest = []
        parts = (
            [text]
            if identify(text)
            else [part for part in re.split(r"[;,\n|]|\s/\s|\s(?=[eE]?-?IS[SB]N)", text) if part]
        )
        for part in parts:
            known = identify(part)
            if known and known[0] in kind.by_name and known[0] not in found:
                found[known[0]] = known[1]
            elif clean(part):
                rest.append(clean(part))
        if not found and any(map(str.isdigit, text)):
            return Reading({name: text})
        return Reading(found, f"{column.header}: {'; '.join(rest)}" if rest else "")

    return convert


# --- numbers -------------------------------------------------------------------------------


def _count(kind: Kind, field_: Field, column: Column) -> Convert:
    of_people = field_.name == "participants" and "women" in kind.by_name

    def convert(value: CellValue) -> Reading:
        women = None
        if of_people and isinstance(value, str):
            said = read_attendance(value)
            number, women = said.total, said.women
        else:
            number = None if isinstance(value, date) else amounts.parse_count(value)
        if number is None:
            return kept(column, value, doubt("import_no_number", column, value))
        extra = "" if not isinstance(value, str) or _only_unit(value) else f"{column.header}: {clean(value)}"
        return Reading({field_.name: number} | ({} if women is None else {"women": women}), extra)

    return convert


def _only_unit(value: str) -> bool:
    """Whether a count says nothing more than itself: "56 đ/c", "1.200 lượt"."""
    return bool(re.fullmatch(r"[\d.\s]+\w{0,6}(?:/\w)?\.?(?: \w{1,5})?", clean(value)))


def _number(field_: Field, column: Column) -> Convert:
    shape = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:tiet|gio|buoi|h|ngay)?\.?\Z")

    def convert(value: CellValue) -> Reading:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
            return Reading({field_.name: float(value)})
        match = shape.match(fold(clean(value))) if isinstance(value, str) else None
        if not match:
            return kept(column, value, doubt("import_no_number", column, value))
        whole = re.fullmatch(r"\d+", match[1])
        return Reading(
            {field_.name: float(match[1].replace(",", "."))},
            "" if whole and len(match[0]) < 4 else kept(column, value).note,
        )

    return convert


def _money(name: str, column: Column) -> Convert:
    def convert(value: CellValue) -> Reading:
        if isinstance(value, str) and _NO_MONEY.fullmatch(fold(clean(value)).strip(" .")):
            return kept(column, value)
        amount, note = None if isinstance(value, date) else amounts.parse_money(value, unit=column.unit), ""
        if amount is None and isinstance(value, str) and (more := _WITH_BRACKETS.fullmatch(clean(value))):
            amount, note = amounts.parse_money(more[1], unit=column.unit), kept(column, value).note
        if amount is None:
            return kept(column, value, doubt("import_no_money", column, value))
        if not amount.doubt:
            return Reading({name: amount.value}, note)
        look = amount.doubt not in _HARMLESS_MONEY
        reason = doubt(
            f"import_money_{amount.doubt}", column, value, look=look, value=amounts.show_money(amount.value)
        )
        return Reading({name: amount.value}, kept(column, value).note, (reason,))

    return convert


def _spread(kind: Kind, field_: Field, spread: str, column: Column, today: date) -> Convert:
    about = next(one for one in field_.spreads if one.name == spread)
    cell = next(one for one in field_.columns if one.name == about.value)
    convert_cell = _money(cell.name, column) if cell.type is T.MONEY else _count(kind, cell, column)

    def convert(value: CellValue) -> Reading:
        found = convert_cell(value)
        if cell.name not in found.values:
            return found
        item = {**about.fixed, cell.name: found.values[cell.name]}
        ordered = {one.name: item[one.name] for one in field_.columns if one.name in item}
        return Reading({field_.name: (ordered,)}, found.note, found.reasons)

    return convert


# --- dates ---------------------------------------------------------------------------------


def _date(kind: Kind, field_: Field, column: Column, today: date) -> Convert:
    def convert(value: CellValue) -> Reading:
        found = parse_date(value, today=today)
        if found is None and isinstance(value, str) and (both := issue_and_year(value, named=True)):
            number = {"issue": both[0]} if "issue" in kind.by_name else {}
            return Reading({field_.name: both[1], **number}, kept(column, value).note)
        if found is None:
            return kept(column, value, doubt("import_no_date", column, value))
        if not found.doubt:
            return Reading({field_.name: found.value})
        look = found.doubt not in _HARMLESS_DATE
        reason = doubt(f"import_date_{found.doubt}", column, value, look=look, value=show(found.value))
        return Reading({field_.name: found.value}, kept(column, value).note, (reason,))

    return convert


def _range(kind: Kind, target: str, column: Column, today: date) -> Convert:
    start, _, end = target.partition("..")

    def convert(value: CellValue) -> Reading:
        found = parse_range(value, today=today)
        if found is None:
            return _with_place(value)
        values = {start: found.start, end: found.end} if found.end else {start: found.start}
        if not found.doubt or found.doubt == "open":
            return Reading(values)
        understood = " – ".join(show(one) for one in values.values())
        look = found.doubt not in _HARMLESS_DATE
        reason = doubt(f"import_date_{found.doubt}", column, value, look=look, value=understood)
        return Reading(values, kept(column, value).note, (reason,))

    def _with_place(value: CellValue) -> Reading:
        """ "từ 12/3 đến 14/3/2026, tại Hội trường": the days, then the place."""
        text = clean(value) if isinstance(value, str) else ""
        if _DURATION.fullmatch(fold(text)):
            return kept(column, value)
        for cut in re.finditer(r"\s*[,;]\s*(?:tại\s+)?|\s+tại\s+|\s+-\s+", text):
            found = parse_range(text[: cut.start()], today=today)
            if found and found.end and not found.doubt and "place" in kind.by_name:
                return Reading({start: found.start, end: found.end, "place": text[cut.end() :]})
        return kept(column, value, doubt("import_no_date", column, value))

    return convert


# --- codes ---------------------------------------------------------------------------------


def _choice(kind: Kind, field_: Field, column: Column, today: date) -> Convert:
    listed = code_list(field_.codes)
    written = f"{field_.name}_written"

    def convert(value: CellValue) -> Reading:
        text = text_of(value)
        extra: dict[str, Value] = {written: text} if text and written in kind.by_name else {}
        if found := listed.recognise(text):
            more = "" if extra or not _says_more(listed, text) else kept(column, value).note
            return Reading(
                {field_.name: found.code, **extra, **_when(kind, field_, found.code, text, today)}, more
            )
        if field_.name == "deposit_state":
            return _deposit(listed, column, value, today)
        if found := listed.find_in(text):
            values = {field_.name: found.code, **extra, **_when(kind, field_, found.code, text, today)}
            return Reading(values, "" if extra else kept(column, value).note)
        return Reading(extra, kept(column, value).note, (doubt("import_no_code", column, value),))

    return convert


def _when(kind: Kind, field_: Field, code: str, text: str, today: date) -> dict[str, Value]:
    """Day and grade in "Nghiệm thu ngày 12/6/2026, xếp loại Khá", a cell of a task's state."""
    if field_.name != "status" or code != "accepted" or "accepted" not in kind.by_name:
        return {}
    found: dict[str, Value] = {}
    said, graded = _ACCEPTED_ON.search(fold(text)), _GRADED.search(clean(text))
    day = parse_date(said[1], today=today) if said else None
    if day and not day.doubt:
        found["accepted"] = day.value
    if graded and (grade := code_list(kind.field("grade").codes).recognise(graded[1])):
        found["grade"] = grade.code
    return found


def _says_more(listed: CodeList, text: str) -> bool:
    """Whether brackets, which recognising a code passes over, hold more than the code once more."""
    inside = re.findall(r"[(\[]([^()\[\]]*)[)\]]", text)
    return any(listed.recognise(one) is None for one in inside if clean(one))


def _deposit(listed: CodeList, column: Column, value: CellValue, today: date) -> Reading:
    """ "12/3/2026" or "Đã nộp ngày 12/3/2026" in the column of the deposit."""
    when = date_inside(value, today)
    state = listed.find_in(text_of(value)) if isinstance(value, str) else None
    if state and state.code == "deposited" and _ELSEWHERE.search(fold(text_of(value))):
        return kept(column, value, doubt("import_no_code", column, value))
    if when and state is None and parse_date(value, today=today):
        return Reading({"deposit_state": "deposited", "deposited": when})
    if state is None:
        return kept(column, value, doubt("import_no_code", column, value))
    values: dict[str, Value] = {"deposit_state": state.code}
    if when and state.code == "deposited":
        values["deposited"] = when
    return Reading(values, kept(column, value).note)


def date_inside(value: CellValue, today: date) -> str:
    """The one full date in a text, "" when there is none."""
    if not isinstance(value, str):
        found = parse_date(value, today=today)
        return found.value if found and not found.doubt else ""
    dates = re.findall(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b", value[:500])
    found = parse_date(dates[0], today=today) if len(dates) == 1 else None
    return found.value if found and not found.doubt else ""


def _codes(field_: Field, column: Column) -> Convert:
    """Several codes of a list in one cell; those of a classification carry its scheme."""
    listed = code_list(field_.codes)
    is_class = field_.type is T.CLASS

    def convert(value: CellValue) -> Reading:
        text = clean_lines(value) if isinstance(value, str) else text_of(value)
        whole = listed.recognise(clean(text))
        found, rest = ([whole.code], []) if whole else _each(text)
        codes = tuple(dict.fromkeys(f"{listed.scheme}:{code}" if is_class else code for code in found))
        values: dict[str, Value] = {field_.name: codes} if codes else {}
        if not rest:
            return Reading(values)
        note = f"{column.header}: {clean(text)}"
        return Reading(values, note, () if is_class else (doubt("import_no_code", column, value),))

    def _each(text: str) -> tuple[list[str], list[str]]:
        found, rest = [], []
        for part in _LIST_MARKS.split(text):
            if code := listed.recognise(clean(part)):
                found.append(code.code)
            elif clean(part):
                rest.append(part)
        return found, rest

    return convert
