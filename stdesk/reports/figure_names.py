"""What a figure is called on paper and on the screen: its table, row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NESTED = "- "
"""How the label of a row begins that is part of the row above."""


@dataclass(frozen=True, slots=True)
class Named:
    """Where a figure stands first.

    Attributes:
        table, title: id and title of the table.
        row, column: their labels; that of a row within a group begins with the group's.
        row_key: of the row.
        unit: what is counted.
        first: whether it stands in the first column.
    """

    table: str
    title: str
    row: str
    column: str
    row_key: str
    unit: str
    first: bool

    @property
    def label(self) -> str:
        """``Nhiệm vụ KH&CN theo cấp quản lý: Cấp bộ - Chuyển tiếp``."""
        return f"{self.title}: {self.row}" + ("" if self.table == "summary" else f" - {self.column}")


def named(figures: Mapping[str, Any]) -> dict[str, Named]:
    """Name of a figure -> where it stands first, in the order of the tables."""
    found: dict[str, Named] = {}
    for name, one in _cells(figures):
        found.setdefault(name, one)
    return found


def _cells(figures: Mapping[str, Any]) -> Iterator[tuple[str, Named]]:
    for table in figures["tables"]:
        group = ""
        for row in table["rows"]:
            label = str(row["label"])
            nested = label.startswith(NESTED)
            if not nested:
                group = label.split(". ", 1)[-1] if label[:1].isdigit() else label
            for place, name in enumerate(row["cells"]):
                column = table["columns"][place]
                unit = str(figures["values"].get(name, {}).get("unit", column["unit"]))
                yield (
                    name,
                    Named(
                        str(table["id"]),
                        str(table["title"]),
                        f"{group}: {label.removeprefix(NESTED)}" if nested else group,
                        str(column["label"]),
                        str(row["key"]),
                        unit,
                        place == 0,
                    ),
                )
