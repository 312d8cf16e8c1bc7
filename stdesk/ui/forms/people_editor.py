"""People as chips: typed as one writes them, rank and degree recognised, corrected in a row of fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from stdesk.domain.codes import code_list
from stdesk.domain.fields import Field, Value
from stdesk.domain.people import show_person, split_people
from stdesk.domain.values import MAX_ITEMS, canonical
from stdesk.i18n import count, ntr, tr
from stdesk.ui.forms.chip_dragging import ChipDragging
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.people_line import PeopleLine, read_people
from stdesk.ui.forms.people_list import PeopleList
from stdesk.ui.forms.person_panel import Person, PersonPanel, details_of, missing_of, show_known
from stdesk.ui.forms.proposals import wake_by
from stdesk.ui.forms.text_editors import bare_layout
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import ChipRow
from stdesk.ui.widgets.labels import plain

MOST_CHIPS = 40  # more are folded away behind a button
_UNDERSTOOD = 6  # people told back by name
_LOOKED_AT = 2_000  # characters


class PeopleEditor(FieldEditor):
    """Chips in order, a line to add more, and the details of the one that is open."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self._people: list[Person] = []
        self._loaded: Value = None
        self._open: int | None = None
        self._known: tuple[int, dict[str, Any]] | None = None  # place, what was known of that person
        self._last_read: tuple[str, list[Person]] = ("", [])
        column = bare_layout(self)
        column.setSpacing(6)
        self.chips = ChipRow()
        self.dragging = ChipDragging(self.chips)
        self.more = QPushButton()
        self.more.setProperty("link", True)
        self.more.clicked.connect(self.open_list)
        self.more.hide()
        self.chips.add_tail(self.more)
        self.line = PeopleLine(field, setting.session.desk.suggestions)
        self.line.setPlaceholderText(
            tr("e.g. Đại tá, PGS.TS Nguyễn Văn A") if field.single else tr("Add people, separated by ;")
        )
        self.name_control(self.line)
        wake_by(self.line, setting.session)
        self.take_known = icon_button("clock-counter-clockwise", "", "accent")
        self.take_known.setProperty("link", True)
        self.take_known.clicked.connect(self._take_known)
        self.take_known.hide()
        self.details: PersonPanel | None = None
        self.list: PeopleList | None = None
        for part in (self.chips, self.line, self.take_known):
            column.addWidget(part)
        self._column = column
        self.chips.hide()
        self.line.returnPressed.connect(self._enter)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.person_taken.connect(lambda person: self._add([person]))
        self.line.pasted.connect(self._paste)
        self.chips.opened.connect(lambda key: self.open_person(int(key)))
        self.chips.removed.connect(lambda key: self.drop(int(key)))
        self.chips.moved.connect(lambda key, by: self._move(int(key), by))

    def main_control(self) -> QWidget:
        """The line, or the only chip there can be."""
        if self.line.isHidden() and self._people:
            return self.chips.chip("0") or self.line
        return self.line

    def value(self) -> Value:
        """The people of the chips and those still in the line."""
        people = [*self._people, *self._read(self.line.text())]
        if tuple(people) == tuple(self._loaded or ()):
            return self._loaded
        return canonical(self.field, people[:MAX_ITEMS])

    def set_value(self, value: Value) -> None:
        """Show ``value``, the line empty."""
        self._loaded = value
        self._people = list(value or ())
        self._known = None
        self.line.clear()
        self._close()
        self.close_list()
        self._show()

    def understood(self) -> str:
        """Who is recognised in the line."""
        people = self._read(self.line.text())
        if not people:
            return ""
        told = "; ".join(show_person(one) for one in people[:_UNDERSTOOD])
        if len(people) > _UNDERSTOOD:
            told += f" … ({ntr('{n} person', '{n} people', len(people))})"
        if "others_dropped" in split_people(self.line.text()[:_LOOKED_AT]).doubts:
            told += f" · {tr('“and others” is left out')}"
        return tr("understood as {value}", value=told)

    def problem(self) -> str:
        """That a field for one person holds two, or what is not understood of the open one."""
        n = len(self._people) + len(self._read(self.line.text()))
        if self.field.single and n > 1:
            return tr("Only one person here. Remove the one that does not belong.")
        if n > MAX_ITEMS:
            return tr("Too many people: at most {n}. Keep the list as an attached file.", n=count(MAX_ITEMS))
        return self.details.problem() if self.details is not None else ""

    def typed(self) -> str:
        """What cannot be taken: the line, or cells of the open person."""
        if not self.problem():
            return ""
        in_cells = self.details.typed() if self.details is not None else ""
        return in_cells or self.line.text()

    def set_typed(self, text: str) -> None:
        """Put the line back."""
        self.line.setText(text)
        self.line.show()

    # -- adding and taking away --------------------------------------------------------------

    def drop(self, place: int) -> None:
        """Take a person away."""
        del self._people[place]
        self._known = None
        self._close()
        self._show()
        if not self._people:
            self.line.setFocus()
        self.changed.emit()

    def _add(self, people: Sequence[Person]) -> None:
        if self.field.single and len(self._people) + len(people) > 1:
            self.line.setText("; ".join(show_person(one) for one in people))
            self.changed.emit()
            return
        self._people += people
        self._look_up(len(self._people) - 1)
        self._show()
        (self.line if not self.line.isHidden() else self.main_control()).setFocus()
        self.changed.emit()

    def _paste(self, text: str) -> None:
        """Several people at once become chips at once; one of them joins what is typed."""
        people = read_people(text, self.field)
        if len(people) > 1 and not self.line.text().strip() and not self.field.single:
            self._add(people)
        else:
            self.line.insert("; ".join(part.strip() for part in text.splitlines() if part.strip()))
            self.changed.emit()

    def _read(self, text: str) -> list[Person]:
        if self._last_read[0] != text:  # asked several times at every key
            self._last_read = (text, read_people(text, self.field) if text.strip() else [])
        return self._last_read[1]

    def _enter(self) -> None:
        people = self._read(self.line.text())
        if not people:
            self.focusNextChild()
            return
        if self.field.single and len(self._people) + len(people) > 1:
            return
        self.line.clear()
        self._add(people)

    def _move(self, place: int, by: int) -> None:
        to = min(max(place + by, 0), len(self._people) - 1)
        if to == place:
            return
        self._people.insert(to, self._people.pop(place))
        self._known = None
        self._close()
        self._show()
        chip = self.chips.chip(str(to))
        if self.list is not None:
            self.list.go_to(to)
        elif chip is not None:
            chip.setFocus()
        self.changed.emit()

    # -- what was known of a person ----------------------------------------------------------

    def _look_up(self, place: int) -> None:
        """Remember what the library knows of the person just added and was not typed."""
        person = self._people[place]
        known = self.setting.session.desk.suggestions.known(str(person.get("name", "")))
        missing = missing_of(person, known) if known else {}
        self._known = (place, missing) if missing else None

    def _take_known(self) -> None:
        if self._known is not None:
            place, cells = self._known
            self._people[place] = {**self._people[place], **cells}
            self._known = None
            self._show()
            self.main_control().setFocus()
            self.changed.emit()

    # -- details -----------------------------------------------------------------------------

    def open_person(self, place: int) -> None:
        """Show the details of a person below the chips; the same chip again closes them."""
        was = self._open
        self._close()
        if was == place:
            return
        self._open = place
        self.details = PersonPanel(self.field, self.setting, self._people[place])
        self.details.changed.connect(self._edited)
        self.details.closed.connect(self._done)
        self._column.insertWidget(1, self.details)
        self.details.show()
        self.details.editors["name"].main_control().setFocus()

    def _edited(self) -> None:
        if self.details is not None and self._open is not None:
            self._people[self._open] = self.details.person()
            self._known = None
            self._show()
            self.changed.emit()

    def _done(self) -> None:
        place = self._open
        if self.details is not None and self.details.problem():
            return  # what is not understood is mended first, or it would be lost
        self._close()
        if self.list is not None and place is not None:
            self.list.go_to(place)
        else:
            (self.chips.chip(str(place)) or self.main_control()).setFocus()

    def _close(self) -> None:
        if self.details is not None:
            self._column.removeWidget(self.details)
            self.details.hide()
            self.details.deleteLater()
        self.details, self._open = None, None

    # -- many people -------------------------------------------------------------------------

    def open_list(self) -> None:
        """All people in a list with a search line."""
        if self.list is not None:
            self.close_list()
            return
        self.list = PeopleList()
        self.list.opened.connect(self.open_person)
        self.list.removed.connect(self.drop)
        self.list.moved.connect(self._move)
        self.list.closed.connect(self._list_done)
        self._column.insertWidget(1, self.list)
        self._show()
        self.list.search.setFocus()

    def _list_done(self) -> None:
        self.close_list()
        (self.more if not self.more.isHidden() else self.main_control()).setFocus()

    def close_list(self) -> None:
        """Only the chips again."""
        if self.list is not None:
            self._column.removeWidget(self.list)
            self.list.hide()
            self.list.deleteLater()
            self.list = None

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        first = self._people[:MOST_CHIPS]
        self.chips.set_chips([(str(place), self._chip_text(one)) for place, one in enumerate(first)])
        self.dragging.watch()
        for place, one in enumerate(first):
            chip = self.chips.chip(str(place))
            if chip is not None:
                chip.setToolTip(details_of(one, self.field))
        rest = len(self._people) - len(first)
        self.more.setText(ntr("and {n} more person", "and {n} more people", rest))
        self.more.setVisible(rest > 0)
        self.chips.setVisible(bool(self._people))
        if self.list is not None:
            self.list.show_people([self._chip_text(one) for one in self._people])
        self.line.setVisible(not (self.field.single and self._people) or bool(self.line.text()))
        self.take_known.setVisible(self._known is not None)
        if self._known is not None:
            name, known = self._people[self._known[0]].get("name", ""), show_known(self._known[1])
            self.take_known.setText(plain(tr("{name} last time: {what}. Take it", name=name, what=known)))

    def _chip_text(self, person: Person) -> str:
        role = person.get("role")
        first_role = next(iter(code_list(self.field.codes).codes), "") if self.field.codes else ""
        shown = show_person(person)
        if role and role != first_role:
            shown += f" ({code_list(self.field.codes).label(role)})"
        return shown
