"""Typing with proposals, people in hundreds, codes, dates, money and rows: by keyboard, nothing lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from stdesk.domain.fields import Field, FieldType
from stdesk.i18n import Text
from stdesk.services.desk import Desk
from stdesk.ui.forms.chips_editors import CodesEditor, LinksEditor, TagsEditor
from stdesk.ui.forms.choice_editor import ChoiceEditor
from stdesk.ui.forms.editor import Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.forms.number_editors import DateEditor, MoneyEditor
from stdesk.ui.forms.people_editor import MOST_CHIPS, PeopleEditor
from stdesk.ui.forms.rows_editor import RowsEditor
from stdesk.ui.forms.text_editors import LineEditor
from stdesk.ui.session import Session
from tests.ui.keyboard import write

T = FieldType
Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform and popups


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    """A window with something to tab on to."""
    window = QWidget()
    QVBoxLayout(window)
    window.resize(700, 600)
    qtbot.addWidget(window)
    return window


def show(
    qtbot: QtBot, place: QWidget, session: Session, type_: FieldType, name: str = "probe", **more: Any
) -> Any:
    """An editor of an invented field in a shown window, its control with the focus."""
    kind = more.pop("kind", "publication")
    editor = make_editor(Field(name, type_, Text("Mục thử", "Probe"), "", **more), Setting(session, kind))
    layout = place.layout()
    assert layout is not None
    layout.addWidget(editor)
    with qtbot.waitExposed(place):
        place.show()
    editor.show()
    editor.main_control().setFocus()
    return editor


def known(desk: Desk, *values: dict[str, Any]) -> None:
    for at, one in enumerate(values):
        desk.catalogue.save("publication", {"title": f"Bài {at}", **one})
    desk.suggestions.build()


def compose(control: QWidget, preedit: str, commit: str = "") -> None:
    """What an input method sends while and after a syllable is composed."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(control, event)


def wants_key(control: QWidget, key: Key) -> bool:
    """Whether the control claims ``key`` before the window's shortcuts."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(control, event)
    return event.isAccepted()


# -- a line with proposals


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Tab])
def test_enter_or_tab_takes_the_marked_proposal(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk, key: Key
) -> None:
    known(desk, {"container": "Tạp chí Cảnh sát nhân dân"}, {"container": "Tạp chí Công an nhân dân"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClicks(editor.line, "tap chi cong")
    assert editor.line.proposals == ["Tạp chí Công an nhân dân"]
    qtbot.keyClick(editor.line, Key.Key_Down)
    qtbot.keyClick(editor.line, key)
    assert editor.value() == "Tạp chí Công an nhân dân" and not editor.line.proposals_open
    assert editor.line.hasFocus()


def test_tab_with_proposals_open_goes_on_by_one_field(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"container": "Tạp chí Cảnh sát nhân dân"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    column = place.layout()
    assert column is not None
    following, farther = QLineEdit(), QLineEdit()
    for line in (following, farther):
        column.addWidget(line)
        line.show()
    qtbot.keyClicks(editor.line, "tap chi")
    assert editor.line.proposals_open
    qtbot.keyClick(editor.line, Key.Key_Tab)
    assert following.hasFocus() and editor.value() == "tap chi"


def test_what_was_typed_is_never_replaced_unasked(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"container": "Tạp chí Khoa học"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClicks(editor.line, "tap chi k")
    qtbot.keyClick(editor.line, Key.Key_Return)
    assert editor.value() == "tap chi k" and not editor.line.proposals_open


def test_esc_closes_the_proposals_first_and_loses_nothing(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"container": "Tạp chí Khoa học"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClicks(editor.line, "tap")
    assert editor.line.proposals_open and wants_key(editor.line, Key.Key_Escape)
    qtbot.keyClick(editor.line, Key.Key_Escape)
    assert not editor.line.proposals_open and editor.line.text() == "tap"
    assert not wants_key(editor.line, Key.Key_Escape)  # the next Esc belongs to the page


def test_down_opens_the_usual_values_of_an_empty_line(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"container": "Tạp chí A"}, {"container": "Tạp chí B"}, {"container": "Tạp chí B"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClick(editor.line, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editor.line.proposals == ["Tạp chí B", "Tạp chí A"]
    qtbot.keyClick(editor.line, Key.Key_Down)
    assert editor.line.accessibleDescription() == "Tạp chí B"  # told to a screen reader
    qtbot.keyClick(editor.line, Key.Key_Up)
    qtbot.keyClick(editor.line, Key.Key_Escape)
    assert editor.value() is None


def test_composed_vietnamese_is_proposed_for_and_not_disturbed(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"container": "Điều tra hình sự"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    for preedit in ("d", "đ", "đi", "điê", "điêu", "điều"):
        compose(editor.line, preedit)
        assert editor.line.text() == ""  # nothing is put among what is being composed
        assert editor.line.proposals == ["Điều tra hình sự"]
        assert editor.line.hasFocus()
    compose(editor.line, "", "điều")
    compose(editor.line, "t")
    assert editor.line.text() == "điều"
    compose(editor.line, "", "")
    assert editor.value() == "điều"


def test_proposals_are_read_when_the_line_is_entered_and_come_by_themselves(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    desk.catalogue.save("publication", {"title": "x", "container": "Tạp chí Khoa học"})
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClicks(editor.line, "tap chi")
    qtbot.waitUntil(lambda: editor.line.proposals == ["Tạp chí Khoa học"])
    session.done(desk.catalogue.save("publication", {"title": "y", "container": "Tạp chí Mới"}).changes)
    assert desk.suggestions.stale


def test_leaving_the_line_closes_its_list(qtbot: QtBot, place: QWidget, session: Session, desk: Desk) -> None:
    known(desk, {"container": "Tạp chí Khoa học"})
    other: LineEditor = show(qtbot, place, session, T.TEXT, "place")
    editor: LineEditor = show(qtbot, place, session, T.TEXT, "container")
    qtbot.keyClicks(editor.line, "tap")
    assert editor.line.proposals_open
    other.line.setFocus()
    assert not editor.line.proposals_open


def test_tags_take_a_proposal_as_a_chip(qtbot: QtBot, place: QWidget, session: Session, desk: Desk) -> None:
    known(desk, {"keywords": ("chuyển đổi số",)})
    editor: TagsEditor = show(qtbot, place, session, T.TAGS, "keywords")
    qtbot.keyClicks(editor.line, "chuyen")
    qtbot.keyClick(editor.line, Key.Key_Down)
    qtbot.keyClick(editor.line, Key.Key_Return)
    assert editor.value() == ("chuyển đổi số",) and editor.line.text() == ""
    qtbot.keyClick(editor.line, Key.Key_Backspace)
    chip = editor.chips.chip("chuyển đổi số")
    assert chip is not None and chip.hasFocus()


def test_words_without_a_record_are_said_and_kept(qtbot: QtBot, place: QWidget, session: Session) -> None:
    editor: LinksEditor = show(qtbot, place, session, T.LINKS)
    qtbot.keyClicks(editor.line, "khong co")
    assert editor.problem() and editor.typed() == "khong co" and editor.value() is None


# -- people


def people(n: int) -> tuple[dict[str, str], ...]:
    return tuple({"name": f"Nguyễn Văn {chr(65 + at % 26)}{at}"} for at in range(n))


def test_a_known_person_comes_with_rank_and_unit_and_typed_rank_wins(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    person = {"name": "Nguyễn Văn Đức", "rank": "captain", "degree": "doctor", "unit": "PC09"}
    known(desk, {"contributors": (person,)})
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    write(editor.line, "Lê Hà; Thiếu tá nguyen van du")
    assert editor.line.proposals == ["Nguyễn Văn Đức  ·  Đại úy, TS · PC09"]
    qtbot.keyClick(editor.line, Key.Key_Down)
    qtbot.keyClick(editor.line, Key.Key_Tab)
    assert editor.line.text() == "Lê Hà"  # what was typed before stays
    assert editor.value()[0] == {**person, "rank": "major"}


def test_a_person_typed_whole_is_offered_the_rest_but_nothing_is_filled_in(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"contributors": ({"name": "Lê Hà", "rank": "major", "unit": "PA05"},)})
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    write(editor.line, "Lê Hà")
    qtbot.keyClick(editor.line, Key.Key_Escape)
    qtbot.keyClick(editor.line, Key.Key_Return)
    assert editor.value() == ({"name": "Lê Hà"},)
    assert editor.take_known.text() == "Lê Hà lần trước: Thiếu tá · PA05. Lấy theo"
    qtbot.keyClick(editor.take_known, Key.Key_Space)
    assert editor.value() == ({"name": "Lê Hà", "rank": "major", "unit": "PA05"},)
    assert editor.take_known.isHidden()


def test_many_people_pasted_become_chips_at_once(qtbot: QtBot, place: QWidget, session: Session) -> None:
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    QGuiApplication.clipboard().setText("1. Đại tá Nguyễn Văn A\n2. ThS Trần Thị B; Lê C\n")
    qtbot.keyClick(editor.line, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [one["name"] for one in editor.value()] == ["Nguyễn Văn A", "Trần Thị B", "Lê C"]
    assert editor.value()[0]["rank"] == "colonel" and editor.line.text() == ""


def test_three_hundred_people_fold_and_are_found_in_a_list(
    qtbot: QtBot, place: QWidget, session: Session
) -> None:
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    editor.set_value(people(300))
    assert len(editor.chips.keys) == MOST_CHIPS and editor.more.text() == "và 260 người nữa"
    qtbot.keyClick(editor.more, Key.Key_Space)
    assert editor.list is not None and editor.list.search.hasFocus()
    qtbot.keyClicks(editor.list.search, "nguyen van z285")
    assert editor.list.count.text() == "1 người"
    qtbot.keyClick(editor.list.search, Key.Key_Down)
    qtbot.keyClick(editor.list.list, Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert editor.value()[284]["name"] == "Nguyễn Văn Z285"
    qtbot.keyClick(editor.list.list, Key.Key_Return)
    assert editor.details is not None
    write(editor.details.editors["rank"].line, "dai ta")  # type: ignore[attr-defined]
    qtbot.keyClick(editor.details, Key.Key_Escape)
    assert editor.value()[284] == {"name": "Nguyễn Văn Z285", "rank": "colonel"}
    qtbot.keyClick(editor.list.list, Key.Key_Delete)
    assert len(editor.value()) == 299


def test_a_pasted_list_of_a_thousand_names_is_read_whole(qtbot: QtBot, session: Session) -> None:
    from stdesk.ui.forms.people_line import read_people

    field = Field("probe", T.PEOPLE, Text("Mục", "Probe"), "", codes="contributor_role")
    names = [f"Nguyễn Hoàng Phương {chr(65 + at % 26)}{chr(97 + at // 26 % 26)}" for at in range(1000)]
    assert [one["name"] for one in read_people("\n".join(names), field)] == names


def test_chips_are_moved_with_the_mouse(qtbot: QtBot, place: QWidget, session: Session) -> None:
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    editor.set_value(({"name": "Một Một"}, {"name": "Hai Hai"}, {"name": "Ba Ba"}))
    QApplication.processEvents()
    first, last = editor.chips.chip("0"), editor.chips.chip("2")
    assert first is not None and last is not None
    target = first.mapFromGlobal(last.mapToGlobal(QPoint(last.width() - 2, 8)))
    for kind, at, button in (
        (QEvent.Type.MouseButtonPress, QPoint(5, 8), Qt.MouseButton.LeftButton),
        (QEvent.Type.MouseMove, QPoint(40, 8), Qt.MouseButton.NoButton),
        (QEvent.Type.MouseMove, target, Qt.MouseButton.NoButton),
        (QEvent.Type.MouseButtonRelease, target, Qt.MouseButton.LeftButton),
    ):
        where = QPointF(first.mapToGlobal(at))
        event = QMouseEvent(
            kind, QPointF(at), where, button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(first, event)
    assert [one["name"] for one in editor.value()] == ["Hai Hai", "Ba Ba", "Một Một"]
    assert editor.details is None  # dragged, not opened


def test_esc_closes_the_details_and_others_left_out_are_told(
    qtbot: QtBot, place: QWidget, session: Session
) -> None:
    editor: PeopleEditor = show(qtbot, place, session, T.PEOPLE, codes="contributor_role")
    write(editor.line, "TS Nguyễn Văn A và cs")
    assert editor.understood() == "hiểu là TS Nguyễn Văn A · bỏ “và cộng sự”"
    qtbot.keyClick(editor.line, Key.Key_Return)
    editor.open_person(0)
    assert editor.details is not None
    assert wants_key(editor.details.editors["rank"].main_control(), Key.Key_Escape)
    write(editor.details.editors["rank"].line, "không phải cấp bậc")  # type: ignore[attr-defined]
    assert editor.problem() and "không phải cấp bậc" in editor.typed()
    qtbot.keyClick(editor.details, Key.Key_Escape)
    assert editor.details is not None  # what is not understood would be lost


# -- codes and choices


def test_codes_are_browsed_by_keyboard_with_their_path(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"field_codes": ("QD12/2008:10103",)})
    editor: CodesEditor = show(qtbot, place, session, T.CLASS, "field_codes", codes="field_of_research")
    editor.browse()
    picker = editor.picker
    assert picker is not None
    group = picker.tree.topLevelItem(0)
    assert (
        group is not None and group.text(0) == "Dùng gần đây" and group.child(0).text(0).startswith("10103")
    )
    qtbot.keyClicks(picker.search, "hoa huu co")
    assert "Khoa học tự nhiên › Hoá học › Hoá hữu cơ" in picker.path.text()
    qtbot.keyClick(picker.search, Key.Key_Down)
    qtbot.keyClick(picker.tree, Key.Key_Return)
    assert editor.value() == ("QD12/2008:10401",)
    qtbot.keyClick(picker.tree, Key.Key_Return)
    assert editor.value() is None
    picker.close()


def test_a_code_used_lately_and_its_twin_in_the_tree_are_one(
    qtbot: QtBot, place: QWidget, session: Session, desk: Desk
) -> None:
    known(desk, {"field_codes": ("QD12/2008:10103",)})
    editor: CodesEditor = show(qtbot, place, session, T.CLASS, "field_codes", codes="field_of_research")
    editor.browse()
    assert editor.picker is not None
    recent, twin = editor.picker._items["10103"]
    recent.setCheckState(0, Qt.CheckState.Checked)
    assert twin.checkState(0) is Qt.CheckState.Checked and editor.value() == ("QD12/2008:10103",)
    editor.picker.close()


def test_a_choice_opens_with_alt_down(qtbot: QtBot, place: QWidget, session: Session) -> None:
    editor: ChoiceEditor = show(qtbot, place, session, T.CHOICE, codes="degree")
    qtbot.keyClick(editor.combo, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editor.combo.view().isVisible()
    editor.combo.hidePopup()


# -- dates and money


@pytest.mark.parametrize(
    ("typed", "value", "told"),
    [
        ("hôm nay", "2026-11-02", "hiểu là 02/11/2026"),
        ("hom qua", "2026-11-01", "hiểu là 01/11/2026"),
        ("15/11", "2026-11-15", "hiểu là 15/11/2026 · lấy năm nay"),
        ("tháng 3", "2026-03", "hiểu là 03/2026 · lấy năm nay"),
        ("quý 2/2025", "2025", "hiểu là 2025 · quý, nửa năm chỉ giữ được năm"),
        ("tháng 3 2025", "2025-03", "hiểu là 03/2025"),
        ("năm ngoái", "2025", "hiểu là 2025"),
    ],
)
def test_dates_are_typed_as_one_speaks(
    qtbot: QtBot, place: QWidget, session: Session, typed: str, value: str, told: str
) -> None:
    editor: DateEditor = show(qtbot, place, session, T.DATE)
    write(editor.line, typed)
    assert (editor.value(), editor.understood()) == (value, told)


@pytest.mark.parametrize("typed", ["31/02", "31/2/2025", "0225", "15/13", "0/0"])
def test_dates_that_do_not_exist_stay_as_typed(
    qtbot: QtBot, place: QWidget, session: Session, typed: str
) -> None:
    editor: DateEditor = show(qtbot, place, session, T.DATE)
    write(editor.line, typed)
    assert editor.value() is None and editor.typed() == typed and editor.problem()


def test_the_calendar_opens_at_the_date_and_enter_picks(
    qtbot: QtBot, place: QWidget, session: Session
) -> None:
    editor: DateEditor = show(qtbot, place, session, T.DATE)
    editor.set_value("2025-03")
    qtbot.keyClick(editor.line, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editor.calendar is not None
    day = editor.calendar.calendar.selectedDate()
    assert date(day.year(), day.month(), day.day()) == date(2025, 3, 1)
    view = editor.calendar._view
    assert view is not None
    qtbot.keyClick(view, Key.Key_Right)
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClick(view, Key.Key_Return)
    assert editor.value() == "2025-03-02" and editor.line.text() == "02/03/2025"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("350tr", 350_000_000), ("1,2 tỷ", 1_200_000_000), ("1.200.000", 1_200_000), ("1tr5", 1_500_000)],
)
def test_money_is_typed_as_one_speaks(
    qtbot: QtBot, place: QWidget, session: Session, typed: str, value: int
) -> None:
    editor: MoneyEditor = show(qtbot, place, session, T.MONEY)
    write(editor.line, typed)
    assert editor.value() == value and not editor.problem()


# -- rows


@pytest.fixture
def rows(qtbot: QtBot, place: QWidget, session: Session, desk: Desk) -> RowsEditor:
    field = desk.kinds["research_task"].field("funding")
    editor = make_editor(field, Setting(session, "research_task"))
    assert isinstance(editor, RowsEditor)
    layout = place.layout()
    assert layout is not None
    layout.addWidget(editor)
    with qtbot.waitExposed(place):
        place.show()
    return editor


def test_a_table_is_filled_with_enter_alone(qtbot: QtBot, rows: RowsEditor) -> None:
    qtbot.keyClick(rows.add_button, Key.Key_Space)
    typed = {"source": "ngân sách nhà nước", "year": "2026", "approved": "350 triệu", "spent": "1,5tr"}
    for name, text in typed.items():
        control = QApplication.focusWidget()
        assert control is rows._rows[0][name].main_control()
        write(control.lineEdit() if isinstance(control, QComboBox) else control, text)
        qtbot.keyClick(control, Key.Key_Return)
    item = {"source": "state_budget", "year": 2026, "approved": 350_000_000, "spent": 1_500_000}
    assert len(rows._rows) == 2 and rows.value() == (item,)
    qtbot.keyClick(rows._rows[1]["source"].main_control(), Key.Key_Return)
    assert len(rows._rows) == 1  # from the first cell of an empty row one goes on


def test_rows_are_removed_and_walked_by_keyboard(qtbot: QtBot, rows: RowsEditor) -> None:
    rows.set_value(({"approved": 1_000_000}, {"approved": 2_000_000}))
    control = Qt.KeyboardModifier.ControlModifier
    first = rows._rows[0]["approved"].main_control()
    first.setFocus()
    qtbot.keyClick(first, Key.Key_Down, control)
    second = rows._rows[1]["approved"].main_control()
    assert second.hasFocus()
    qtbot.keyClick(second, Key.Key_Delete, control)
    assert rows.value() == ({"approved": 1_000_000},)


def test_a_block_from_excel_is_pasted_over_the_cells(qtbot: QtBot, rows: RowsEditor) -> None:
    rows.set_value(({"source": "state_budget", "approved": 1},))
    QGuiApplication.clipboard().setText("2025\t350 triệu\t\r\n2026\tkhông rõ\t1.200.000\r\n")
    first = rows._rows[0]["year"].main_control()
    first.setFocus()
    qtbot.keyClick(first, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    item = {"source": "state_budget", "year": 2025, "approved": 350_000_000}
    assert rows.value() == (item, {"year": 2026, "spent": 1_200_000})
    assert rows.problem().startswith("Dòng 2, Được duyệt") and "không rõ" in rows.typed()
