"""What every reader of workbooks hands on: plain sheets of plain values, whatever the file was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

CellValue = str | int | float | bool | datetime | date | None

# Doubts a row can carry besides "legacy:<encoding>".
FORMULA_WITHOUT_VALUE = "formula_without_value"
ERROR_VALUE = "error_value"
TEXT_CUT = "text_cut"
LEGACY = "legacy:"

Merge = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something.

    Attributes:
        number: as Excel shows it, from 1.
        values: from column A on, without the empty cells at the end. Text is NFC and otherwise
            as written: line breaks and stray blanks are kept.
        doubts: what the reader could not take at face value, such as ``legacy:TCVN3`` (decoded
            from an old encoding), ``formula_without_value``, ``error_value`` or ``text_cut``.
    """

    number: int
    values: tuple[CellValue, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, only its rows with at least one value.

    Attributes:
        name: as on the tab, NFC.
        rows: in the order of their numbers.
        merged: ranges of merged cells near the top, as first row, first column, last row, last
            column; rows from 1, columns from 0.
        legacy: name of the old encoding -> number of cells decoded from it.
        suspected_legacy: ``TCVN3`` or ``VNI`` when text looks like it and no font said so (it
            was left as it is), else empty.
        hidden: hidden or "very hidden" in the workbook.
    """

    name: str
    rows: tuple[Row, ...] = ()
    merged: tuple[Merge, ...] = ()
    legacy: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    suspected_legacy: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read.

    Attributes:
        path: where it was read from.
        sheets: in the order of their tabs; chart sheets are left out.
        format: ``xlsx``, ``xlsb``, ``xls``, ``ods`` or ``csv``, by content.
        notes: codes of sentences about what the reader left out or assumed.
    """

    path: Path
    sheets: tuple[Sheet, ...]
    format: str = "xlsx"
    notes: tuple[str, ...] = ()
