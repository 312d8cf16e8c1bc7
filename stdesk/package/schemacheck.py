"""Records against the Table Schema the package brings with it (Frictionless Table Schema 1).

Only what cannot be turned against the reader is checked: types, required, enum, minimum and
maximum, and patterns this program knows. A pattern from a stranger may take for ever to match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stdesk.package.layout import shown

_MOST_FIELDS = 2_000
_MOST_FOUND = 60  # characters of a wrong value that are shown
_KNOWN_PATTERNS = frozenset(
    {
        r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        r"^[0-9a-f]{128}$",
    }
)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": _number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What a schema asks of a row: name -> the tests, each with what it expects in words."""

    tests: Mapping[str, tuple[tuple[str, Callable[[Any], bool]], ...]]
    required: tuple[str, ...]

    def problems(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Field, what was expected, what was found."""
        for name, value in row.items():
            if value is None:  # empty, as if absent
                continue
            for expected, test in self.tests.get(name, ()):
                if not test(value):
                    yield name, expected, _brief(value)
                    break
        for name in self.required:
            if row.get(name) is None:
                yield name, "required", ""


def columns_of(schema: Any) -> Columns | None:
    """The tests of a Table Schema; ``None`` when it is none."""
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or len(fields) > _MOST_FIELDS:
        return None
    tests: dict[str, tuple[tuple[str, Callable[[Any], bool]], ...]] = {}
    required = []
    for field in fields:
        if not isinstance(field, dict) or not isinstance(field.get("name"), str):
            return None
        limits = field.get("constraints")
        limits = limits if isinstance(limits, dict) else {}
        tests[field["name"]] = tuple(_tests(field, limits))
        if limits.get("required") is True:
            required.append(field["name"])
    return Columns(tests, tuple(required))


def _tests(
    field: Mapping[str, Any], limits: Mapping[str, Any]
) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    kind = field.get("type", "string")
    if isinstance(kind, str) and kind in _TYPES:
        yield kind, _TYPES[kind]
    allowed = limits.get("enum")
    if isinstance(allowed, list):
        yield "enum", lambda value: value in allowed
    low, high = limits.get("minimum"), limits.get("maximum")
    if _number(low):
        yield f">= {low}", lambda value: not _number(value) or value >= low
    if _number(high):
        yield f"<= {high}", lambda value: not _number(value) or value <= high
    pattern = limits.get("pattern")
    if isinstance(pattern, str) and pattern in _KNOWN_PATTERNS:
        shape = re.compile(pattern.removesuffix("$") + r"\Z")
        yield pattern, lambda value: not isinstance(value, str) or bool(shape.match(value))


def _brief(value: Any) -> str:
    text = shown(str(value))
    return text if len(text) <= _MOST_FOUND else text[: _MOST_FOUND - 1] + "…"
