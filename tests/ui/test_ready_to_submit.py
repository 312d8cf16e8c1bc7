"""The week before 15 November by keyboard alone, as docs/walk-throughs/ready-to-submit.md tells it.

What is missing, the numbers, the words, the paper's head, freezing, a late change, reopening, the program
closed and opened, and a sheet of paper that is known again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from stdesk import app as program
from stdesk.domain.periods import parse_period
from stdesk.services.sample import open_sample, sample_workbook
from stdesk.ui.checks.page import ChecksPage
from stdesk.ui.narrative.page import NarrativePage
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.reporting.figures_page import FiguresPage
from stdesk.ui.reporting.head_page import HeadPage
from stdesk.ui.reporting.page import ReportPage
from stdesk.ui.reporting.paper_page import PaperPage
from tests.ui.officer import CONTROL, Officer

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups

ALT = Qt.KeyboardModifier.AltModifier
YEAR = parse_period("2026")
DIFFICULTIES = "Cán bộ kiêm nhiệm; đường truyền yếu, {thiếu} không phải số liệu."
PROPOSALS = "Đề nghị V04 mở lớp tập huấn trong quý I."


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The library of the sample, as the officer has it in November."""
    folder = tmp_path / "Kho dữ liệu"
    with open_sample(folder, user="lan") as desk:
        desk.intake.take(desk.intake.preview(sample_workbook()))
    return folder


def test_from_what_is_missing_to_a_submission_reopened(officer: Officer, unit: Path) -> None:
    program.begin(officer.desktop, unit)
    officer.look_at_window()
    mend_one_and_explain_the_rest(officer)
    look_at_the_numbers(officer)
    write_the_words(officer)
    number_the_paper(officer)
    first = freeze(officer)
    something_late(officer)
    second = reopen_and_freeze(officer)
    assert first != second
    officer.leave()

    again = Officer(officer.qtbot, officer.app)
    program.begin(again.desktop, unit)
    again.look_at_window()
    try:
        reports = [one for one in again.desk.reporting.frozen(YEAR) if not one.trial]
        assert [one.submission for one in reports] == [1, 2] and reports[1].previous == reports[0].sha512
        the_sheet_is_known(again, again.desk.paper.code_of(reports[0]))
    finally:
        again.leave()


def mend_one_and_explain_the_rest(officer: Officer) -> None:
    """A wrong ISSN is mended in its field, F6 leads on; what is left is explained, group by group."""
    page = officer.go(Qt.Key.Key_6, ChecksPage)
    officer.wait(lambda: page.view is not None and page.current_finding() is not None)
    officer.tab_until(lambda at: at is page.rules)
    while (finding := page.current_finding()) is None or finding.rule != "issn_check_digit":
        officer.press(Qt.Key.Key_Down)
    officer.press(Qt.Key.Key_F6)
    records = officer.page(RecordsPage)
    officer.wait(lambda: records.detail and records.detail.record)
    assert records.detail is not None
    form = records.detail.form
    officer.wait(lambda: (box := form.box_of(officer.focus)) and box.editor.field.name == finding.field)
    officer.write("1859-4794")
    officer.press(Qt.Key.Key_F6)
    officer.wait(lambda: officer.desk.catalogue.record(finding.record).get("issn") == "1859-4794")
    officer.press(Qt.Key.Key_6, CONTROL)
    page = officer.page(ChecksPage)
    officer.wait(lambda: page.view and finding.key not in {one.key for one in page.view.checked.findings})
    officer.wait(lambda: not page.checker.checking)
    while page.view is not None and (
        left := [one for one in page.view.checked.open if one.severity != "block"]
    ):
        count = len(left)
        officer.tab_until(lambda at: at is page.rules)
        officer.press(Qt.Key.Key_Home)
        while (now := page.current_finding()) is None or now.key not in {one.key for one in left}:
            officer.press(Qt.Key.Key_Down)
        officer.press(Qt.Key.Key_Return)
        officer.wait(lambda: officer.focus is page.table)
        officer.press(Qt.Key.Key_A, CONTROL)
        officer.press(Qt.Key.Key_G, CONTROL)
        officer.write("Đơn vị đang bổ sung hồ sơ")
        officer.press(Qt.Key.Key_Return)
        officer.wait(lambda at=count: len([o for o in page.view.checked.open if o.severity != "block"]) < at)
    assert {one.rule for one in page.view.checked.open} == {"narrative_difficulties", "narrative_proposals"}


def look_at_the_numbers(officer: Officer) -> None:
    """Enter on a number lists its records; an estimate is typed in place."""
    officer.press(Qt.Key.Key_1, ALT)
    page = officer.page(FiguresPage)
    officer.wait(lambda: page.snapshot is not None and page.body.view.isVisible())
    officer.tab_until(lambda at: at is page.body.view)
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: page.body.behind.isVisible())
    officer.tab_until(lambda at: at is page.body.view)
    officer.press(Qt.Key.Key_End)
    officer.press(Qt.Key.Key_5)
    officer.wait(lambda: officer.focus is not page.body.view)
    officer.press(Qt.Key.Key_0)
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: 50 in officer.desk.preparation.read(YEAR).estimates.values())


def write_the_words(officer: Officer) -> None:
    """Difficulties and proposals may not be left empty."""
    officer.press(Qt.Key.Key_3, ALT)
    page = officer.page(NarrativePage)
    officer.wait(lambda: page.read is not None)
    for sentence, words in (("difficulties", DIFFICULTIES), ("proposals", PROPOSALS)):
        page.open_with({"period": "2026", "sentence": sentence})
        officer.wait(
            lambda at=sentence: any(c.text is officer.focus for c in page.cards if c.sentence.id == at)
        )
        officer.write(words)
        officer.press(Qt.Key.Key_S, CONTROL)
        officer.wait(lambda at=sentence: at in officer.desk.preparation.read(YEAR).texts)
    assert officer.desk.preparation.read(YEAR).texts["proposals"].text == PROPOSALS


def number_the_paper(officer: Officer) -> None:
    """The number of the document, from the page of the report."""
    officer.press(Qt.Key.Key_4, ALT)
    officer.page(ReportPage)
    officer.main.go("paper_head")
    page = officer.page(HeadPage)
    officer.wait(lambda: page.known is not None)
    officer.tab_until(lambda at: at is page.lines["number"])
    officer.write("7")
    officer.press(Qt.Key.Key_Tab)
    officer.wait(lambda: officer.desk.preparation.read(YEAR).head.get("number") == "7")


def freeze(officer: Officer) -> str:
    """Everything is ready: frozen, who and when on the page."""
    page = officer.go(Qt.Key.Key_7, ReportPage)
    officer.press(Qt.Key.Key_5, ALT)
    officer.wait(lambda: page.freezing.freeze_button.isVisible() and page._task is None)
    officer.to_button(page.freezing.freeze_button)
    officer.wait(lambda: any(not one.trial for one in officer.desk.reporting.frozen(YEAR)))
    officer.wait(lambda: page._task is None and page.freezing.list.count() == 1)
    (report,) = officer.desk.reporting.frozen(YEAR)
    snapshot = officer.desk.reporting.read(report)
    said = {one["id"]: one["text"] for one in snapshot.narrative}
    assert said["difficulties"] == DIFFICULTIES and said["proposals"] == PROPOSALS
    assert snapshot.head["number"] == "7" and 50 in snapshot.estimates.values()
    return report.sha512


def something_late(officer: Officer) -> None:
    """A title is corrected after the freeze."""
    (report,) = officer.desk.reporting.frozen(YEAR)
    record = officer.desk.reporting.read(report).records["publication"][0]
    officer.main.session.record_wanted.emit("publication", record["id"], "title")
    page = officer.page(RecordsPage)
    officer.wait(lambda: page.detail and page.detail.record and page.detail.record.id == record["id"])
    officer.wait(lambda: page.detail and page.detail.form.box_of(officer.focus))
    assert page.detail is not None
    title = page.detail.form.boxes["title"]
    officer.wait(lambda: title.editor.isAncestorOf(officer.focus) or title.editor is officer.focus)
    officer.press(Qt.Key.Key_A, CONTROL)
    officer.write("Tên đã sửa sau khi chốt")
    officer.press(Qt.Key.Key_S, CONTROL)
    officer.wait(
        lambda: officer.desk.catalogue.record(record["id"]).get("title") == "Tên đã sửa sau khi chốt"
    )
    assert officer.desk.reporting.read(report).records["publication"][0] == record  # never touched


def reopen_and_freeze(officer: Officer) -> str:
    """The page says what is new; a written reason opens the way to submission 2."""
    page = officer.go(Qt.Key.Key_7, ReportPage)
    officer.press(Qt.Key.Key_5, ALT)
    officer.wait(lambda: page.freezing.reason.isVisible() and page._task is None)
    since = officer.desk.reporting.since(YEAR)
    assert since is not None and [one.title for one in since.changed] == ["Tên đã sửa sau khi chốt"]
    officer.tab_until(lambda at: at is page.freezing.reason)
    officer.write("Sửa tên tài liệu theo công văn của V04")
    officer.to_button(page.freezing.reopen_button)
    officer.wait(lambda: 2 in officer.desk.preparation.read(YEAR).reopened and page._task is None)
    officer.wait(lambda: page.freezing.freeze_button.isEnabled() and page.freezing.freeze_button.isVisible())
    officer.tab_until(lambda at: at is page.freezing.freeze_button)
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: len(officer.desk.reporting.frozen(YEAR)) == 2 and page._task is None)
    newest = officer.desk.reporting.latest(YEAR)
    assert newest.reason == "Sửa tên tài liệu theo công văn của V04"
    return newest.sha512


def the_sheet_is_known(officer: Officer, code: str) -> None:
    """The code at the foot of a sheet, typed in small letters without its hyphens."""
    officer.main.go("paper")
    page = officer.page(PaperPage)
    officer.tab_until(lambda at: at is page.code)
    officer.write(code.lower().replace("-", ""))
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: "Báo cáo năm 2026" in _texts(page))
    assert "nguyên vẹn" in _texts(page)


def _texts(page: PaperPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
