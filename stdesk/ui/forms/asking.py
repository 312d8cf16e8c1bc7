"""What a form asks for: the fields its sort of document has, and what goes along with what was typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QPushButton

from stdesk.domain.fields import Value
from stdesk.i18n import ntr, tr
from stdesk.ui.forms.editor import FieldBox
from stdesk.ui.session import Message

if TYPE_CHECKING:
    from stdesk.ui.forms.form import Form


class Asking(QObject):
    """Hides the fields that this sort of record does not have, as long as they are empty.

    A field that holds something, that a finding speaks of or that one was led to is always shown;
    the button at the end of the form shows all of them.
    """

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form
        self._anyway: set[str] = set()
        self._all = False
        self.button = QPushButton()
        self.button.setProperty("quiet", True)
        self.button.clicked.connect(self.show_all)
        self.button.hide()
        form.column.set_foot(self.button)

    def begin(self) -> None:
        """Another record stands in the form."""
        self._anyway.clear()
        self._all = False

    def show_all(self) -> None:
        """Every field of the kind, whatever the sort; the first one that comes gets the cursor."""
        hidden = [name for name, box in self._form.boxes.items() if self._form.column.is_hidden(box)]
        self._all = True
        self.apply()
        if hidden:
            self._form.focus_field(hidden[0])

    def need(self, *names: str) -> None:
        """Show these fields whatever the sort."""
        if not self._anyway.issuperset(names):
            self._anyway.update(names)
            self.apply()

    def apply(self) -> None:
        """Show and hide by what stands in the form now."""
        form = self._form
        if not form.ready or not form.kind.sorted_by:
            return
        sort = str(form.boxes[form.kind.sorted_by].editor.value() or "")
        hidden = {name for name, box in form.boxes.items() if not self._asked(name, box, sort)}
        form.column.hide_fields(hidden)
        self.button.setVisible(bool(hidden))
        self.button.setText(
            ntr(
                "Show {n} field that is not usual here",
                "Show {n} fields that are not usual here",
                len(hidden),
            )
        )

    def _asked(self, name: str, box: FieldBox, sort: str) -> bool:
        field = box.editor.field
        if self._all or name in self._anyway or not field.asked_for or self._form.kind.asks(field, sort):
            return True
        at = QApplication.focusWidget()
        inside = at is not None and box.isAncestorOf(at)
        return inside or box.editor.value() is not None or bool(box.editor.typed() or box.findings)


class Following(QObject):
    """In a new record: a journal that was entered before brings its ISSN along."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form
        self._known: dict[str, Value] = {}
        self._asked = 0

    def begin(self) -> None:
        """Another record stands in the form."""
        self._known.clear()
        self.stop()

    def stop(self) -> None:
        """Answers that are still to come are no longer wanted."""
        self._asked += 1

    def left(self, box: FieldBox) -> None:
        """A field was left: what follows it is looked up, when it says something else than before."""
        form, name = self._form, box.editor.field.name
        followers = form.kind.followers(name)
        if form.record is not None or not followers:
            return
        value = box.editor.value()
        if value is None or self._known.get(name) == value:
            return
        self._known[name] = value
        self._asked += 1
        work = partial(_look, form.session.desk.followers, form.kind.name, name, value)
        form.session.run(self, work, partial(self._fill, self._asked), beside=True)

    def _fill(self, asked: int, answer: tuple[str, Value, dict[str, Value]]) -> None:
        name, value, found = answer
        form = self._form
        if asked != self._asked or form.record is not None or form.boxes[name].editor.value() != value:
            return
        at = form.box_of(QApplication.focusWidget())
        filled = []
        for follower, proposed in found.items():
            box = form.boxes[follower]
            if box is not at and box.editor.value() is None and not box.editor.typed():
                form.propose(follower, proposed)
                filled.append(follower)
        if filled:
            labels = ", ".join(str(form.kind.field(one).label) for one in filled)
            said = tr("Taken from the last record with the same text: {fields}", fields=labels)
            back = partial(self._put_back, tuple(filled))
            form.session.said.emit(Message(said, action_label=tr("Put back"), action=back))

    def _put_back(self, names: tuple[str, ...]) -> None:
        if self._form.record is None:
            for name in names:
                self._form.propose(name, None)


def _look(
    followers: Any, kind: str, name: str, value: Value, _progress: Any
) -> tuple[str, Value, dict[str, Value]]:
    return name, value, followers.of(kind, name, value)
