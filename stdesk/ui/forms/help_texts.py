"""The help of a field: what it means, what can be typed into it, and the articles it rests on."""

from __future__ import annotations

from collections.abc import Callable

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.domain.rules.catalogue import rules_for
from stdesk.domain.rules.core import rule_texts, rule_title
from stdesk.i18n import tr


def help_of(kind: Kind, field: Field) -> str:
    """Every field has help: its own words, what its type takes, and what is checked of it."""
    own = str(field.help)
    checked = [_rule(rule.id) for rule in rules_for(kind.name) if field.name in rule.fields]
    lines = [own, _takes(field)]
    if checked:
        lines.append(tr("Checked: {rules}.", rules="; ".join(dict.fromkeys(checked))))
    return "\n".join(line for line in lines if line)


def _rule(rule: str) -> str:
    article = str(rule_texts()[rule].get("article", ""))
    return f"{rule_title(rule)} ({article})" if article else rule_title(rule)


def _takes(field: Field) -> str:
    if field.type is FieldType.PEOPLE and field.single:
        return tr("One person, as written: rank, degree and name in any order.")
    if field.type is FieldType.ROWS:
        cells = ", ".join(str(column.label) for column in field.columns)
        return tr("A small table; each row has: {cells}.", cells=cells)
    return _TAKES[field.type]()


_TAKES: dict[FieldType, Callable[[], str]] = {
    FieldType.TEXT: lambda: tr(
        "One line, as written on paper; what was written before is offered while typing."
    ),
    FieldType.LONG_TEXT: lambda: tr("Several lines; Enter begins a new one, Tab goes on."),
    FieldType.INTEGER: lambda: tr("A whole number in digits, such as 45."),
    FieldType.NUMBER: lambda: tr("A number; decimals after a comma, such as 12,5."),
    FieldType.MONEY: lambda: tr("An amount as one writes it: 350 triệu, 1,2 tỷ or 350.000.000."),
    FieldType.DATE: lambda: tr("A day, a month or a year: 04/03/2026, 3/2026 or 2026."),
    FieldType.CHOICE: lambda: tr("An entry of the list; type part of it, accents optional."),
    FieldType.CHOICES: lambda: tr("One or more entries of the list."),
    FieldType.CLASS: lambda: tr("One or more codes of the classification; the scheme is kept with the code."),
    FieldType.TAGS: lambda: tr("Words separated by commas; Enter adds one."),
    FieldType.PEOPLE: lambda: tr(
        "People separated by semicolons, as written; rank and degree are recognised."
    ),
    FieldType.ROWS: lambda: "",
    FieldType.LINKS: lambda: tr("Other records of this library; type words of their titles."),
    FieldType.FILES: lambda: tr("Files are copied into the library; the originals stay where they are."),
}
