"""A cell of the quick grid: free text into a value of its field, and a value into text to edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdesk.domain.codes import Code, CodeList, code_list
from stdesk.domain.dates import parse_date
from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.money import parse_count, parse_money, show_money
from stdesk.domain.people import PersonName, show_person, split_people
from stdesk.domain.records import State
from stdesk.domain.values import canonical, show
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.text import clean, clean_lines, fold

T = FieldType
IN_THE_FORM = frozenset({T.ROWS, T.LINKS, T.FILES})
"""What no single line of text can say: shown in the grid, edited in the form."""

_HARMLESS = frozenset({"", "quarter"})
_PERSON_CELLS = ("name", "rank", "academic_title", "degree", "gender", "post", "unit")


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell's text was taken for.

    Attributes:
        value: canonical; ``None`` when empty or not understood.
        problem: why it is not understood and how to write it; "" when it is.
        understood: the value in words where that is not what was typed.
        text: as typed.
    """

    value: Value = None
    problem: str = ""
    understood: str = ""
    text: str = ""


def read_cell(field: Field, text: str, *, today: date, before: Value = None) -> Read:
    """``text`` as a value of ``field``.

    Args:
        before: what the cell held; people named again keep what their line does not say.
    """
    typed = clean_lines(text) if field.type is T.LONG_TEXT else clean(text)
    if not typed:
        return Read(text="")
    try:
        value, problem, doubt = _READERS[field.type](field, typed, today, before)
        value = canonical(field, value)
    except UserError as error:
        return Read(None, str(error), "", text)
    if problem or value is None:
        return Read(None, problem or tr("Not understood."), "", text)
    return Read(value, "", _understood(field, typed, value, doubt), text)


def edit_text(field: Field, value: Value) -> str:
    """``value`` as a person would type it; read again it is the same."""
    if value is None:
        return ""
    if field.type is T.PEOPLE:
        return "; ".join(_person_text(field, one) for one in value)
    if field.type is T.TAGS:
        return "; ".join(value)
    if field.type is T.INTEGER:
        return str(value)
    return show(field, value)


def read_state(text: str) -> Read:
    """The state meant by "hoàn chỉnh", "bản nháp" and the like."""
    typed = fold(clean(text))
    if not typed:
        return Read(text="")
    for state, words in _STATES.items():
        if len(typed) > 1 and any(word.startswith(typed) for word in words):
            shown = state_text(state)
            return Read(
                state.value, "", "" if _same(shown.casefold(), clean(text).casefold()) else shown, text
            )
    return Read(None, tr("Write “complete” or “draft”."), "", text)


def state_text(state: State) -> str:
    """What a state is called in a cell."""
    return tr("Draft") if state is State.DRAFT else tr("Complete")


_STATES = {
    State.COMPLETE: ("hoan chinh", "hoan thanh", "du", "xong", "complete", "done"),
    State.DRAFT: ("ban nhap", "nhap", "chua xong", "draft"),
}

# --- reading, type by type: value, problem, whether it is doubtful ------------------------------

Answer = tuple[Value, str, str]


def _text(_field: Field, typed: str, _today: date, _before: Value) -> Answer:
    return typed, "", ""


def _integer(_field: Field, typed: str, _today: date, _before: Value) -> Answer:
    plain = len(typed) < 16 and typed.isascii() and typed.isdecimal()
    number = int(typed) if plain else parse_count(typed)
    return number, "" if number is not None else tr("Not a whole number. Write digits only, such as 45."), ""


def _number(_field: Field, typed: str, _today: date, _before: Value) -> Answer:
    plain = typed.replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", plain, re.ASCII):
        return None, tr("Not a number. Write it like 12,5."), ""
    return float(plain), "", ""


def _money(_field: Field, typed: str, _today: date, _before: Value) -> Answer:
    found = parse_money(typed)
    if found is None:
        return None, tr("Not an amount. Write it like 350 triệu, 1,2 tỷ or 350.000.000."), ""
    return found.value, "", "" if found.doubt == "shorthand" else found.doubt


def _date(_field: Field, typed: str, today: date, _before: Value) -> Answer:
    found = parse_date(typed, today=today)
    if found is None:
        return None, tr("Not a date that exists. Write it like 04/03/2026, 3/2026 or 2026."), ""
    return found.value, "", found.doubt if found.doubt not in _HARMLESS else ""


def _choice(field: Field, typed: str, _today: date, before: Value) -> Answer:
    listed = code_list(field.codes)
    if before is not None and listed.label(before) == typed:
        return before, "", ""  # a code of another time stays what it was
    found = meant(listed, typed)
    if found is None:
        return None, tr("Not in the list “{list}”. Alt+↓ shows it.", list=listed.title), ""
    return found.code, "", ""


def meant(listed: CodeList, typed: str) -> Code | None:
    """The entry whose label, code or synonym is ``typed``, or the only one whose words begin so."""
    exact = next((code for code in listed.codes.values() if str(code.text) == typed), None)
    if found := exact or listed.recognise(typed):
        return found
    only = listed.search(typed) if len(typed) <= 80 else ()
    return only[0] if len(only) == 1 else None


def _codes(field: Field, typed: str, _today: date, _before: Value) -> Answer:
    listed = code_list(field.codes)
    found: list[str] = []
    for part in re.split(r"[;\n|]", typed):
        for piece in _whole_or_pieces(listed, clean(part)):
            code = _class_code(field, listed, piece)
            if not code:
                problem = tr(
                    "“{text}” is not in the list “{list}”. Separate several by a semicolon.",
                    text=piece[:60],
                    list=listed.title,
                )
                return None, problem, ""
            found.append(code)
    return tuple(dict.fromkeys(found)), "", ""


def _whole_or_pieces(listed: CodeList, part: str) -> list[str]:
    """A label may hold a comma; only what is no label is cut at commas."""
    if not part:
        return []
    return [part] if meant(listed, part) else [piece for one in part.split(",") if (piece := clean(one))]


def _class_code(field: Field, listed: CodeList, piece: str) -> str:
    is_class = field.type is T.CLASS
    if is_class and re.fullmatch(r"[\w./-]+:[\w./-]+", piece):
        return piece  # a code of another scheme, as it stands
    code = meant(listed, piece)
    if code is None:
        return ""
    return f"{listed.scheme}:{code.code}" if is_class else code.code


def _tags(_field: Field, typed: str, _today: date, before: Value) -> Answer:
    known = [one for one in before or () if "," in one]  # a tag with a comma, left as it was
    if known and typed == "; ".join(before):
        return before, "", ""
    return tuple(dict.fromkeys(one for part in re.split(r"[,;\n]", typed) if (one := clean(part)))), "", ""


def _people(field: Field, typed: str, _today: date, before: Value) -> Answer:
    if before and typed == clean(edit_text(field, before)):
        return before, "", ""
    split = split_people(typed)
    people = [_person(field, one, before or ()) for one in split.people if one.name]
    if not people:
        return None, tr("No name is recognised here. Write it like Đại tá, TS Nguyễn Văn A; Trần Thị B."), ""
    if field.single and len(people) > 1:
        return None, tr("Only one person here. Remove the one that does not belong."), ""
    doubts = set(split.doubts) - {"not_a_person", "title_after_name"}
    return tuple(people), "", "people" if doubts else ""


def _person(field: Field, said: PersonName, before: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    item = {name: getattr(said, name) for name in _PERSON_CELLS if getattr(said, name)}
    if field.codes and said.note and (role := code_list(field.codes).recognise(said.note)):
        item["role"] = role.code
    known = next((one for one in before if fold(str(one.get("name", ""))) == fold(said.name)), {})
    silent = {name: cell for name, cell in known.items() if name in ("gender", "post", "unit", "role")}
    return {**silent, **item}


def _person_text(field: Field, person: Mapping[str, Any]) -> str:
    shown = show_person(person)
    role = person.get("role")
    if not (role and field.codes):
        return shown
    roles = code_list(field.codes)
    return shown if role == next(iter(roles.codes), "") else f"{shown} ({roles.label(role)})"


_READERS: dict[FieldType, Callable[[Field, str, date, Value], Answer]] = {
    T.TEXT: _text,
    T.LONG_TEXT: _text,
    T.INTEGER: _integer,
    T.NUMBER: _number,
    T.MONEY: _money,
    T.DATE: _date,
    T.CHOICE: _choice,
    T.CHOICES: _codes,
    T.CLASS: _codes,
    T.TAGS: _tags,
    T.PEOPLE: _people,
    **dict.fromkeys(
        IN_THE_FORM, lambda _f, _t, _d, _b: (None, tr("This is edited in the form (Ctrl+Enter)."), "")
    ),
}


def _understood(field: Field, typed: str, value: Value, doubt: str) -> str:
    """The value in words where what was typed says it differently or may mean something else."""
    if field.type in (T.TEXT, T.LONG_TEXT, T.TAGS):
        return ""
    shown = edit_text(field, value)
    words = f"{show_money(value)} đồng" if field.type is T.MONEY else shown
    if doubt:
        return f"{words} · " + tr("please check")
    return "" if _same(shown, typed) else words


def _same(one: str, other: str) -> bool:
    def plain(text: str) -> str:
        return re.sub(r"[\s,;]+", " ", text).strip()

    return plain(one) == plain(other)
