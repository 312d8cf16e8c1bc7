"""The annex of figures: their tables, the comparison with the period before, the way back to the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from stdesk.domain.periods import PLAN
from stdesk.reports.behind import reference_table
from stdesk.reports.blocks import Column, Rows, Table
from stdesk.reports.charts import Chart, charts_of
from stdesk.reports.comparison import FROZEN
from stdesk.reports.figures import SUMMARY_TABLE, Named, named
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.tally import TOTAL, UNKNOWN
from stdesk.reports.words import Cell, number
from stdesk.text import clean

_COMPARED = frozenset(
    {
        SUMMARY_TABLE,
        "publications_by_type",
        "publications_by_department",
        "publications_by_field",
        "theses_by_type",
        "tasks_by_level",
        "tasks_by_type",
        "tasks_by_field",
        "tasks_by_gender",
        "funding_by_source",
        "deposits_by_kind",
        "training_by_type",
        "plan_by_level",
        "plan_work",
    }
)
"""Tables whose first column is printed against the period before; the screen compares every figure."""

_TOLD = ("publications.total", "tasks.total", "tasks.accepted", "funding.planned", "deposits.done",
         "training.sessions", "training.participants")  # fmt: skip
_NAMED = 6  # figures a sentence names
MARKS = {"same": "Đúng bằng kỳ trước, cần xem lại", "zero": "Giảm về 0, cần xem lại"}
_SUMS = (TOTAL, "whole")
CROSSED = "_and_field"
"""How the names of tables end that split records down and across."""


def figure_blocks(snapshot: Snapshot, numbers: Mapping[str, str]) -> Iterator[Table | Chart]:
    """The tables and charts of the annex of figures.

    Args:
        numbers: annex key -> "II", of the lists the figures are counted from.
    """
    names = named(snapshot.figures)
    printed: dict[str, int] = {}
    for table in snapshot.figures["tables"]:
        if says_something(table, snapshot):
            printed[str(table["id"])] = len(printed) + 1
            yield _figures(table, snapshot, names)
    yield from comparison_tables(snapshot, names)
    yield from charts_of(snapshot)
    if references := reference_table(snapshot, numbers, printed):
        yield references


def says_something(table: Mapping[str, Any], snapshot: Snapshot) -> bool:
    """Whether a table is printed: the headline figures always, others when they split anything.

    A table all of zeros says nothing, nor does one that knows of every record only that its row (or
    column, where records are split both ways) is not written; the totals stand in the headline.
    """
    if not table["rows"] or table["id"] == SUMMARY_TABLE:
        return bool(table["rows"])
    crossed = str(table["id"]).endswith(CROSSED)
    idle = (UNKNOWN, "total") if crossed else ()
    columns = [column["key"].rpartition("-")[2] not in idle for column in table["columns"]]
    for row in table["rows"]:
        known = row["key"] not in (UNKNOWN, TOTAL)
        for name, counts in zip(row["cells"], columns, strict=True):
            if name in snapshot.estimates or (known and counts and snapshot.figure(name)):
                return True
    return False


def _figures(table: Mapping[str, Any], snapshot: Snapshot, names: Mapping[str, Named]) -> Table:
    columns = [Column(table["head"], 5)]
    columns += [
        Column(one["label"], 2.4 if one["unit"] == "dong" else 1.5, "right") for one in table["columns"]
    ]
    estimates = snapshot.estimates
    first = [row["cells"][0] for row in table["rows"]]
    expected = any(name in estimates and names[name].table == table["id"] for name in first)
    if expected:
        columns.append(Column(estimate_label(snapshot), 1.8, "right"))
    rows: Rows = tuple(
        (
            clean(row["label"]),
            *(snapshot.figure(name) for name in row["cells"]),
            *((estimates.get(row["cells"][0], ""),) if expected else ()),
        )
        for row in table["rows"]
    )
    return Table(table["title"], tuple(columns), rows, total=table["rows"][-1]["key"] in _SUMS)


def estimate_label(snapshot: Snapshot) -> str:
    """What the column of expected numbers is called: up to the period's end, in a plan the target."""
    if snapshot.document == PLAN:
        return "Chỉ tiêu"
    end = date.fromisoformat(snapshot.period["end"])
    return f"Ước thực hiện đến {end:%d/%m/%Y}"


def comparison_tables(snapshot: Snapshot, names: Mapping[str, Named]) -> Iterator[Table]:
    """This period against the one before, and what strikes in it; nothing without one to compare with."""
    compared = snapshot.comparison
    if not compared:
        return
    rows: list[tuple[Cell, ...]] = []
    for one in compared["rows"]:
        if label := _compared_label(one, names):
            rows.append((label, one["this"], one["last"], one["difference"], MARKS.get(one["mark"], "")))
    if not rows:
        return
    source = "theo báo cáo đã chốt" if compared["source"] == FROZEN else "đếm từ dữ liệu hiện có"
    columns = (
        Column("Số liệu", 8),
        Column("Kỳ này", 2.4, "right"),
        Column(_capital(str(compared["label"])), 2.4, "right"),
        Column("Chênh lệch", 2.4, "right"),
        Column("Ghi chú", 4.6),
    )
    yield Table(f"So sánh với kỳ trước ({compared['label']}, {source})", columns, tuple(rows))
    told = comparison_sentences(snapshot)
    yield Table(
        "Nhận xét so sánh",
        (Column("TT", 0.9, "center"), Column("Nội dung", 18)),
        tuple((place, sentence) for place, sentence in enumerate(told, 1)),
    )


def comparison_sentences(snapshot: Snapshot) -> tuple[str, ...]:
    """What strikes when this period is laid beside the one before, in sentences; none without one."""
    compared = snapshot.comparison
    if not compared:
        return ()
    names = named(snapshot.figures)
    by_figure = {one["figure"]: one for one in compared["rows"]}
    told = [
        f"{_small(names[figure].row)} {number(by_figure[figure]['this'])} ({_change(by_figure[figure])})"
        for figure in _TOLD
        if figure in by_figure and figure in names
    ]
    made = [f"So với {compared['label']}: {'; '.join(told)}."] if told else []
    for mark, said in (("same", "bằng đúng kỳ trước đến từng đơn vị"), ("zero", "giảm về 0")):
        found = [_compared_label(one, names) for one in compared["rows"] if one["mark"] == mark]
        marked = [label for label in found if label]
        if marked:
            made.append(f"{number(len(marked))} số liệu {said}, cần xem lại: {_listed(marked)}.")
    return tuple(made)


def _compared_label(row: Mapping[str, Any], names: Mapping[str, Named]) -> str:
    """What a row of the comparison is called on paper; "" for one that is not printed."""
    name = names.get(row["figure"])
    if name is None:
        return clean(str(row.get("label", ""))) if row.get("table") in _COMPARED else ""
    return _label(name) if name.first and name.table in _COMPARED else ""


def _change(row: Mapping[str, Any]) -> str:
    gap = int(row["difference"])
    if not gap:
        return "không đổi"
    return f"{'tăng' if gap > 0 else 'giảm'} {number(abs(gap))}"


def _listed(marked: list[str]) -> str:
    said = "; ".join(_small(one) for one in marked[:_NAMED])
    more = len(marked) - _NAMED
    return f"{said} và {number(more)} số liệu khác" if more > 0 else said


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _label(name: Named) -> str:
    return clean(name.row if name.table == SUMMARY_TABLE else f"{name.title}: {name.row}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
