"""The same as in the record saved last: one key for a field, one for the rest of a section."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QToolButton

from stdesk.domain.fields import FieldType, Value
from stdesk.i18n import ntr, tr
from stdesk.services.catalogue import Catalogue, ListQuery
from stdesk.ui.forms.editor import FieldBox
from stdesk.ui.icons import icon
from stdesk.ui.session import Message

if TYPE_CHECKING:
    from stdesk.ui.forms.form import Form


class SameAsLast(QObject):
    """F8 and Shift+F8 of a form, and the small button in the field one is in.

    The record meant is the one saved last in this session, else the newest of the kind.
    """

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._form = form
        self._last: Mapping[str, Value] | None = None
        self._last_id = ""
        self.button = QToolButton(form)
        self.button.setProperty("quiet", True)
        self.button.setProperty("chip_close", True)
        self.button.setIcon(icon("arrow-bend-down-right", "text_soft"))
        self.button.setFixedSize(20, 20)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F8 does the same from the keyboard
        self.button.setToolTip(tr("Same as in the record saved last (F8); the whole section: Shift+F8"))
        self.button.setAccessibleName(tr("Same as in the record saved last"))
        self.button.clicked.connect(self.fill_field)
        self.button.hide()
        for keys, act in (("F8", self.fill_field), ("Shift+F8", self.fill_section)):
            key = QShortcut(QKeySequence(keys), form, act)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def remember(self, record_id: str, values: Mapping[str, Value]) -> None:
        """A record was saved: its values are the ones to repeat."""
        self._last, self._last_id = dict(values), record_id

    def offer(self, box: FieldBox) -> None:
        """Show the button in the head of the field one is in."""
        box.head.addWidget(self.button)
        self.button.show()

    def fill_field(self) -> None:
        """Put the value of the field one is in."""
        box = self._form.box_of(QApplication.focusWidget())
        if box is not None:
            self._with_last(partial(self._fill, [box.editor.field.name], empty=False))

    def fill_section(self) -> None:
        """Put the values of all empty fields of the section one is in; not what names a single record."""
        box = self._form.box_of(QApplication.focusWidget())
        if box is not None:
            kind = self._form.kind
            own = {kind.title, *kind.identity, *(one.name for one in kind.of_type(FieldType.FILES))}
            names = [n for n in self._form.fields_of_section(box.editor.field.name) if n not in own]
            self._with_last(partial(self._fill, names, empty=True))

    def _with_last(self, act: Any) -> None:
        if self._last is not None:
            act(self._last)
            return
        form = self._form
        record_id = form.record.id if form.record else ""
        work = partial(_newest, form.session.desk.catalogue, form.kind.name, record_id)
        form.session.run(self, work, act, beside=True)

    def _fill(self, names: list[str], last: Mapping[str, Value], *, empty: bool) -> None:
        form, filled, before = self._form, 0, {}
        for name in names:
            editor = form.boxes[name].editor
            value, stands = last.get(name), editor.value()
            if value is None or value == stands or (empty and (stands is not None or editor.problem())):
                continue
            before[name] = (stands, editor.typed())
            form.propose(name, value)
            filled += 1
        if not filled:
            form.session.say(tr("Nothing to take over: the record saved last has nothing else here."))
        else:
            text = ntr(
                "{n} field taken from the record saved last",
                "{n} fields taken from the record saved last",
                filled,
            )
            form.session.said.emit(
                Message(
                    text, action_label=tr("Put back"), action=partial(self._put_back, before, form.record)
                )
            )

    def _put_back(self, before: Mapping[str, tuple[Value, str]], record: Any) -> None:
        if self._form.record is not record:
            return
        for name, (value, text) in before.items():
            self._form.propose(name, value)
            if text:
                self._form.boxes[name].editor.set_typed(text)
                self._form.boxes[name].show_note()


def _newest(catalogue: Catalogue, kind: str, but: str, _progress: Any) -> dict[str, Value]:
    keys = catalogue.ids(ListQuery(kind, sort=(("number", True),)))[:2]
    rows = catalogue.rows(kind, keys)
    return next(
        (dict(catalogue.record(rows[k].id).values) for k in keys if k in rows and rows[k].id != but), {}
    )
