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
_STATE_FORM = "tasks_04_"  # how the names of tables in the rows of form 04/CS begin
_ITEM = "- "  # how a row within a part of such a form begins
NONE_OF = "- Không có: "
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
        if says_something(table, snapshot, names):
            printed[str(table["id"])] = len(printed) + 1
            yield _figures(table, snapshot, names)
    yield from comparison_tables(snapshot, names)
    yield from charts_of(snapshot)
    if references := reference_table(snapshot, numbers, printed):
        yield references


def says_something(table: Mapping[str, Any], snapshot: Snapshot, names: Mapping[str, Named]) -> bool:
    """Whether a table is printed: the headline figures always, others when they split anything.

    A table all of zeros says nothing, nor does one that knows of every record only that its row (or
    column, where records are split both ways) is not written; the totals stand in the headline.
    """
    if not table["rows"] or table["id"] == SUMMARY_TABLE:
        return bool(table["rows"])
    crossed = str(table["id"]).endswith(CROSSED)
    idle = (UNKNOWN, "total") if crossed else ()
    columns = [column["key"].rpartition("-")[2] not in idle for column in table["columns"]]
    if _is_estimated(table, snapshot, names):
        return True
    for row in table["rows"]:
        known = row["key"] not in (UNKNOWN, TOTAL)
        if any(
            known and counts and snapshot.figure(name)
            for name, counts in zip(row["cells"], columns, strict=True)
        ):
            return True
    return False


def _is_estimated(table: Mapping[str, Any], snapshot: Snapshot, names: Mapping[str, Named]) -> bool:
    """Whether a row's first figure is expected or aimed at, a figure of this table and not a sum lent to it."""
    first = [row["cells"][0] for row in table["rows"]]
    return any(name in snapshot.estimates and names[name].table == table["id"] for name in first)


def _figures(table: Mapping[str, Any], snapshot: Snapshot, names: Mapping[str, Named]) -> Table:
    in_state_form = str(table["id"]).startswith(_STATE_FORM)
    columns = [Column(table["head"], 9 if in_state_form else 5)]
    columns += [
        Column(one["label"], 2.4 if one["unit"] == "dong" else 1.5, "right") for one in table["columns"]
    ]
    estimates = snapshot.estimates
    expected = _is_estimated(table, snapshot, names)
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
    shorter = _drawn_together(rows) if in_state_form else rows
    if (
        snapshot.document == PLAN and table["id"] == SUMMARY_TABLE
    ):  # what is not planned yet is no result of 0
        shorter = tuple(row for row in rows if any(row[1:]) or (expected and row[-1] != "")) or rows
    return Table(
        table["title"],
        tuple(columns),
        shorter,
        total=table["rows"][-1]["key"] in _SUMS,
        whole=rows if shorter != rows else (),
    )


def _drawn_together(rows: Rows) -> Rows:
    """``rows`` of a state form with the empty ones of each of its parts in one row, which names them all."""
    made: list[tuple[Cell, ...]] = []
    empty: list[tuple[Cell, ...]] = []
    for row in (*rows, None):
        if row and str(row[0]).startswith(_ITEM):
            (made if any(row[1:]) else empty).append(row)
            continue
        if len(empty) > 1:
            named_all = "; ".join(_small(str(one[0]).removeprefix(_ITEM)) for one in empty)
            made.append((f"{NONE_OF}{named_all}", *empty[0][1:]))
        else:
            made += empty
        empty = []
        if row:
            made.append(row)
    return tuple(made)


def estimate_label(snapshot: Snapshot) -> str:
    """What the column of expected numbers is called: up to the period's end, in a plan the target."""
    if snapshot.document == PLAN:
        return "Chỉ tiêu kế hoạch"
    end = date.fromisoformat(snapshot.period["end"])
    return f"Ước thực hiện đến {end:%d/%m/%Y}"


def comparison_tables(snapshot: Snapshot, names: Mapping[str, Named]) -> Iterator[Table]:
    """This period against the one before, and what strikes in it; nothing without one to compare with."""
    compared = snapshot.comparison
    if not compared or snapshot.document == PLAN:  # what has not begun cannot have fallen
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
        (Column("Nội dung", 18),),
        tuple((sentence,) for sentence in told),
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
    return text if text[:2].isupper() else text[:1].lower() + text[1:]  # not of an abbreviation: "NSNN"


def _label(name: Named) -> str:
    return clean(name.row if name.table == SUMMARY_TABLE else f"{name.title}: {name.row}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
