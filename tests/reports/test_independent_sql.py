"""Every figure counted twice: by the program, and by SQL of its own over the library's file.

What the second count says is then looked for in the snapshot, and in the tables of the PDF, the DOCX
and the XLSX, each number by the label of its row and its column.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stdesk.clock import fixed_clock
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record
from stdesk.progress import Progress
from stdesk.reports import docx, pdf, xlsx
from stdesk.reports.document import build_document
from stdesk.reports.snapshot import Snapshot
from stdesk.services.catalogue import Save
from stdesk.services.desk import Desk
from stdesk.services.sample import make_sample
from tests.reports.independent import Count, Counted
from tests.reports.printed_tables import Rows, in_excel, in_pdf, in_word, references_in_word, same
from tests.reports.samples import KINDS, publications, sessions, tasks

NOW = datetime(2026, 11, 10, 20, 30, tzinfo=UTC)  # the 11th in Vietnam
AS_OF = "2026-11-11"
_IDLE = ("Chưa ghi", "Chưa phân loại", "Tổng số")


_ROW = "SELECT *, row_number() OVER (ORDER BY number) AS n FROM {}"
_BEHIND = {
    ("1. Nhiệm vụ mới trong kỳ", "III", "Trong kỳ"): ("task", "course = 'new'"),
    ("1. Nhiệm vụ được nghiệm thu", "III", "Trong kỳ"): ("task", "course = 'accepted'"),
    ("2. Cấp cơ sở", "III", "Chuyển tiếp"): ("task", "course = 'carried_over' AND level = 'base'"),
    ("1. Ấn phẩm, tài liệu khoa học và công nghệ", "II", "Trong kỳ"): ("print", "1"),
    ("1. Luận văn, luận án, khóa luận", "II", "Trong kỳ"): ("print", "document_type LIKE '%thesis'"),
    ("1. Lượt người học là nữ", "IV", "Trong kỳ"): ("class", "women > 0"),
}  # fmt: skip
"""Row of a table, annex and column -> the records of the list that must stand behind the number."""


@dataclass(frozen=True)
class Case:
    """A library's report and what it must say."""

    snapshot: Snapshot
    expected: dict[str, Counted]
    ongoing: int
    inherited: int
    behind: dict[tuple[str, str, str], list[int]]


def _case(folder: Path, period: str = "2026") -> Case:
    with Desk.open(folder, clock=fixed_clock(NOW)) as desk:
        snapshot = desk.reporting.draft(parse_period(period))
    start, end = snapshot.period["start"], snapshot.period["end"]
    count = Count(folder / "library.db", start, end, AS_OF)
    ongoing = count.one("SELECT count(*) FROM task WHERE course IN ('new', 'carried_over')")
    inherited = count.one("SELECT count(*) FROM task WHERE course <> 'past' AND NOT fresh")
    behind = {
        key: [row for (row,) in count.ask(f"SELECT n FROM ({_ROW.format(table)}) WHERE {where} ORDER BY n")]
        for key, (table, where) in _BEHIND.items()
    }
    made = Case(snapshot, {one.title: one for one in count.tables()}, ongoing, inherited, behind)
    count.close()
    return made


def _varied(records: list[Record]) -> Iterator[Save]:
    """The records of the samples with fields, sources, people and dates of every sort."""
    draw = random.Random(11)
    vary = {"publication": _publication, "research_task": _task, "training_session": _session}
    for record in records:
        values = dict(record.values)
        values |= vary[record.kind](draw, values)
        yield Save(record.kind, {name: _filled(value) for name, value in values.items()})


def _filled(value: Any) -> Any:
    """Without the empty cells of items and without empty items."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        items = [{name: one for name, one in item.items() if one is not None} for item in value]
        return [item for item in items if item] or None
    return value


def _field(draw: random.Random) -> list[str] | None:
    return draw.choice((None, ["QD12/2008:102"], ["QD12/2008:x", "QD12/2008:50502"], ["QD12/2008:6"]))


def _publication(draw: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    types = (values["document_type"],) * 5 + ("software", "patent", "leaflet")
    return {
        "field_codes": _field(draw),
        "origin": draw.choice((None, "domestic", "foreign")),
        "indexing": draw.choice((None, ["none"], ["national_list", "scopus_q2"], ["aci", "wos"])),
        "ownership": draw.choice(("own", "collected", None)),
        "issued": draw.choice((values["issued"], "2025-12-31", "2026-12-31", "2026-02")),
        "department": draw.choice((values["department"], "pc 02", "PC 02", "Đội Đặc biệt", None)),
        "document_type": draw.choice(types),
        "defended": draw.choice((None, "2026-03-30")),
        "deposited": draw.choice((None, None, "2026-10-01")),
        "contributors": [
            {
                "name": name,
                "gender": draw.choice(("male", "female", None)),
                "degree": draw.choice((None, "doctor", "bachelor")),
                "academic_title": draw.choice((None, "professor")),
            }
            for name in draw.sample(("Đỗ Văn Ân", "ĐỖ VĂN ÂN", "do van an", "Lê Thị Ích", "Hồ Bạch"), 2)
        ],
    }


def _task(draw: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    sources = ("central_budget", "local_budget", "ministry", "enterprise", "foreign", "other", None)
    return {
        "field_codes": _field(draw),
        "type": draw.choice((values["type"], "st_project", "trial_production", "programme", "potential")),
        "level": draw.choice((values["level"], "other", None)),
        "status": draw.choice((values["status"], "applied", "stopped", "delayed")),
        "applied": draw.choice((None, None, "2026-04", "2025")),
        "stopped": draw.choice((None, None, None, "2026-05", "2025-07-07")),
        "approved": draw.choice((None, "2025-12-31", "2026-01-01")),
        "accepted": draw.choice((values.get("accepted"), None, "2024-05-05", "2023-01", "2026-12-31")),
        "grade": draw.choice((None, "kha", "khong_dat")),
        "deposited": draw.choice((None, "2026-07")),
        "funding_total": draw.choice((values["funding_total"], None)),
        "funding": [
            {
                "source": draw.choice(sources),
                "approved": draw.choice((5, 70, 70, None)),
                "spent": draw.choice((3, None)),
            }
            for _ in range(draw.randint(0, 3))
        ]
        or None,
        "members": draw.choice(
            (None, [{"name": "Đỗ văn Ân", "degree": "doctor_of_science"}, {"name": "Võ Xa"}])
        ),
    }


def _session(draw: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    start, end = draw.choice((values["start"], "2025-12-30")), draw.choice((values["end"], None))
    return {
        "own_unit": draw.choice((None, 3)),
        "start": start,
        "end": end,
        "cost_total": draw.choice((values["cost_total"], None)),
        "cost": draw.choice(
            (None, [{"source": "local_budget", "amount": 9}, {"source": "other", "amount": 1}])
        ),
        "type": draw.choice((values["type"], None)),
    }


@pytest.fixture(scope="module")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample") / "library")


@pytest.fixture(scope="module")
def small(sample_library: Path) -> Case:
    return _case(sample_library)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("large") / "library"
    with Desk.create(folder, unit_code="CM", unit_name="Công an tỉnh Cà Mau", clock=fixed_clock(NOW)) as desk:
        records = [*publications(1200), *tasks(600), *sessions(200)]
        desk.catalogue.save_many(list(_varied(records)), Progress())
    return _case(folder)


@pytest.fixture(params=["small", pytest.param("large", marks=pytest.mark.torture)])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.getfixturevalue(request.param)
    return found


def test_the_snapshot_says_what_sql_says(case: Case) -> None:
    tables = {str(one["title"]): one for one in case.snapshot.figures["tables"]}
    assert set(tables) == set(case.expected)
    for title, table in tables.items():
        expected = case.expected[title]
        rows = [
            (row["label"], [case.snapshot.figure(name) for name in row["cells"]]) for row in table["rows"]
        ]
        assert sorted(rows) == sorted(expected.rows), title
        if rows:
            assert [one["label"] for one in table["columns"]] == expected.columns, title
    assert case.snapshot.figure("tasks.ongoing") == case.ongoing
    assert case.snapshot.figure("tasks.inherited") == case.inherited


@pytest.mark.parametrize("period", ["2026-H1", "2025", "20250301-20260430"])
def test_so_it_does_for_other_periods(sample_library: Path, period: str) -> None:
    test_the_snapshot_says_what_sql_says(_case(sample_library, period))


def test_the_year_before_is_counted_rightly_too(sample_library: Path, small: Case) -> None:
    before = _case(sample_library, "2025").expected["Số liệu chính"].rows
    table = small.snapshot.figures["tables"][0]
    names = {row["label"]: row["cells"][0] for row in table["rows"]}
    told = {row["figure"]: row for row in small.snapshot.comparison["rows"]}
    assert small.snapshot.comparison["period"] == "2025"
    for label, (last,) in before:
        if "nộp lưu" not in label:  # how long something is owed depends on the day one asks
            row = told.get(names[label], {"last": 0})
            assert row["last"] == last, label


@pytest.mark.torture
def test_the_large_library_holds_every_sort_of_case(large: Case) -> None:
    empty = [title for title, one in large.expected.items() if not any(any(row) for _, row in one.rows)]
    assert not empty
    summary = dict(large.expected["Số liệu chính"].rows)
    assert all(value[0] > 0 for value in summary.values()), summary
    assert summary["Ấn phẩm, tài liệu khoa học và công nghệ"][0] > 700


def _printed(case: Case) -> dict[str, Counted]:
    """The tables that have to be on paper: those that split anything, and the headline."""

    def says(one: Counted) -> bool:
        crossed = one.title.endswith("và lĩnh vực")
        kept = [place for place, name in enumerate(one.columns) if not (crossed and name in _IDLE)]
        rows = [(label, row) for label, row in one.rows if label not in _IDLE]
        return one.title == "Số liệu chính" or any(row[place] for _, row in rows for place in kept)

    return {title: one for title, one in case.expected.items() if says(one)}


def _apart(rows: Rows) -> Rows:
    """The empty rows that paper draws together ("- Không có: a; b"), each by itself again."""
    found: Rows = []
    for label, numbers in rows:
        _, drawn, names = label.partition("Không có: ")
        if not drawn:
            found.append((label, numbers))
            continue
        assert not any(numbers), label
        found += [(f"- {name[:1].upper()}{name[1:]}", numbers) for name in names.split("; ")]
    return found


def _agree(found: dict[str, tuple[list[str], Rows]], wanted: dict[str, Counted]) -> None:
    assert set(found) == set(wanted)
    for title, expected in wanted.items():
        heads, rows = found[title]
        rows = _apart(rows)
        assert sorted(rows) == sorted(expected.rows), title
        assert heads == expected.columns, title


def test_word_prints_every_number_where_it_belongs(case: Case) -> None:
    wanted = _printed(case)
    document = build_document(case.snapshot, KINDS)
    document = replace(document, annexes=document.annexes[:1])
    titles = {title: len(one.columns) for title, one in wanted.items()}
    data = docx.render(document)
    _agree(in_word(data, titles), wanted)
    told = references_in_word(data)
    for (label, annex, column), rows in case.behind.items():
        said = next(part for part in told[label, annex].split("; ") if part.startswith(f"{column} ("))
        shown, _, more = said.rpartition(": ")[2].partition(", … và ")
        found = _numbers(shown)
        assert found == rows[: len(found)], (label, said)
        assert len(rows) - len(found) == int(more.split()[0].replace(".", "") if more else 0), (label, said)


def test_excel_holds_every_number_where_it_belongs(case: Case) -> None:
    wanted = _printed(case)
    titles = {title: len(one.columns) for title, one in wanted.items()}
    document = build_document(case.snapshot, KINDS)
    data = xlsx.render(replace(document, annexes=document.annexes[:1]), case.snapshot)
    _agree(in_excel(data, titles), wanted)


def _numbers(spans: str) -> list[int]:
    found: list[int] = []
    for part in spans.split(", "):
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1)
    return found


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the pages")
def test_the_pdf_prints_every_number_where_it_belongs(case: Case, tmp_path: Path) -> None:
    wanted = _printed(case)
    document = build_document(case.snapshot, KINDS)
    file = tmp_path / "bao-cao.pdf"
    file.write_bytes(pdf.render(replace(document, annexes=document.annexes[:1])))
    found = in_pdf(file, {title: len(one.columns) for title, one in wanted.items()})
    assert set(found) == set(wanted)
    for title, expected in wanted.items():
        heads, rows = found[title]
        heading = same(" ".join(heads))
        for column in expected.columns:  # a heading of several lines is read line by line: word by word then
            assert all(same(word) in heading for word in column.split()), (title, column, heads)
        rows = _apart(rows)
        open_rows = sorted(expected.rows, key=lambda row: -len(row[0]))
        assert len(rows) == len(open_rows), (title, rows)
        for label, numbers in rows:
            match = next(
                (one for one in open_rows if one[1] == numbers and same(label).startswith(same(one[0]))),
                None,
            )
            assert match, (title, label, numbers)
            open_rows.remove(match)
