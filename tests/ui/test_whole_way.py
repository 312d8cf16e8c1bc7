"""One officer's whole way through the real window, by keyboard, from an empty disk to a package and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from stdesk.domain.records import Record, State
from stdesk.services.catalogue import ListQuery
from stdesk.services.sample import sample_workbook
from stdesk.ui.checks.page import ChecksPage
from stdesk.ui.importing.page import ImportPage
from stdesk.ui.packaging.page import PackagePage
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.reporting.page import ReportPage
from stdesk.ui.shell import MainWindow
from stdesk.ui.welcome.page import Welcome
from tests.ui.officer import CONTROL, Officer, StrayWindows

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups
TITLE = "Kỹ thuật hình sự trong điều tra án mạng"


def test_from_nothing_to_a_verified_package_and_back(officer: Officer, tmp_path: Path) -> None:
    begin_a_library(officer)
    first = add_a_publication_with_mistakes(officer)
    add_a_second(officer)
    search_undo_redo(officer, first)
    import_the_sample(officer)
    from_a_finding_to_its_field(officer)
    look_and_freeze_a_trial(officer)
    package_and_verify(officer, tmp_path / "USB KHCN")
    before = officer.counts()
    officer.leave()

    again = Officer(officer.qtbot, officer.app)
    again.start()
    try:
        assert again.counts() == before and again.desk.catalogue.record(first.id).get("title") == TITLE
        again.go(Qt.Key.Key_9, QWidget)
        again.press(Qt.Key.Key_Z, CONTROL)  # the import, made before the program was closed
        again.wait(lambda: again.counts() == [2, 0, 0])
        page = again.go(Qt.Key.Key_2, RecordsPage)
        again.wait(lambda: page.list.count.text().startswith("2 mục"))
        assert again.desk.catalogue.record(first.id).get("issn") == "0866-7462"
    finally:
        again.leave()


def begin_a_library(officer: Officer) -> None:
    """The welcome: the empty way, name and code, Enter."""
    officer.start()
    welcome = officer.window.findChild(Welcome)
    assert isinstance(welcome, Welcome)
    officer.to_button(welcome.cards["empty"].button)
    assert officer.focus is welcome.unit_name
    officer.write("Công an tỉnh Minh Hải")
    officer.press(Qt.Key.Key_Tab)
    officer.write("CAT-MH")
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: isinstance(officer.window, MainWindow))
    officer.look_at_window()
    assert "Công an tỉnh Minh Hải" in officer.window.windowTitle()


def add_a_publication_with_mistakes(officer: Officer) -> Record:
    """Wrong check digit and a day that is not: both said under their field, corrected, saved."""
    page = officer.go(Qt.Key.Key_2, RecordsPage)
    officer.wait(lambda: officer.focus is page.list.empty.button)  # the empty list offers to begin
    officer.press(Qt.Key.Key_N, CONTROL)
    assert page.pane_open and page.detail is not None
    form = page.detail.form
    officer.to_field(form, "document_type")
    officer.write("bai bao tap chi")
    officer.to_field(form, "title")
    officer.write(TITLE)
    officer.to_field(form, "contributors")
    officer.write("Trung tá, ThS Lê Văn Tám; Trần Thị Bích")
    date = officer.to_field(form, "issued")
    officer.write("31/02/2026")
    issn = officer.to_field(form, "issn")
    officer.write("0866-7461")
    officer.press(Qt.Key.Key_Tab)
    officer.wait(lambda: issn.findings)
    assert "7462" in issn.findings[0].message + issn.findings[0].advice or "2" in issn.findings[0].message
    assert date.note.isVisible() and date.note.property("role") == "problem"

    officer.press(Qt.Key.Key_S, CONTROL)  # refused, and one is led to the day that is not
    assert form.box_of(officer.focus) is date and officer.desk.catalogue.count("publication") == 0
    officer.write("28/02/2026")
    officer.to_field(form, "issn")
    officer.write("0866-7462")
    officer.press(Qt.Key.Key_Tab)
    officer.wait(lambda: not issn.findings)
    officer.press(Qt.Key.Key_S, CONTROL)
    officer.wait(lambda: page.detail and page.detail.record)
    record = page.detail.record
    assert record is not None and record.state is State.COMPLETE
    assert record.get("issued") == "2026-02-28" and record.get("document_type") == "journal_article"
    assert [one["name"] for one in record.get("contributors")] == ["Lê Văn Tám", "Trần Thị Bích"]
    return record


def add_a_second(officer: Officer) -> None:
    """Ctrl+N once more, saved with Ctrl+Enter, which goes on to an empty form."""
    page = officer.page(RecordsPage)
    officer.press(Qt.Key.Key_N, CONTROL)
    assert page.detail is not None and page.detail.record is None
    officer.to_field(page.detail.form, "title")
    officer.write("Đề án 06 tại cơ sở")
    officer.press(Qt.Key.Key_Return, CONTROL)
    officer.wait(lambda: officer.desk.catalogue.count("publication") == 2)
    officer.wait(lambda: page.detail and page.detail.record is None and not page.detail.dirty)


def search_undo_redo(officer: Officer, first: Record) -> None:
    """Search without accents, put into the trash, undo, redo, undo."""
    page = officer.page(RecordsPage)
    officer.press(Qt.Key.Key_F3)
    assert officer.focus is page.head.search
    officer.write("ky thuat hinh su")
    officer.wait(lambda: page.list.count.text() == "tìm thấy 1 mục")
    row = page.list.model.row(0)
    assert row is not None and row.id == first.id
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: officer.focus is page.list.table)
    officer.press(Qt.Key.Key_Delete)
    officer.wait(lambda: officer.desk.catalogue.count("publication") == 1)
    officer.press(Qt.Key.Key_Z, CONTROL)
    officer.wait(lambda: officer.desk.catalogue.count("publication") == 2)
    officer.press(Qt.Key.Key_Y, CONTROL)
    officer.wait(lambda: officer.desk.catalogue.count("publication") == 1)
    officer.press(Qt.Key.Key_Z, CONTROL)
    officer.wait(lambda: officer.desk.catalogue.count("publication") == 2)
    assert officer.desk.catalogue.ids(ListQuery("publication", words="de an 06"))


def import_the_sample(officer: Officer) -> None:
    """The path typed, a preview of every row, then the main button."""
    page = officer.go(Qt.Key.Key_5, ImportPage)
    officer.tab_until(lambda at: at is page.chooser.path)
    officer.write(str(sample_workbook()))
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: page.plan is not None and officer.focus is page.sheet.table)
    assert page.sheet.model.rowCount() == 86 and officer.counts() == [2, 0, 0]
    officer.to_button(page.take_button)
    officer.wait(lambda: page.stack.currentWidget() is page.done)
    # 86, 46 + 24 and 17 rows; of the publications two are doubles of others in the workbook
    assert officer.counts() == [2 + 84, 70, 17]
    officer.wait(lambda: officer.focus is page.done.button)


def from_a_finding_to_its_field(officer: Officer) -> None:
    """Enter on a rule, Enter on a finding: the very field has the cursor."""
    officer.press(Qt.Key.Key_Space)  # the button of the finished import leads here
    page = officer.page(ChecksPage)
    officer.wait(lambda: page.current_finding() is not None)
    officer.tab_until(lambda at: at is page.rules)
    while not (page.current_finding() and page.current_finding().field):  # type: ignore[union-attr]
        officer.press(Qt.Key.Key_Down)
    officer.press(Qt.Key.Key_Return)
    assert officer.focus is page.table
    finding = page.current_finding()
    assert finding is not None
    officer.press(Qt.Key.Key_Return)
    records = officer.page(RecordsPage)
    officer.wait(lambda: records.detail and records.detail.record)
    assert records.detail is not None
    detail = records.detail
    officer.wait(lambda: detail.record and detail.record.id == finding.record)
    officer.wait(lambda: (at := detail.form.box_of(officer.focus)) and at.editor.field.name == finding.field)
    assert records.detail.record is not None
    box = records.detail.form.box_of(officer.focus)
    assert records.detail.record.id == finding.record and box is not None
    assert box.editor.field.name == finding.field
    officer.wait(lambda: any(one.rule == finding.rule for one in box.findings))
    officer.wait(lambda: box.editor.visibleRegion().boundingRect() == box.editor.rect())  # in sight, whole


def look_and_freeze_a_trial(officer: Officer) -> None:
    """The pages are seen, the freeze is refused with its reason, a trial is made."""
    page = officer.go(Qt.Key.Key_7, ReportPage)
    officer.wait(lambda: page.freezing.state.text() and page.looking.look_button.isEnabled())
    officer.to_button(page.looking.look_button)
    view = page.preview.pages
    officer.wait(lambda: 0 in view._drawn and page._task is None)
    picture = view._drawn[0].toImage()
    places = [(x, y) for y in range(60, 360, 5) for x in range(0, picture.width(), 3)]
    across = {QColor(picture.pixel(*place)).lightness() for place in places}
    assert max(across) > 250 and min(across) < 128  # ink on paper, not an empty sheet
    officer.press(Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    officer.wait(lambda: page.freezing.freeze_button.isVisible())
    officer.to_button(page.freezing.freeze_button)
    officer.wait(lambda: page.freezing.blocked.isVisible() and page._task is None)
    officer.to_button(page.freezing.trial_button)
    officer.wait(lambda: page.freezing.list.count() == 1 and page._task is None)
    (report,) = officer.desk.reporting.frozen()
    assert report.trial


def package_and_verify(officer: Officer, stick: Path) -> None:
    """The folder typed, Enter, then the package is verified from its own page."""
    page = officer.go(Qt.Key.Key_8, PackagePage)
    officer.tab_until(lambda at: at is page.make.folder)
    officer.write(str(stick))
    officer.wait(lambda: page.make.make_button.isEnabled())
    officer.press(Qt.Key.Key_Return)
    officer.wait(lambda: page.make.result.isVisible() and page.make._task is None)
    assert len(list(stick.glob("*.zip"))) == 1
    officer.to_button(page.make.verify_again_button)
    officer.wait(lambda: page.verify.answer.isVisible() and page.verify._task is None)
    assert "Nguyên vẹn" in page.verify.answer_title.text()


def test_nothing_is_ever_shown_as_a_window_of_its_own(officer: Officer, qapp: QApplication) -> None:
    """A control shown before it has its place flashes up as a window and takes the keyboard away."""
    stray = StrayWindows()
    qapp.installEventFilter(stray)
    try:
        begin_a_library(officer)
        for digit in range(Qt.Key.Key_1, Qt.Key.Key_9 + 1):
            officer.press(Qt.Key(digit), CONTROL)
            officer.press(Qt.Key.Key_N, CONTROL)
        assert set(stray.seen) <= {"QMainWindow", "MainWindow"}
        assert officer.window.isActiveWindow()
    finally:
        qapp.removeEventFilter(stray)
