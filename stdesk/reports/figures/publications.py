"""Publications: by type, field, department, origin and index, two of them against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stdesk.domain import codes
from stdesk.domain.records import Record
from stdesk.domain.rules.terms import THESES
from stdesk.reports.figures.common import UNKNOWN_LABEL, choice, field_level_1, fields, listed, one, present
from stdesk.reports.tally import UNKNOWN, Measure, Tally
from stdesk.text import fold, sort_key

MAX_COLUMNS = 9  # types of publication side by side in the table by department


def count_publications(tally: Tally, publications: Sequence[Record]) -> None:
    """The figures and tables of ``publications``."""
    measures = _measures(publications)
    type_of = choice("document_type")
    types = present("document_type", map(type_of, publications))
    tally.totals("publications", publications, measures)
    tally.split(
        "publications_by_type",
        "Ấn phẩm, tài liệu theo loại",
        "Loại tài liệu",
        types,
        type_of,
        publications,
        measures,
        "publications",
    )
    if not any(type_of(one) == "bulletin" for one in publications):
        tally.put("publications_by_type.bulletin.total", "publication", 0)
    _by_department(tally, publications, types)
    theses = [one for one in publications if one.get("document_type") in THESES]
    tally.totals("theses", theses, measures)
    tally.split(
        "theses_by_type",
        "Luận văn, luận án, khóa luận",
        "Loại",
        present("document_type", map(type_of, theses)),
        type_of,
        theses,
        measures,
        "theses",
    )
    _by_field(tally, publications, types, measures)
    _by_reach(tally, publications, measures)


def _measures(publications: Sequence[Record]) -> list[Measure]:
    owner = {record.id: record.get("ownership") or UNKNOWN for record in publications}

    def owned(wanted: str) -> Callable[[Record], int]:
        return lambda record: owner[record.id] == wanted

    measures = [
        Measure("total", "Tổng số", "publication", one),
        Measure("own", "Của đơn vị", "publication", owned("own")),
        Measure("collected", "Thu thập, bổ sung", "publication", owned("collected")),
    ]
    if not all(record.get("ownership") for record in publications):
        measures.append(Measure(UNKNOWN, "Chưa ghi nguồn", "publication", owned(UNKNOWN)))
    return measures


def department_rows(publications: Sequence[Record]) -> list[tuple[str, str]]:
    """The departments as first written, in Vietnamese order, then one for records without."""
    names: dict[str, str] = {}
    for record in publications:
        if name := str(record.get("department") or ""):
            names.setdefault(fold(name), name)
    rows = [(key, names[key]) for key in sorted(names, key=lambda key: (sort_key(names[key]), key))]
    return [*rows, (UNKNOWN, UNKNOWN_LABEL)]


def department_of(record: Record) -> str:
    """The key of a record's department: two ways to write one name are one department."""
    return fold(str(record.get("department") or "")) or UNKNOWN


def _by_department(tally: Tally, publications: Sequence[Record], types: Sequence[tuple[str, str]]) -> None:
    """Departments down, types across; the rarest types share a column when there are many."""
    type_of = choice("document_type")
    frequency: dict[str, int] = dict.fromkeys((key for key, _ in types), 0)
    for record in publications:
        frequency[type_of(record)] = frequency.get(type_of(record), 0) + 1
    ranked = sorted(frequency, key=lambda key: -frequency[key])
    shown = set(ranked if len(ranked) <= MAX_COLUMNS else ranked[: MAX_COLUMNS - 1])

    types_of = {record.id: type_of(record) for record in publications}  # asked once for each column

    def is_type(wanted: str) -> Callable[[Record], int]:
        return lambda record: types_of[record.id] == wanted

    measures = [Measure("total", "Tổng số", "publication", one)]
    measures += [
        Measure(f"type-{key}", text, "publication", is_type(key)) for key, text in types if key in shown
    ]
    if len(shown) < len(ranked):
        measures.append(
            Measure("type-rest", "Loại khác", "publication", lambda one: types_of[one.id] not in shown)
        )
    _crossed(
        tally,
        "publications_by_department",
        "Ấn phẩm, tài liệu theo đơn vị và loại",
        "Đơn vị",
        department_rows(publications),
        department_of,
        publications,
        measures,
    )


def _by_field(
    tally: Tally,
    publications: Sequence[Record],
    types: Sequence[tuple[str, str]],
    measures: Sequence[Measure],
) -> None:
    """By field, then types and departments down with the fields across."""
    tally.split(
        "publications_by_field",
        "Ấn phẩm, tài liệu theo lĩnh vực nghiên cứu",
        "Lĩnh vực",
        fields(),
        field_level_1,
        publications,
        measures,
        "publications",
    )
    fields_of = {record.id: field_level_1(record) for record in publications}  # asked once for each column

    def in_field(wanted: str) -> Callable[[Record], int]:
        return lambda record: fields_of[record.id] == wanted

    across = [Measure("total", "Tổng số", "publication", one)]
    across += [Measure(f"field-{key}", text, "publication", in_field(key)) for key, text in fields()]
    _crossed(
        tally,
        "publications_by_type_and_field",
        "Ấn phẩm, tài liệu theo loại và lĩnh vực",
        "Loại tài liệu",
        types,
        choice("document_type"),
        publications,
        across,
    )
    _crossed(
        tally,
        "publications_by_department_and_field",
        "Ấn phẩm, tài liệu theo đơn vị và lĩnh vực",
        "Đơn vị",
        department_rows(publications),
        department_of,
        publications,
        across,
    )


def _crossed(
    tally: Tally,
    name: str,
    title: str,
    head: str,
    rows: Sequence[tuple[str, str]],
    row_of: Callable[[Record], str],
    publications: Sequence[Record],
    across: Sequence[Measure],
) -> None:
    """A table with kinds of one sort down and of another across; each row adds up to its first cell."""
    uncounted = [measure for measure in across if f"publications.{measure.key}" not in tally.values]
    tally.totals("publications", publications, uncounted)
    tally.split(name, title, head, rows, row_of, publications, across, "publications")
    added = sum(tally.value(f"publications.{one.key}") for one in across[1:])
    tally.adds_up(f"{name}.across", f"{title}, các cột", added, "publications.total")


def _by_reach(tally: Tally, publications: Sequence[Record], measures: Sequence[Measure]) -> None:
    """At home or abroad, and by the highest index a publication is in."""
    tally.split(
        "publications_by_origin",
        "Ấn phẩm, tài liệu trong nước, ngoài nước",
        "Nơi công bố",
        listed("origin"),
        choice("origin"),
        publications,
        measures,
        "publications",
    )
    tally.split(
        "publications_by_indexing",
        "Ấn phẩm, tài liệu theo chỉ mục (tính theo chỉ mục cao nhất)",
        "Chỉ mục",
        present("indexing", map(highest_index, publications)),
        highest_index,
        publications,
        measures,
        "publications",
    )


def highest_index(record: Record) -> str:
    """The first code of the list of indexes a publication carries; ``unknown`` without any."""
    carried = set(record.get("indexing") or ())
    return next((code for code in codes.code_list("indexing").codes if code in carried), UNKNOWN)
