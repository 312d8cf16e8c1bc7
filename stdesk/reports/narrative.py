"""The report's sentences, drafted from the figures by the form; blanks where only a person can write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stdesk.domain.rules.deposit import days_allowed
from stdesk.reports import words
from stdesk.reports.forms import Form, filled, names_in
from stdesk.reports.prepared import OwnText
from stdesk.text import clean_lines

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def draft(
    form: Form,
    period: Mapping[str, str],
    unit: Mapping[str, str],
    figures: Mapping[str, Any],
    counts: Mapping[str, int],
    texts: Mapping[str, OwnText],
) -> tuple[dict[str, Any], ...]:
    """The paragraphs of the report in order, each ``{id, style, text, figures, blank}``.

    Args:
        counts: annex key -> how many rows it would have; an annex without rows is left out.
        texts: sentence id -> the unit's own wording.
    """
    return _Draft(form, period, unit, figures, counts, texts).paragraphs()


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


class _Draft:
    def __init__(
        self,
        form: Form,
        period: Mapping[str, str],
        unit: Mapping[str, str],
        figures: Mapping[str, Any],
        counts: Mapping[str, int],
        texts: Mapping[str, OwnText],
    ) -> None:
        self._form = form
        self._values = figures["values"]
        self._tables = {table["id"]: table for table in figures["tables"]}
        self._annexes = annex_numbers(form, counts)
        self._texts = texts
        self._plain = {
            "unit": unit.get("unit_name") or words.BLANK,
            "period": period["label"],
            "deposit_days": str(days_allowed(unit)),
            words.OPEN_END: words.OPEN_END,
            **{name: words.day(date.fromisoformat(period[name])) for name in ("start", "end", "cut_off")},
        }

    def paragraphs(self) -> tuple[dict[str, Any], ...]:
        data = self._form.data
        made = [self._one("opening", "body", data["opening"]["text"])]
        for section in data["section"]:
            made.append(self._heading("heading1", section["heading"]))
            for part in section["part"]:
                if "heading" in part:
                    made.append(self._heading("heading2", part["heading"]))
                made.extend(one for sentence in part["sentence"] if (one := self._sentence(sentence)))
        made.append(self._one("closing", "body", data["closing"]["text"]))
        return tuple(made)

    def _heading(self, style: str, text: str) -> dict[str, Any]:
        return {"id": "", "style": style, "text": text, "figures": [], "blank": False}

    def _sentence(self, sentence: Mapping[str, Any]) -> dict[str, Any] | None:
        name = str(sentence["id"])
        condition = sentence.get("if")
        text = sentence["text"]
        if condition and not self._value(condition):
            text = sentence.get("zero", "")
        return self._one(name, "body", text) if text or name in self._texts else None

    def _one(self, name: str, style: str, text: str) -> dict[str, Any]:
        used = [one for one in names_in(text) if one in self._values]
        own = self._texts.get(name)
        said = own.text if own else ""
        blank = not said and words.OPEN_END in names_in(text)
        shown = filled(clean_lines(said), self._said) if said else filled(text, self._said)
        return {"id": name, "style": style, "text": shown, "figures": used, "blank": blank}

    def _value(self, name: str) -> int:
        return int(self._values.get(name, {}).get("value", 0))

    def _said(self, name: str) -> str:
        if name in self._plain:
            return self._plain[name]
        kind, _, rest = name.partition(":")
        if kind == "list":
            return self._list(rest)
        if kind == "annex":
            number = self._annexes.get(rest)
            return f" (Phụ lục {number})" if number else ""
        return words.number(self._value(name))

    def _list(self, name: str) -> str:
        """The rows of a table that are not zero: "bài báo tạp chí 12, sách 3"."""
        table = self._tables.get(name, {"rows": [], "columns": []})
        unit = " đồng" if table["columns"] and table["columns"][0]["unit"] == "dong" else ""
        listed = [
            f"{row['label'][:1].lower()}{row['label'][1:]}: {words.number(value)}{unit}"
            for row in table["rows"]
            if row["key"] != "total" and (value := self._value(row["cells"][0]))
        ]
        return "; ".join(listed) or "…"
