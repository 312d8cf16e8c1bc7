"""Editors and forms: typed freely, understood aloud, nothing typed ever lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from stdesk.domain.fields import Field, FieldType
from stdesk.domain.kinds import Kind
from stdesk.i18n import Text
from stdesk.services.desk import Desk
from stdesk.ui.forms.chips_editors import CodesEditor, LinksEditor, TagsEditor
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import FieldBox, FieldEditor, Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.forms.files_editor import FilesEditor, show_size
from stdesk.ui.forms.form import Form, Typed
from stdesk.ui.forms.people_editor import PeopleEditor
from stdesk.ui.forms.rows_editor import RowsEditor
from stdesk.ui.session import Session
from stdesk.ui.widgets.finding_line import FindingLine
from tests.ui.keyboard import write

T = FieldType
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups


def _editor(qtbot: QtBot, session: Session, type_: FieldType, **more: Any) -> Any:
    field = Field("probe", type_, Text("Mục thử", "Probe"), "", **more)
    editor = make_editor(field, Setting(session, "publication"))
    qtbot.addWidget(editor)
    return editor


def _every_field(desk: Desk) -> list[tuple[Kind, Field]]:
    return [(kind, field) for kind in desk.kinds for field in kind.shown]


VALUES: dict[FieldType, Any] = {
    T.TEXT: "Tạp chí Công an nhân dân",
    T.LONG_TEXT: "Dòng một\nDòng hai",
    T.INTEGER: 2025,
    T.NUMBER: 12.5,
    T.MONEY: 350_000_000,
    T.DATE: "2025-03",
    T.TAGS: ("dữ liệu lớn", "Đề án 06"),
    T.LINKS: ("0192-none",),
    T.PEOPLE: ({"name": "Nguyễn Văn A", "rank": "colonel", "degree": "doctor"},),
    T.FILES: ({"name": "bài.pdf", "file": "ab", "size": 1200, "media_type": "application/pdf"},),
}


def _value_of(field: Field) -> Any:
    from stdesk.domain.codes import code_list

    if field.type is T.CHOICE:
        return list(code_list(field.codes).codes)[-1]
    if field.type is T.CHOICES:
        return tuple(list(code_list(field.codes).codes)[:2])
    if field.type is T.CLASS:
        listed = code_list(field.codes)
        return (f"{listed.scheme}:{next(iter(listed.codes))}", "CŨ1999:7")
    if field.type is T.ROWS:
        return tuple({c.name: _value_of(c) for c in field.columns} for _ in range(2))
    return VALUES[field.type]


def test_every_editor_gives_back_what_it_was_given_and_none_for_none(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    for kind, field in _every_field(desk):
        editor = make_editor(field, Setting(session, kind.name), title=field.name == kind.title)
        qtbot.addWidget(editor)
        value = _value_of(field)
        assert editor.value() is None
        for given in (value, None, value, None):  # an empty record after a full one shows nothing of it
            editor.set_value(given)
            assert editor.value() == given, field.name
            assert not editor.problem(), field.name


@pytest.mark.parametrize(
    ("typed", "value", "understood"),
    [
        ("tháng 3/2025", "2025-03", "hiểu là 03/2025"),
        ("4-3-2026", "2026-03-04", "hiểu là 04/03/2026"),
        ("2025", "2025", ""),
        ("", None, ""),
    ],
)
def test_a_date_is_typed_freely_and_told_back(
    qtbot: QtBot, session: Session, typed: str, value: str | None, understood: str
) -> None:
    editor = _editor(qtbot, session, T.DATE)
    write(editor.line, typed)
    assert (editor.value(), editor.understood(), editor.problem()) == (value, understood, "")


@pytest.mark.parametrize("typed", ["31/02/2025", "hôm nào đó", "99"])
def test_a_date_that_is_none_stays_as_typed(qtbot: QtBot, session: Session, typed: str) -> None:
    editor = _editor(qtbot, session, T.DATE)
    write(editor.line, typed)
    assert editor.value() is None and editor.problem() and editor.typed() == typed


@pytest.mark.parametrize(
    ("typed", "value", "understood"),
    [
        ("350 triệu", 350_000_000, "hiểu là 350.000.000 đồng"),
        ("1,2 tỷ", 1_200_000_000, "hiểu là 1.200.000.000 đồng"),
        ("1.234.567", 1_234_567, ""),
        ("350", 350, "hiểu là 350 đồng · số rất nhỏ: có phải tính bằng triệu?"),
    ],
)
def test_money_is_typed_freely_and_told_back(
    qtbot: QtBot, session: Session, typed: str, value: int, understood: str
) -> None:
    editor = _editor(qtbot, session, T.MONEY)
    write(editor.line, typed)
    assert (editor.value(), editor.understood()) == (value, understood)


def test_a_note_under_the_field_says_how_it_is_understood_or_why_not(qtbot: QtBot, session: Session) -> None:
    editor = _editor(qtbot, session, T.MONEY)
    box = FieldBox(editor)
    qtbot.addWidget(box)
    write(editor.line, "2 tỷ")
    assert not box.note.isHidden() and box.note.text() == "hiểu là 2.000.000.000 đồng"
    write(editor.line, " gì đó")
    assert box.note.property("role") == "problem" and "350 triệu" in box.note.text()
    editor.line.clear()
    editor.changed.emit()
    assert box.note.isHidden()


@pytest.mark.parametrize(("typed", "code"), [("tien si", "doctor"), ("Thạc sĩ", "master"), ("ThS", "master")])
def test_a_choice_is_typed_with_or_without_accents(
    qtbot: QtBot, session: Session, typed: str, code: str
) -> None:
    editor = _editor(qtbot, session, T.CHOICE, codes="degree")
    write(editor.line, typed)
    assert editor.value() == code and not editor.problem()
    editor.line.editingFinished.emit()
    assert editor.line.text() == {"doctor": "Tiến sĩ", "master": "Thạc sĩ"}[code]


def test_a_choice_outside_the_list_stays_as_typed(qtbot: QtBot, session: Session) -> None:
    editor = _editor(qtbot, session, T.CHOICE, codes="degree")
    write(editor.line, "Nhà thông thái")
    editor.line.editingFinished.emit()
    assert editor.value() is None and editor.typed() == "Nhà thông thái" and "danh mục" in editor.problem()


def test_people_are_recognised_while_typed_and_taken_even_without_enter(
    qtbot: QtBot, session: Session
) -> None:
    editor: PeopleEditor = _editor(qtbot, session, T.PEOPLE, codes="contributor_role")
    write(editor.line, "Đại tá, PGS.TS Nguyễn Văn A; Trần Thị B")
    assert editor.understood() == "hiểu là Đại tá, PGS.TS Nguyễn Văn A; Trần Thị B"
    people = editor.value()
    assert [one["name"] for one in people] == ["Nguyễn Văn A", "Trần Thị B"]
    assert people[0]["degree"] == "doctor" and people[0]["academic_title"] == "associate_professor"
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.line.text() == "" and len(editor.chips.keys) == 2 and editor.value() == people


def test_people_are_moved_corrected_and_removed_by_keyboard(qtbot: QtBot, session: Session) -> None:
    editor: PeopleEditor = _editor(qtbot, session, T.PEOPLE, codes="contributor_role")
    editor.set_value(({"name": "Nguyễn Văn A"}, {"name": "Trần Thị B"}))
    second = editor.chips.chip("1")
    assert second is not None
    qtbot.keyClick(second, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert [one["name"] for one in editor.value()] == ["Trần Thị B", "Nguyễn Văn A"]
    first = editor.chips.chip("0")
    assert first is not None
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert editor.details is not None
    rank = editor.details.editors["rank"]
    assert isinstance(rank, ChoiceEditor)
    write(rank.line, "dai ta")
    assert editor.value()[0] == {"name": "Trần Thị B", "rank": "colonel"}
    last = editor.chips.chip("1")
    assert last is not None
    qtbot.keyClick(last, Qt.Key.Key_Delete)
    assert [one["name"] for one in editor.value()] == ["Trần Thị B"]


def test_a_field_for_one_person_refuses_two_without_losing_the_text(qtbot: QtBot, session: Session) -> None:
    editor: PeopleEditor = _editor(qtbot, session, T.PEOPLE, codes="team_role", single=True)
    write(editor.line, "Nguyễn Văn A; Trần Thị B")
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.problem() and editor.typed() == "Nguyễn Văn A; Trần Thị B"


def test_tags_are_added_by_enter_or_comma_and_the_rest_counts(qtbot: QtBot, session: Session) -> None:
    editor: TagsEditor = _editor(qtbot, session, T.TAGS)
    write(editor.line, "dữ liệu lớn")
    qtbot.keyClick(editor.line, Qt.Key.Key_Comma)
    write(editor.line, "AI")
    assert editor.chips.keys == ["dữ liệu lớn"] and editor.value() == ("dữ liệu lớn", "AI")


def test_codes_are_ticked_in_a_tree_and_classes_keep_their_scheme(qtbot: QtBot, session: Session) -> None:
    editor: CodesEditor = _editor(qtbot, session, T.CLASS, codes="field_of_research")
    editor.set_value(("CŨ1999:7",))
    editor.show()
    editor.browse()
    assert editor.picker is not None
    editor.picker.search.setText("toi pham hoc")
    qtbot.keyClick(editor.picker.search, Qt.Key.Key_Return)
    value = editor.value()
    assert value[0] == "CŨ1999:7" and len(value) == 2 and value[1].split(":")[0] == editor.codes.scheme
    editor.picker.close()


def test_rows_name_the_cell_that_is_not_understood(qtbot: QtBot, session: Session, desk: Desk) -> None:
    field = desk.kinds["research_task"].field("funding")
    editor = make_editor(field, Setting(session, "research_task"))
    assert isinstance(editor, RowsEditor)
    qtbot.addWidget(editor)
    editor.set_value(({"source": "state_budget", "approved": 200_000_000},))
    editor.add_row()
    assert editor.value() == ({"source": "state_budget", "approved": 200_000_000},)  # an empty row is nothing
    cell = editor._rows[1]["approved"]
    write(cell.main_control(), "nhiều lắm")
    assert editor.problem().startswith("Dòng 2, Được duyệt (đồng)") and "nhiều lắm" in editor.typed()


def test_a_link_shows_the_title_and_opens_its_record(qtbot: QtBot, session: Session, desk: Desk) -> None:
    task = desk.catalogue.save("research_task", {"title": "Đề tài giám định"}).record
    editor: LinksEditor = _editor(qtbot, session, T.LINKS)
    editor.set_value((task.id, "không-có"))
    qtbot.waitUntil(lambda: editor.text_of(task.id) == "Đề tài giám định")
    assert editor.text_of("không-có") == "(không còn)"
    with qtbot.waitSignal(session.record_wanted) as wanted:
        editor.chips.opened.emit(task.id)
    assert wanted.args == ["research_task", task.id, ""]


def test_a_link_is_found_by_words_without_accents(qtbot: QtBot, session: Session, desk: Desk) -> None:
    task = desk.catalogue.save("research_task", {"title": "Nghiên cứu kỹ thuật hình sự"}).record
    editor: LinksEditor = _editor(qtbot, session, T.LINKS)
    editor.show()
    editor.line.setFocus()
    write(editor.line, "ky thuat hinh")
    qtbot.waitUntil(lambda: bool(editor.line.proposals))
    qtbot.keyClick(editor.line, Qt.Key.Key_Down)
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.value() == (task.id,) and editor.line.text() == ""


def test_files_are_copied_in_listed_and_opened_as_copies(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    source = tmp_path / "Báo cáo (đã ký).pdf"
    source.write_bytes(b"%PDF-1.7 noi dung")
    editor: FilesEditor = _editor(qtbot, session, T.FILES)
    editor.ask = lambda _parent: [source]
    with qtbot.waitSignal(editor.changed):
        qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    assert [item["name"] for item in editor.value()] == ["Báo cáo (đã ký).pdf"]
    assert source.exists()
    shown: list[Path] = []
    editor.show_file = lambda path: bool(shown.append(path)) or True
    editor._open(editor.value()[0])
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0].name == source.name and shown[0].read_bytes() == source.read_bytes()
    assert not shown[0].is_relative_to(session.desk.folder)


def test_a_missing_file_is_said_and_nothing_is_listed(
    qtbot: QtBot, session: Session, said: list[Any], tmp_path: Path
) -> None:
    editor: FilesEditor = _editor(qtbot, session, T.FILES)
    editor.add_paths([tmp_path / "không có.pdf"])
    qtbot.waitUntil(lambda: len(said) == 1)
    assert "không có.pdf" in said[0].text and editor.value() is None


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1200, "1,2 KB"), (25_000_000, "25 MB")]
)
def test_sizes_read_as_people_write_them(size: int, text: str) -> None:
    assert show_size(size) == text


def _form(qtbot: QtBot, session: Session, kind: str = "publication") -> Form:
    form = Form(session.desk.kinds[kind], session)
    qtbot.addWidget(form)
    form.load(None)
    return form


def test_a_loaded_record_is_not_dirty_and_a_change_taken_back_neither(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    values = {f.name: _value_of(f) for f in desk.kinds["publication"].shown}
    record = desk.catalogue.save("publication", values).record
    form = _form(qtbot, session)
    form.load(record)
    assert not form.dirty and form.changes() == {}
    line = form.boxes["department"].editor.main_control()
    assert isinstance(line, QLineEdit)
    was = line.text()
    write(line, " X")
    assert list(form.changes()) == ["department"]
    line.setText(was)
    assert not form.dirty


def test_hostile_text_is_taken_cleaned_and_never_breaks_the_form(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    form = _form(qtbot, session)
    title = form.boxes["title"].editor
    title.set_typed("<b>Đề</b> \u202etài\u0000 😀 " + "dài " * 2500)
    form.check()
    saved = desk.catalogue.save("publication", {k: v for k, v in form.changes().items()})
    assert saved.record.get("title").startswith("<b>Đề</b> tài 😀 dài")
    assert all(lbl.textFormat() == Qt.TextFormat.PlainText for lbl in form.findChildren(QLabel) if lbl.text())


def test_text_too_long_is_a_problem_not_a_crash(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    form.boxes["abstract"].editor.set_typed("x" * 100_001)
    assert form.problems()["abstract"].startswith("Dài quá: nhiều nhất 100.000")
    assert "abstract" not in form.changes() and form.dirty


def test_findings_stand_under_their_field_after_leaving_it(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    with qtbot.waitExposed(form):
        form.show()
    form.focus_field("issn")
    line = form.boxes["issn"].editor.main_control()
    write(line, "1859-4568")
    form.focus_field("isbn")
    qtbot.waitUntil(lambda: bool(form.boxes["issn"].findings))
    lines = form.boxes["issn"].area.findChildren(FindingLine)
    assert lines and "ISSN" in lines[0].accessibleName()
    assert form.changes()["issn"] == "1859-4568"  # a finding never blocks


def test_an_empty_new_form_is_not_scolded(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    with qtbot.waitSignal(form.checked) as checked:
        form.check()
    assert checked.args == [0]


def test_what_was_typed_comes_back_over_the_record(qtbot: QtBot, session: Session, desk: Desk) -> None:
    record = desk.catalogue.save("publication", {"title": "Cũ", "department": "PC01"}).record
    form = _form(qtbot, session)
    form.load(record)
    form.put(Typed({"title": "Mới"}, {"issued": "ngày nào"}))
    assert form.changes() == {"title": "Mới"} and "issued" in form.problems()
    assert form.boxes["department"].editor.value() == "PC01"


def test_every_control_of_every_form_has_a_name_and_a_label(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    for kind in desk.kinds:
        form = _form(qtbot, session, kind.name)
        for box in form.boxes.values():
            control = box.editor.main_control()
            assert control.accessibleName(), (kind.name, box.editor.field.name)
            assert box.label.buddy() is control
        unnamed = [
            type(w).__name__
            for w in form.findChildren(QWidget)
            if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(form) and not w.accessibleName()
            and not isinstance(w, FieldEditor)
        ]  # fmt: skip
        assert not unnamed, kind.name


def test_tab_goes_through_the_form_in_reading_order(qtbot: QtBot, session: Session, desk: Desk) -> None:
    form = _form(qtbot, session)
    with qtbot.waitExposed(form):
        form.show()
    names: list[str] = []
    form.focus_field("")
    for _ in range(60):
        box = form.box_of(form.window().focusWidget())
        if box is not None and box.editor.field.name not in names:
            names.append(box.editor.field.name)
        form.window().focusNextPrevChild(True)
    assert names == [field.name for field in desk.kinds["publication"].shown]


def test_the_wheel_over_a_choice_changes_nothing(qtbot: QtBot, session: Session) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    editor: ChoiceEditor = _editor(qtbot, session, T.CHOICE, codes="degree")
    editor.show()
    editor.combo.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(editor.combo, wheel)
    assert editor.value() is None


# -- made in pieces, walked by keyboard, helped ---------------------------------------------------


def test_a_form_is_made_a_few_fields_at_a_time_and_says_when_it_is_ready(
    qtbot: QtBot, session: Session
) -> None:
    form = Form(session.desk.kinds["publication"], session)
    qtbot.addWidget(form)
    ready: list[bool] = []
    assert not form.ready and not form.dirty
    form.when_ready(lambda: ready.append(form.ready))
    assert ready == []  # not at once: the window goes on meanwhile
    qtbot.waitUntil(lambda: ready == [True])
    assert list(form.boxes) == [field.name for field in session.desk.kinds["publication"].shown]
    form.when_ready(lambda: ready.append(form.ready))
    assert ready == [True, True]


def test_whoever_needs_the_fields_sooner_has_them(qtbot: QtBot, session: Session) -> None:
    form = Form(session.desk.kinds["publication"], session)
    qtbot.addWidget(form)
    done: list[str] = []
    form.when_ready(lambda: done.append("waited"))
    assert "title" in form.boxes and done == ["waited"]


def test_enter_goes_on_and_shift_enter_back_from_every_field(
    qtbot: QtBot, session: Session, desk: Desk
) -> None:
    form = _form(qtbot, session)
    with qtbot.waitExposed(form):
        form.show()
    shift = Qt.KeyboardModifier.ShiftModifier
    names = [field.name for field in desk.kinds["publication"].shown]
    for name in names[:-1]:
        form.focus_field(name)
        inside = form.window().focusWidget()
        qtbot.keyClick(inside, Qt.Key.Key_Return)
        box = form.box_of(form.window().focusWidget())
        if desk.kinds["publication"].field(name).type is T.LONG_TEXT:
            assert box is form.boxes[name], name  # there Enter begins a new line
        else:
            assert box is not None, name
            assert box.editor.field.name == names[names.index(name) + 1], name
    for name in names[1:]:
        form.focus_field(name)
        before = form.window().focusWidget()
        qtbot.keyClick(before, Qt.Key.Key_Return, shift)
        assert form.window().focusWidget() is not before, name
        box = form.box_of(form.window().focusWidget())
        assert box is not None, name
        assert names.index(box.editor.field.name) <= names.index(name)


def test_alt_and_a_number_go_to_a_section_and_the_bar_shows_it(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    form.resize(600, 400)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    form.focus_field("")
    qtbot.keyClick(form.window().focusWidget(), Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: form.box_of(form.window().focusWidget()) is form.boxes["field_codes"])
    assert form.boxes["field_codes"].editor.field.section == form.kind.sections[2].name
    assert [button.isChecked() for button in form.bar.buttons].index(True) == 2
    assert form.bar.buttons[2].accessibleName() == str(form.kind.sections[2].label)
    form.focus_field("")
    assert form.bar.buttons[0].isChecked()


def test_every_field_of_every_kind_has_help(qtbot: QtBot, session: Session, desk: Desk) -> None:
    from stdesk.ui.forms.help_texts import help_of

    for kind in desk.kinds:
        for field in kind.shown:
            text = help_of(kind, field)
            assert len(text) > 15 and "{" not in text, (kind.name, field.name)
            if str(field.help):
                assert text.startswith(str(field.help))


def test_help_names_the_articles_of_the_rules_about_the_field(desk: Desk) -> None:
    from stdesk.domain.rules.catalogue import rules_for
    from stdesk.domain.rules.core import rule_texts
    from stdesk.ui.forms.help_texts import help_of

    kind = desk.kinds["publication"]
    about = [rule for rule in rules_for(kind.name) if "issn" in rule.fields]
    assert about
    text = help_of(kind, kind.field("issn"))
    for rule in about:
        assert str(rule_texts()[rule.id].get("article", "")) in text


def test_findings_of_a_narrow_field_run_below_the_whole_line(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    form.resize(640, 600)
    with qtbot.waitExposed(form):
        form.show()
    box = form.boxes["issn"]
    before = box.editor.main_control().mapTo(form.widget(), box.editor.main_control().rect().topLeft()).x()
    write(box.editor.main_control(), "1859-4568")
    form.check()
    qtbot.waitUntil(lambda: bool(box.findings) and box.area.isVisible())
    assert box.area.width() > box.width() * 1.5
    after = box.editor.main_control().mapTo(form.widget(), box.editor.main_control().rect().topLeft()).x()
    assert after == before
    line = box.area.findChildren(FindingLine)[0]
    assert str(box.editor.field.label) in line.message.text()


def test_lines_of_findings_are_used_again(qtbot: QtBot, session: Session) -> None:
    form = _form(qtbot, session)
    box = form.boxes["issn"]
    write(box.editor.main_control(), "1859-4568")
    with qtbot.waitSignal(form.checked):
        form.check()
    (line,) = box.area.findChildren(FindingLine)
    write(box.editor.main_control(), "9")
    with qtbot.waitSignal(form.checked):
        form.check()
    assert box.area.findChildren(FindingLine)[0] is line


def test_what_is_proposed_counts_as_typed(qtbot: QtBot, session: Session, desk: Desk) -> None:
    record = desk.catalogue.save("publication", {"title": "A"}).record
    form = _form(qtbot, session)
    form.load(record)
    with qtbot.waitSignal(form.edited):
        form.propose("department", "PX05")
    assert form.changes() == {"department": "PX05"}
    form.load(record)
    assert form.boxes["department"].editor.value() is None and not form.dirty
