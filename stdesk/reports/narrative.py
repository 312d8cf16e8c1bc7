"""The report's sentences, drafted from the figures by the form; blanks where only a person can write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdesk.domain.rules.deposit import days_allowed
from stdesk.reports import words
from stdesk.reports.figure_labels import label_of
from stdesk.reports.forms import Form, names_in
from stdesk.reports.prepared import OwnText
from stdesk.reports.tying import Piece, taken_apart
from stdesk.text import clean_lines

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
OPENING, CLOSING = "opening", "closing"
_SUMS = ("total", "whole")  # keys of rows that sum the others
_DOTS = "……"  # a target that is not set, to be written by hand


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as the form drafts it.

    Attributes:
        section, heading: where it stands, as on paper; both empty for opening and closing.
        clauses: the points of the Directive it answers.
        template: the drafted words with their placeholders; "" when there is nothing to say (its figure is 0).
        watched: the figures it rests on, the one that decides whether it is said among them.
    """

    id: str
    section: str
    heading: str
    clauses: str
    template: str
    watched: tuple[str, ...]


def draft(
    form: Form,
    period: Mapping[str, str],
    unit: Mapping[str, str],
    figures: Mapping[str, Any],
    counts: Mapping[str, int],
    texts: Mapping[str, OwnText],
    estimates: Mapping[str, int] | None = None,
) -> tuple[dict[str, Any], ...]:
    """The paragraphs of the report in order, each ``{id, style, text, figures, blank}``.

    Args:
        counts: annex key -> how many rows it would have; an annex without rows is left out.
        texts: sentence id -> the unit's own wording.
        estimates: name of a figure -> the number expected, or in a plan aimed at.
    """
    return tuple(Wording(form, period, unit, figures, counts, estimates or {}).paragraphs(texts))


def annex_numbers(form: Form, counts: Mapping[str, int]) -> dict[str, str]:
    """Annex key -> its Roman number, of the annexes that have rows.

    Kinds of record the form does not know yet come after those it names.
    """
    keys = [annex.key for annex in form.annexes]
    keys += [key for key in counts if key not in keys]
    used = [key for key in keys if counts.get(key)]
    return {key: roman(place) for place, key in enumerate(used, 1)}


def roman(number: int) -> str:
    """``number`` (1-39) in Roman figures."""
    return "X" * (number // 10) + ROMAN[number % 10]


class Wording:
    """Sentences of one report and what their placeholders stand for."""

    def __init__(
        self,
        form: Form,
        period: Mapping[str, str],
        unit: Mapping[str, str],
        figures: Mapping[str, Any],
        counts: Mapping[str, int],
        estimates: Mapping[str, int],
    ) -> None:
        self._form = form
        self._figures = figures
        self._values = figures["values"]
        self._tables = {table["id"]: table for table in figures["tables"]}
        self._annexes = annex_numbers(form, counts)
        self._estimates = estimates
        coming = _next(period)
        self._plain = {
            "unit": unit.get("unit_name") or words.BLANK,
            "period": period["label"],
            "next": coming,
            "NEXT": coming.upper(),
            "deposit_days": str(days_allowed(unit)),
            words.OPEN_END: words.OPEN_END,
            **{name: words.day(date.fromisoformat(period[name])) for name in ("start", "end", "cut_off")},
        }

    def paragraphs(self, texts: Mapping[str, OwnText]) -> Iterator[dict[str, Any]]:
        """The paragraphs as the snapshot keeps them; a heading over nothing is left out."""
        section = heading = ""
        for one in self.sentences():
            own = texts.get(one.id)
            said = clean_lines(own.text) if own else ""
            template = said or one.template
            if not template:
                continue
            if one.section != section:
                section, heading = one.section, ""
                yield from _headed("heading1", section)
            if one.heading != heading:
                heading = one.heading
                yield from _headed("heading2", heading)
            used = [name for name in names_in(template) if name in self._values]
            blank = words.OPEN_END in names_in(template)
            yield _paragraph(one.id, "body", self.filled(template, own=bool(said)), used, blank=blank)

    def sentences(self) -> Iterator[Drafted]:
        """Every sentence of the form in order, those with nothing to say among them."""
        data = self._form.data
        yield self._drafted(OPENING, data["opening"])
        for section in data["section"]:
            title = self.filled(section["heading"])
            for part in section["part"]:
                heading = self.filled(part.get("heading", ""))
                clauses = str(part.get("clauses") or section.get("clauses", ""))
                for sentence in part["sentence"]:
                    yield self._drafted(str(sentence["id"]), sentence, title, heading, clauses)
        yield self._drafted(CLOSING, data["closing"])

    def filled(self, template: str, *, own: bool = False) -> str:
        """``template`` with its placeholders filled; of ``own`` words, braces that mean nothing stay."""
        return "".join(piece.text for piece in self.pieces(template, own=own))

    def pieces(self, template: str, *, own: bool = False) -> tuple[Piece, ...]:
        """``template`` filled, in pieces that know which placeholder they come from."""
        return taken_apart(template, self._piece, self.knows if own else None)

    def figures_of(self, template: str) -> tuple[str, ...]:
        """The figures in ``template``, those behind its lists among them, in order."""
        found: dict[str, None] = {}
        for name in names_in(template):
            if name in self._values or name.startswith("target:"):
                found[name] = None
            found.update((inner, None) for inner, _, _ in self._piece(name).inner if self.knows(name))
        return tuple(found)

    def value(self, name: str) -> int:
        """The value of a figure, a target, or how many rows a list has; 0 when there is none."""
        kind, _, rest = name.partition(":")
        if kind == "target":
            return self._estimates.get(rest, 0)
        if kind == "list":
            return len(self._listed(rest))
        return int(self._values.get(name, {}).get("value", 0))

    def label(self, name: str) -> str:
        """What a figure counts, in a few words."""
        return label_of(self._figures, name.removeprefix("target:"))

    def knows(self, name: str) -> bool:
        """Whether ``{name}`` stands for something."""
        kind, colon, rest = name.partition(":")
        if colon:
            return (
                (kind == "list" and (rest.partition("/")[0] in self._tables or rest == "estimates"))
                or (kind == "annex" and (rest in self._annexes or rest in self._annex_keys))
                or (kind == "target" and rest in self._values)
            )
        return name in self._plain or name in self._values

    @property
    def _annex_keys(self) -> set[str]:
        return {annex.key for annex in self._form.annexes}

    def is_open(self, template: str) -> bool:
        """Whether a person still has something to fill in."""
        names = names_in(template)
        targets = [name[7:] for name in names if name.startswith("target:")]
        return words.OPEN_END in names or any(name not in self._estimates for name in targets)

    def _drafted(
        self, name: str, sentence: Mapping[str, Any], section: str = "", heading: str = "", clauses: str = ""
    ) -> Drafted:
        condition = str(sentence.get("if", ""))
        text = str(sentence["text"])
        if condition and not self.value(condition):
            text = str(sentence.get("zero", ""))
        watched = dict.fromkeys([condition] if condition in self._values else ())
        watched.update(dict.fromkeys(self.figures_of(text)))
        return Drafted(name, section, heading, clauses, text, tuple(watched))

    def _piece(self, name: str) -> Piece:
        if name in self._plain:
            return Piece(self._plain[name], name)
        kind, _, rest = name.partition(":")
        if kind == "list":
            return self._list(name, rest)
        if kind == "annex":
            number = self._annexes.get(rest)
            return Piece(f" (Phụ lục {number})" if number else "", name)
        if kind == "target":
            known = rest in self._estimates
            return Piece(words.number(self._estimates[rest]) if known else _DOTS, name, figure=known)
        return Piece(words.number(self.value(name)), name, figure=True)

    def _list(self, name: str, table: str) -> Piece:
        """The rows of a table that are not zero: "bài báo tạp chí: 12; sách: 3"."""
        text, inner = "", []
        for label, figure, value, unit in self._listed(table):
            text += f"{'; ' if text else ''}{label[:1].lower()}{label[1:]}: "
            shown = words.number(value)
            inner.append((figure, len(text), len(text) + len(shown)))
            text += f"{shown}{unit}"
        return Piece(text or words.OPEN_END, name, inner=tuple(inner))

    def _listed(self, table: str) -> list[tuple[str, str, int, str]]:
        """Label, figure, value, unit of each row that is not zero; "table/column" picks another than the first."""
        if table == "estimates":
            return [
                (self.label(name), f"target:{name}", number, self._unit(name))
                for name, number in sorted(self._estimates.items())
            ]
        name, _, column = table.partition("/")
        found = self._tables.get(name, {"rows": (), "columns": ()})
        keys = [str(one["key"]) for one in found["columns"]]
        place = keys.index(column) if column in keys else 0
        return [
            (row["label"], figure, value, self._unit(figure))
            for row in found["rows"]
            if row["key"] not in _SUMS and (value := self.value(figure := row["cells"][place]))
        ]

    def _unit(self, figure: str) -> str:
        return " đồng" if self._values.get(figure, {}).get("unit") == "dong" else ""


def _paragraph(
    name: str, style: str, text: str, figures: list[str] | None = None, *, blank: bool = False
) -> dict[str, Any]:
    return {"id": name, "style": style, "text": text, "figures": figures or [], "blank": blank}


def _headed(style: str, text: str) -> Iterator[dict[str, Any]]:
    if text:
        yield _paragraph("", style, text)


def _next(period: Mapping[str, str]) -> str:
    """What comes after the period, in words."""
    code, year = period["code"], int(period["end"][:4])
    if code.endswith("-H1"):
        return f"6 tháng cuối năm {year}"
    if code.endswith("-H2"):
        return f"6 tháng đầu năm {year + 1}"
    return f"năm {year + 1}" if code[:4] == code.removesuffix("-KH") else "thời gian tới"
