"""What nobody should paste into a form and somebody will: nothing is lost, nothing freezes."""

from __future__ import annotations

import time
import unicodedata

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from stdesk.domain.records import State
from stdesk.services.desk import Desk
from stdesk.ui.forms.form import Form
from stdesk.ui.records.page import RecordsPage
from stdesk.ui.session import Session
from tests.ui.keyboard import write

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")
SOON = 0.5  # seconds of this thread's own work; a freeze is many times that


@pytest.fixture
def form(qtbot: QtBot, session: Session) -> Form:
    """An empty form of a publication, shown."""
    made = Form(session.desk.kinds["publication"], session)
    qtbot.addWidget(made)
    made.resize(640, 600)
    made.load(None)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _paste(form: Form, field: str, text: str) -> None:
    control = form.boxes[field].editor.main_control()
    control.setFocus()
    data = QMimeData()
    data.setText(text)
    QApplication.clipboard().setMimeData(data)
    assert isinstance(control, QLineEdit | QPlainTextEdit)
    control.paste()


def _saved(desk: Desk, form: Form, field: str) -> object:
    return desk.catalogue.save("publication", form.changes(), state=State.DRAFT).record.get(field)


def test_a_title_of_ten_thousand_letters_is_kept_whole_and_typing_goes_on(
    qtbot: QtBot, form: Form, desk: Desk
) -> None:
    title = ("Nghiên cứu ứng dụng trí tuệ nhân tạo " * 300)[:10_000].strip()
    began = time.thread_time()
    _paste(form, "title", title)
    write(form.boxes["title"].editor.main_control(), "x")
    QApplication.processEvents()
    assert time.thread_time() - began < SOON
    assert _saved(desk, form, "title") == title + "x"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("Báo\x00 cáo\x07 nhị\x1b phân", "Báo cáo nhị phân"),
        (unicodedata.normalize("NFD", "Kỹ thuật hình sự"), "Kỹ thuật hình sự"),
        ("\u202eđảo\u202c \u200fchiều\u200e", "đảo chiều"),
        ("Thông tin 😀 KH&CN 👩‍🔬", "Thông tin 😀 KH&CN 👩‍🔬"),
        ("<img src=x onerror=alert(1)> & \"'", "<img src=x onerror=alert(1)> & \"'"),
    ],
)
@pytest.mark.parametrize("field", ["title", "department", "abstract"])
def test_what_is_pasted_is_kept_without_what_cannot_be_seen(
    form: Form, desk: Desk, field: str, pasted: str, kept: str
) -> None:
    _paste(form, field, pasted)
    value = form.boxes[field].editor.value()
    assert value == kept
    assert _saved(desk, form, field) == kept


def test_a_megabyte_of_rubbish_neither_freezes_nor_gets_lost_silently(form: Form) -> None:
    rubbish = "".join(chr(n % 250 + 1) for n in range(1_000_000))
    began = time.thread_time()
    _paste(form, "title", rubbish)
    QApplication.processEvents()
    assert time.thread_time() - began < 4 * SOON
    box = form.boxes["title"]
    assert box.editor.problem() or box.editor.value()


def test_three_hundred_authors_stay_quick_and_in_order(qtbot: QtBot, form: Form, desk: Desk) -> None:
    names = [f"Nguyễn Văn {chr(65 + n // 26 % 26)}{chr(97 + n % 26)} {n}" for n in range(300)]
    people = tuple({"name": name} for name in names)
    form.propose("contributors", people)
    QApplication.processEvents()
    began = time.thread_time()
    write(form.boxes["contributors"].editor.main_control(), "Lê Văn Tám")
    QApplication.processEvents()
    assert time.thread_time() - began < SOON  # ten letters: each far below a tenth of a second
    value = form.boxes["contributors"].editor.value()
    assert [one["name"] for one in value] == [*names, "Lê Văn Tám"]
    assert len(_saved(desk, form, "contributors")) == 301  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["31/02/2025", "29/02/2023", "00/13/2025", "32/01/2025", "2025-13-45"])
def test_a_day_that_does_not_exist_stays_as_typed(form: Form, typed: str) -> None:
    write(form.boxes["issued"].editor.main_control(), typed)
    assert form.boxes["issued"].editor.typed() == typed
    assert "issued" in form.problems() and "issued" not in form.changes()
    assert not form.boxes["issued"].note.isHidden()


def test_the_year_0225_is_never_taken_for_another(form: Form) -> None:
    editor = form.boxes["issued"].editor
    write(editor.main_control(), "0225")
    value = editor.value()
    assert editor.typed() == "0225" if value is None else str(value).startswith("0225")


def test_a_draft_with_all_of_it_is_saved_and_comes_back(qtbot: QtBot, session: Session, desk: Desk) -> None:
    page = RecordsPage(session, desk.kinds["publication"])
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.list.listed):
        page.show()
    page.new()
    assert page.detail is not None
    form = page.detail.form
    _paste(form, "title", "\u202eTên\x00 " + "rất dài " * 1_000 + "😀")
    write(form.boxes["issued"].editor.main_control(), "31/02/2025")
    with qtbot.waitSignal(session.changed):
        page.save(State.DRAFT)
    record = desk.catalogue.record("publication/1")
    assert record.get("title").startswith("Tên rất dài") and record.get("title").endswith("😀")
    assert "31/02/2025" in record.get("notes")
