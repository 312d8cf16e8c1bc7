"""Readiness: what is open, what was put off, what is unlike the others, and the list as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from stdesk import i18n
from stdesk.clock import fixed_clock
from stdesk.domain.consistency import as_findings, uneven
from stdesk.domain.periods import parse_period
from stdesk.domain.records import Record, State
from stdesk.domain.rules import elsewhere
from stdesk.domain.rules.core import Finding, Severity, rule_texts
from stdesk.errors import UserError
from stdesk.progress import Cancelled, Progress
from stdesk.services.desk import Desk
from stdesk.services.readiness import Checked, figures_findings

PERIOD = parse_period("2026")


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    i18n.use("vi")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = fixed_clock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    with Desk.create(
        tmp_path / "kho", unit_code="CAT-MH", unit_name="Công an tỉnh Minh Hải", clock=clock
    ) as made:
        made.readiness.extra.clear()  # the wording of the report is tested elsewhere
        yield made


def article(desk: Desk, n: int, **values: object) -> Record:
    given = {
        "title": f"Bài viết số {n} về phòng ngừa tội phạm",
        "document_type": "journal_article",
        "issued": "2026-03",
        "container": "Tạp chí Công an nhân dân",
        "language": "vi",
        "contributors": ({"name": "Lương Thu Hà"},),
        "issn": "1859-4794",
        "pages": "46-51",
        "department": "Phòng Tham mưu",
    }
    return desk.catalogue.save("publication", {**given, **values}).record


def of_kind(kind: str, n: int, **values: object) -> Record:
    return Record(f"r{n}", kind, n, 1, State.COMPLETE, "thuong", {"title": "T", **values})


# -- not alike -----------------------------------------------------------------------------------


def test_27_of_30_have_a_volume_and_these_3_do_not(desk: Desk) -> None:
    for n in range(27):
        article(desk, n, volume="12")
    lacking = [article(desk, n).id for n in range(27, 30)]
    found = [one for one in desk.readiness.consistency(PERIOD) if one.field == "volume"]
    assert [(one.kind, one.group, one.having, one.of) for one in found] == [
        ("publication", "Bài báo tạp chí", 27, 30)
    ]
    assert [one.id for one in found[0].missing] == lacking
    told = as_findings(found, desk.kinds)
    assert told[0].message == "27/30 mục loại “Bài báo tạp chí” có “Tập”, mục này thì chưa."
    assert {one.severity for one in told} == {Severity.HINT}


def test_what_a_rule_says_already_is_not_said_twice(desk: Desk) -> None:
    for n in range(9):
        article(desk, n)
    lacking = article(desk, 9, issn=None)
    checked = desk.readiness.check(PERIOD)
    assert ("journal_issn_missing", lacking.id) in {(one.rule, one.record) for one in checked.findings}
    assert "issn" not in {one.field for one in checked.uneven}


@pytest.mark.parametrize(
    ("having", "of", "told"),
    [(4, 5, True), (3, 4, False), (7, 10, False), (8, 10, True), (5, 5, False)],
)
def test_four_fifths_of_five_or_more(desk: Desk, having: int, of: int, told: bool) -> None:
    records = [of_kind("publication", n, document_type="book", place="Hà Nội") for n in range(having)]
    records += [of_kind("publication", n, document_type="book") for n in range(having, of)]
    assert ([one.field for one in uneven(records, desk.kinds)] == ["place"]) is told


def test_only_what_is_asked_of_the_sort_and_alike_by_level_and_status(desk: Desk) -> None:
    books = [of_kind("publication", n, document_type="book", thesis_institution="HV") for n in range(9)]
    books.append(of_kind("publication", 9, document_type="book"))
    assert uneven(books, desk.kinds) == ()  # nobody asks a book where it was defended

    tasks = [of_kind("research_task", n, level="bo", status="accepted", grade="dat") for n in range(8)]
    tasks.append(of_kind("research_task", 8, level="bo", status="accepted"))
    # without a grade, as it should be
    tasks += [of_kind("research_task", n, level="bo", status="in_progress") for n in range(9, 30)]
    found = uneven(tasks, desk.kinds)
    assert [(one.field, one.having, one.of, [r.number for r in one.missing]) for one in found] == [
        ("grade", 8, 9, [8])
    ]
    assert found[0].group.count(" · ") == 1


# -- put off, explained --------------------------------------------------------------------------


def test_put_off_stays_open_and_explained_does_not(desk: Desk) -> None:
    for n in range(2):
        article(desk, n, container=None, publisher=None)
    checked = desk.readiness.check(PERIOD)
    first, second = (one for one in checked.open if one.rule == "container_missing")
    desk.preparation.put_off(PERIOD, [first.key])
    changes = desk.readiness.explain(PERIOD, "Báo cáo nội bộ, không đăng ở đâu", second)
    assert changes.label == "explained_findings"
    after = desk.readiness.check(PERIOD)
    assert after.later == {first.key}
    assert first in after.open and second not in after.open
    assert after.ready == (checked.ready[0] + 1, checked.ready[1])
    assert after.progress == after.ready[0] / after.ready[1]
    desk.catalogue.undo()
    assert desk.readiness.reasons(PERIOD) == {}


def test_what_blocks_takes_no_reason(desk: Desk) -> None:
    article(desk, 1, title=None)
    blocking = next(one for one in desk.readiness.check(PERIOD).findings if one.severity is Severity.BLOCK)
    with pytest.raises(UserError, match="phải sửa"):
        desk.readiness.explain(PERIOD, "Vì thế", blocking)


def test_reasons_are_proposed_those_of_the_rule_first_then_the_most_used(desk: Desk) -> None:
    def finding(rule: str, record: str) -> Finding:
        return Finding(rule, Severity.EXPLAIN, record, "publication", 1, "x")

    desk.readiness.explain(parse_period("2025"), "Tạp chí không có ISSN", finding("issn_form", "a"))
    desk.readiness.explain(PERIOD, "Đã hỏi V04", finding("pages_odd", "b"), finding("pages_odd", "c"))
    assert desk.readiness.reasons_given() == ("Đã hỏi V04", "Tạp chí không có ISSN")
    assert desk.readiness.reasons_given("issn_form") == ("Tạp chí không có ISSN", "Đã hỏi V04")


def test_no_advice_of_what_blocks_offers_a_reason() -> None:
    advice = rule_texts()["indispensable_field"]["advice"]
    assert not re.search("lý do|giải trình", advice["vi"], re.IGNORECASE)
    assert not re.search("reason|explain", advice["en"], re.IGNORECASE)


# -- looked at again -----------------------------------------------------------------------------


def test_looking_again_at_what_changed_says_what_a_whole_check_says(desk: Desk) -> None:
    records = [article(desk, n, container=None, publisher=None) for n in range(6)]
    before = desk.readiness.check(PERIOD)
    desk.catalogue.save("publication", {"container": "Tạp chí"}, record_id=records[0].id)
    desk.catalogue.save("publication", {"issn": "1859-4795"}, record_id=records[1].id)
    desk.catalogue.trash([records[2].id])
    new = article(desk, 7, container=None, publisher=None)
    touched = [one.id for one in (*records[:3], new)]
    quick, whole = desk.readiness.again(before, touched), desk.readiness.check(PERIOD)
    assert {one.key for one in quick.findings} == {one.key for one in whole.findings}
    assert {one.id for one in quick.reported} == {one.id for one in whole.reported}
    assert quick.ready == whole.ready


def test_a_check_can_be_stopped_and_counts_up_to_its_end(desk: Desk) -> None:
    article(desk, 1)
    progress = Progress()
    desk.readiness.check(PERIOD, progress)
    assert progress.done == progress.total == 3
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.readiness.check(PERIOD, progress)


# -- what others bring in ------------------------------------------------------------------------


def test_what_others_find_weighs_like_any_finding(desk: Desk) -> None:
    def source(checked: Checked, _progress: Progress) -> tuple[Finding, ...]:
        assert checked.period == PERIOD
        checks = [
            {
                "id": "tasks_by_level",
                "text": "Theo cấp được 1.204, còn tổng số là 1.207, lệch 3.",
                "sum": 1204,
                "total": 1207,
                "ok": False,
            },
            {"id": "tasks_by_field", "text": "Theo lĩnh vực", "sum": 5, "total": 5, "ok": True},
        ]
        return figures_findings({"checks": checks})

    article(desk, 1)
    desk.readiness.extra.append(source)
    checked = desk.readiness.check(PERIOD)
    mine = [one for one in checked.findings if one.rule == "figures_disagree"]
    assert [one.message for one in mine] == [
        "Theo cấp được 1.204, còn tổng số là 1.207, lệch 3."
    ]  # said once
    assert mine[0] in checked.open
    weights = [list(Severity).index(one.severity) for one in checked.findings]
    assert weights == sorted(weights)
    desk.readiness.explain(PERIOD, "Ba nhiệm vụ chưa rõ cấp", mine[0])
    assert mine[0] not in desk.readiness.check(PERIOD).open


def test_a_rule_that_stands_nowhere_is_not_found() -> None:
    with pytest.raises(KeyError):
        elsewhere.found("no_such_rule")


# -- the workbook --------------------------------------------------------------------------------

HEAD = (
    "STT", "Mức", "Loại hồ sơ", "Số", "Tên", "Trường", "Vướng ở đâu", "Cần làm", "Căn cứ", "Giải trình đã ghi",
    "Ghi chú", "Mã quy tắc", "Mã hồ sơ",
)  # fmt: skip


def test_the_list_as_a_workbook(desk: Desk, tmp_path: Path) -> None:
    nasty = '=HYPERLINK("http://x","bấm")'
    first = article(desk, 1, title=nasty, container=None, publisher=None)
    for n in range(2, 12):
        article(desk, n, container=None, publisher=None)
    checked = desk.readiness.check(PERIOD)
    mine = next(one for one in checked.findings if one.rule == "container_missing" and one.record == first.id)
    desk.readiness.explain(PERIOD, "+84 912 là số điện thoại tòa soạn", mine)
    later = next(one for one in checked.findings if one.key != mine.key)
    desk.preparation.put_off(PERIOD, [later.key])
    checked = desk.readiness.check(PERIOD)
    done = desk.findings.export(checked, tmp_path / "can-sua.xlsx")
    assert done.written == len(desk.findings.all_of(checked)) and done.left_out == 0
    sheet = openpyxl.load_workbook(tmp_path / "can-sua.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEAD
    assert [row[0] for row in rows[1:]] == list(range(1, done.written + 1))
    by_key = {(row[11], row[12], row[6]): row for row in rows[1:]}
    row = by_key[mine.rule, mine.record, mine.message]
    assert row[1:5] == ("Giải trình", str(desk.kinds["publication"].label), first.number, nasty)
    assert row[5] == str(desk.kinds["publication"].field("container").label)
    assert row[9] == "+84 912 là số điện thoại tòa soạn"
    assert [one[10] for one in rows[1:]].count("Để sau") == 1
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:M{done.written + 1}"
    assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == "$1:$1"


def test_what_is_secret_never_gets_into_the_workbook(desk: Desk, tmp_path: Path) -> None:
    desk.set_unit(secrecy_ceiling="mat")
    for n in range(3):
        article(desk, n, container=None, publisher=None)
    secret = desk.catalogue.save(
        "publication",
        {"title": "Tên không được lộ ra", "document_type": "journal_article", "issued": "2026"},
        secrecy="mat",
    ).record
    checked = desk.readiness.check(PERIOD)
    mine = [one for one in desk.findings.all_of(checked) if one.record == secret.id]
    assert mine
    done = desk.findings.export(checked, tmp_path / "can-sua.xlsx")
    assert done.left_out == len(mine)
    cells = [
        str(cell) for row in openpyxl.load_workbook(tmp_path / "can-sua.xlsx").active.values for cell in row
    ]
    assert not [one for one in cells if "không được lộ" in one or one == secret.id]


def test_another_suffix_is_refused_and_nothing_is_written(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        desk.findings.export(desk.readiness.check(PERIOD), tmp_path / "can-sua.pdf")
    assert refused.value.code == "export_format"
    assert not list(tmp_path.glob("can-sua*"))


def test_stopping_leaves_no_half_file(desk: Desk, tmp_path: Path) -> None:
    article(desk, 1, container=None)
    checked, progress = desk.readiness.check(PERIOD), Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        desk.findings.export(checked, tmp_path / "can-sua.xlsx", progress)
    assert not list(tmp_path.glob("can-sua*"))
