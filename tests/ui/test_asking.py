"""The form asks for what the sort of document has, and brings along what a journal has."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from stdesk.services.desk import Desk
from stdesk.ui.forms.form import Form
from stdesk.ui.session import Session
from tests.ui.keyboard import write

JOURNAL = "Tạp chí Cảnh sát nhân dân"
BOOKS = {"isbn", "edition", "publisher", "place"}
PERIODICAL = {"volume", "issue", "issn"}
THESIS = {"thesis_level", "thesis_institution", "supervisors", "defended"}


@pytest.fixture
def form(qtbot: QtBot, session: Session) -> Form:
    """An empty form of a publication, shown."""
    made = Form(session.desk.kinds["publication"], session)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.load(None)
    made.show()
    return made


def _hidden(form: Form) -> set[str]:
    return {name for name, box in form.boxes.items() if box.isHidden()}


def test_an_article_is_asked_for_its_issue_and_not_for_an_isbn(form: Form) -> None:
    assert not _hidden(form)
    form.propose("document_type", "journal_article")
    assert _hidden(form) == BOOKS | THESIS
    head = form.column.head([one.name for one in form.kind.sections].index("thesis"))
    assert head is not None and head.isHidden()
    form.propose("document_type", "textbook")
    assert _hidden(form) == PERIODICAL | THESIS | {"container"}


def test_what_holds_something_is_never_hidden(form: Form) -> None:
    form.propose("isbn", "9786041234567")
    form.propose("document_type", "journal_article")
    assert _hidden(form) == (BOOKS | THESIS) - {"isbn"}
    form.load(None, {"document_type": "journal_article", "defended": "2026"})
    assert _hidden(form) == (BOOKS | THESIS) - {"defended"}


def test_the_button_below_shows_everything_and_another_record_begins_anew(form: Form) -> None:
    form.propose("document_type", "journal_article")
    assert "8" in form.asking.button.text() and form.asking.button.isVisible()
    form.asking.button.click()
    assert not _hidden(form) and not form.asking.button.isVisible()
    form.focus_field("title")
    form.load(None, {"document_type": "journal_article"})
    assert _hidden(form) == BOOKS | THESIS


def test_one_who_is_led_to_a_hidden_field_sees_it(form: Form) -> None:
    form.propose("document_type", "journal_article")
    form.focus_field("isbn")
    assert _hidden(form) == (BOOKS | THESIS) - {"isbn"}
    form.go_to_section([one.name for one in form.kind.sections].index("thesis"))
    assert _hidden(form) == BOOKS - {"isbn"}


def test_enter_skips_what_is_not_asked_for(qtbot: QtBot, form: Form) -> None:
    form.propose("document_type", "journal_article")
    form.activateWindow()
    form.focus_field("container")
    qtbot.waitUntil(lambda: form.box_of(QApplication.focusWidget()) is form.boxes["container"])
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert form.box_of(QApplication.focusWidget()) is form.boxes["issued"]


def test_a_known_journal_brings_its_issn_and_it_can_be_put_back(
    qtbot: QtBot, form: Form, desk: Desk, said: list[Any]
) -> None:
    desk.catalogue.save("publication", {"title": "Một", "container": JOURNAL, "issn": "0866-7462"})
    form.activateWindow()
    form.propose("document_type", "journal_article")
    form.focus_field("container")
    qtbot.waitUntil(lambda: form.box_of(QApplication.focusWidget()) is form.boxes["container"])
    write(form.boxes["container"].editor.main_control(), JOURNAL)
    form.focus_field("issued")
    qtbot.waitUntil(lambda: form.boxes["issn"].editor.value() == "0866-7462")
    assert "ISSN" in said[-1].text
    said[-1].action()
    assert form.boxes["issn"].editor.value() is None


def test_an_issn_that_is_typed_stays(qtbot: QtBot, form: Form, desk: Desk) -> None:
    desk.catalogue.save(
        "publication", {"title": "Một", "container": JOURNAL, "issn": "0866-7462", "language": "vi"}
    )
    form.activateWindow()
    form.propose("issn", "1859-4212")
    form.focus_field("container")
    write(form.boxes["container"].editor.main_control(), JOURNAL)
    form.focus_field("issued")
    qtbot.waitUntil(lambda: form.boxes["language"].editor.value() == "vi")
    assert form.boxes["issn"].editor.value() == "1859-4212"
