"""The form of a kind: its sections in the order of the paper, on one page that scrolls."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.fields import Field, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Finding
from stdesk.domain.secrecy import ORDINARY
from stdesk.ui import theme
from stdesk.ui.forms.asking import Asking, Following
from stdesk.ui.forms.editor import FieldBox, Setting
from stdesk.ui.forms.factory import make_editor
from stdesk.ui.forms.same import SameAsLast
from stdesk.ui.forms.section_bar import SectionBar
from stdesk.ui.forms.sections import Sections
from stdesk.ui.session import Session

_NARROW = 430  # pixels: below it short fields stand one under the other
_AT_ONCE = 3  # fields made in one turn of the event loop
_IDLE_MS = 30  # between two turns while nobody waits for the form
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: values understood, and texts that are not."""

    values: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Form(QScrollArea):
    """Edits one record.

    It is made in pieces, a few fields in each turn of the event loop: :meth:`prepare` begins,
    :meth:`when_ready` waits; whoever touches :attr:`boxes` before has the rest made at once.

    Signals:
        edited: something was typed or chosen.
        checked: findings were shown; how many.
    """

    edited = Signal()
    checked = Signal(int)

    def __init__(self, kind: Kind, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self.session = session
        self.record: Record | None = None
        self._loaded: dict[str, Value] = {}
        self._given: dict[str, Value] = {}  # what was last put into each editor
        self._touched: set[str] = set()  # and where one has been since
        self._asked = 0
        self.setWidgetResizable(True)
        self.setProperty("place", "surface")
        self.setAccessibleName(str(kind.label))
        t = theme.tokens()
        inside = QWidget()
        inside.setProperty("place", "surface")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(t.l, t.s, t.l, t.xl)
        self.column = Sections(kind)
        outer.addWidget(self.column)
        outer.addStretch(1)
        self._boxes: dict[str, FieldBox] = {}
        self._setting = Setting(session, kind.name)
        self._todo: deque[list[Field]] = deque(_pieces(kind))
        self._waiting: list[Callable[[], None]] = []
        self._builder = QTimer(self, interval=_IDLE_MS)
        self._builder.timeout.connect(self._build_next)
        self.setWidget(inside)
        self.bar = SectionBar([str(one.label) for one in kind.sections], self)
        self.bar.wanted.connect(self.go_to_section)
        self.setViewportMargins(0, self.bar.sizeHint().height(), 0, 0)
        self._check = QTimer(self, singleShot=True, interval=0)
        self._check.timeout.connect(self.check)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._keep_in_sight)
        self.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._settled.start())
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._mark_section())
        self._watching = False
        self.same = SameAsLast(self)
        self.asking = Asking(self)
        self.following = Following(self)
        for keys in ("Shift+Return", "Shift+Enter"):
            back = QShortcut(QKeySequence(keys), self, self.focusPreviousChild)
            back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- made in pieces ----------------------------------------------------------------------

    @property
    def boxes(self) -> dict[str, FieldBox]:
        """Field name -> its box; what is not made yet is made now."""
        self.finish()
        return self._boxes

    @property
    def ready(self) -> bool:
        """Whether every field is made."""
        return not self._todo

    def prepare(self) -> None:
        """Make the fields in idle time."""
        if self._todo and not self._builder.isActive():
            self._builder.start(_IDLE_MS)

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when every field is made: at once when they are, else soon."""
        if not self._todo:
            callback()
            return
        self._waiting.append(callback)
        self._builder.start(0)

    def finish(self) -> None:
        """Make what is not made yet."""
        while self._todo:
            self._build_next()

    def _build_next(self) -> None:
        if self._todo:
            self._add_fields(self._todo.popleft())
        if not self._todo:
            self._builder.stop()
            for box in self._boxes.values():
                box.show()  # a layout shows what it was given only later: too late for the focus
            waiting, self._waiting = self._waiting, []
            for callback in waiting:
                callback()

    def _add_fields(self, fields: list[Field]) -> None:
        for one in fields:
            box = FieldBox(make_editor(one, self._setting, title=one.name == self.kind.title), self.column)
            box.editor.changed.connect(partial(self._on_changed, one.name))
            control = box.editor.main_control()
            if isinstance(control, QAbstractButton | QPlainTextEdit):
                control.installEventFilter(self)
            self._boxes[one.name] = box
            self.column.add(box)
            box.ensurePolished()  # now, a few at a time, instead of all when the form is first shown

    # -- what it holds -----------------------------------------------------------------------

    def load(self, record: Record | None, values: Mapping[str, Value] | None = None) -> None:
        """Show ``record``, or a new one that begins with ``values``."""
        self.finish()
        other = record is None or self.record is None or record.id != self.record.id
        self.record = record
        self._loaded = dict(record.values) if record else {}
        shown = dict(self._loaded) if values is None else dict(values)
        self._asked += 1
        self.column.setUpdatesEnabled(False)
        for name, box in self._boxes.items():
            self._give(name, box, shown.get(name))
            if other:
                box.show_findings(())
        if other:
            self.asking.begin()
            self.following.begin()
        self.asking.apply()
        self.column.setUpdatesEnabled(True)
        self.verticalScrollBar().setValue(0)
        self.check()

    def _give(self, name: str, box: FieldBox, value: Value) -> None:
        """Put ``value`` into an editor, unless it stands there untouched."""
        known = name in self._given and name not in self._touched and self._given[name] == value
        if not known or box.editor.problem() or box.editor.value() != value:
            box.editor.set_value(value)
            box.show_note()
            self._given[name] = value
            if not self.isAncestorOf(box.editor.focusWidget() or self):
                self._touched.discard(name)

    def put(self, typed: Typed) -> None:
        """Put back what was typed over the record shown."""
        for name, value in typed.values.items():
            if name in self.boxes and value != self._loaded.get(name):
                self._set(name, value)
        for name, text in typed.texts.items():
            if name in self.boxes:
                self._touched.add(name)
                self.boxes[name].editor.set_typed(text)
                self.boxes[name].show_note()
        self.asking.apply()
        self.check()

    def _set(self, name: str, value: Value) -> None:
        self._touched.add(name)
        self.boxes[name].editor.set_value(value)
        self.boxes[name].show_note()

    def propose(self, name: str, value: Value) -> None:
        """Put ``value`` into a field as if it had been typed: it counts as not saved."""
        if name in self.boxes:
            self._set(name, value)
            self.asking.apply()
            self.edited.emit()
            self._check.start()

    def typed(self) -> Typed:
        """All that stands in it."""
        boxes = self.boxes.items()
        return Typed(
            values={name: box.editor.value() for name, box in boxes},
            texts={name: text for name, box in boxes if (text := box.editor.typed())},
        )

    def changes(self) -> dict[str, Value]:
        """Field name -> value of what differs from the record; ``None`` clears."""
        found = {}
        for name, box in self._boxes.items():
            if not box.editor.problem():
                value = box.editor.value()
                if value != self._loaded.get(name):
                    found[name] = value
        return found

    def unsaved(self) -> Typed:
        """What differs from the record, and what is not understood."""
        texts = {name: text for name, box in self._boxes.items() if (text := box.editor.typed())}
        return Typed(self.changes(), texts)

    def problems(self) -> dict[str, str]:
        """Field name -> why what was typed there is not understood."""
        return {name: text for name, box in self._boxes.items() if (text := box.editor.problem())}

    @property
    def dirty(self) -> bool:
        """Whether something differs from the record."""
        return self.ready and bool(self.changes() or self.problems())

    def saved(self, record: Record, sent: Mapping[str, Value]) -> None:
        """``sent`` was saved as ``record``; what was typed since then stays and counts as unsaved."""
        self.record = record
        self._loaded = dict(record.values)
        for name, value in sent.items():
            if name not in self.boxes:
                continue
            editor = self.boxes[name].editor
            if not editor.problem() and editor.value() == value:
                editor.set_value(self._loaded.get(name))
                self._given[name] = self._loaded.get(name)
            self.boxes[name].show_note()
        self.check()

    def _on_changed(self, name: str) -> None:
        self._touched.add(name)
        if name == self.kind.sorted_by:
            self.asking.apply()
        self.edited.emit()

    # -- findings ----------------------------------------------------------------------------

    def check(self) -> None:
        """Ask the rules what they say of what stands here; late answers are dropped."""
        self._asked += 1
        work = partial(_findings, self.session, self.kind.name, self.filled(), self.record, self._asked)
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(self._show_findings)  # findings that cannot be had now are no news

    def filled(self) -> dict[str, Value]:
        """Field name -> value of what is filled and understood."""
        return {name: v for name, box in self._boxes.items() if (v := box.editor.value()) is not None}

    def _show_findings(self, answer: tuple[int, list[Finding]]) -> None:
        asked, findings = answer
        if asked != self._asked:
            return
        touched = bool(self.filled())
        for name, box in self._boxes.items():
            here = [one for one in findings if one.field == name]
            # An empty new form is not scolded for being empty, nor a field for what is half typed.
            quiet = not (self.record or touched) or box.editor.problem()
            box.show_findings([] if quiet else here)
        self.asking.apply()
        self.checked.emit(sum(len(box.findings) for box in self._boxes.values()))

    def _keep_in_sight(self) -> None:
        """Findings or lines that came above the field one is in must not push it out of sight."""
        box = self.box_of(QApplication.focusWidget())
        if box is not None:
            self.show_box(box)

    # -- where the person is -----------------------------------------------------------------

    def focus_field(self, name: str) -> None:
        """Bring the field into view and put the cursor there; "" is the first one."""
        box = self.boxes.get(name) or next(iter(self.boxes.values()))
        self.asking.need(box.editor.field.name)
        box.editor.main_control().setFocus()
        self.show_box(box)

    def show_box(self, box: QWidget) -> None:
        """Scroll so that ``box`` is seen whole."""
        self.ensureWidgetVisible(box, 0, theme.tokens().xl)

    def box_of(self, widget: QWidget | None) -> FieldBox | None:
        """The field that ``widget`` belongs to."""
        while widget is not None and widget is not self:
            if isinstance(widget, FieldBox):
                return widget
            widget = widget.parentWidget()
        return None

    def go_to_section(self, at: int) -> None:
        """The section's first field gets the cursor, its head stands at the top."""
        head = self.column.head(at)
        boxes = self.column.boxes_of(at)
        if boxes and all(self.column.is_hidden(box) for box in boxes):
            self.asking.need(*(box.editor.field.name for box in boxes))
        boxes = [box for box in boxes if not self.column.is_hidden(box)]
        if head is not None and boxes:
            self.verticalScrollBar().setValue(head.y() + theme.tokens().s)
            boxes[0].editor.main_control().setFocus()
            self.bar.mark(at)

    def fields_of_section(self, name: str) -> list[str]:
        """The fields of the section that field ``name`` stands in."""
        at = self.column.place_of(self.kind.field(name))
        boxes = self.column.boxes_of(at)
        return [box.editor.field.name for box in boxes if not self.column.is_hidden(box)]

    def _mark_section(self, box: FieldBox | None = None) -> None:
        if box is not None:
            self.bar.mark(self.column.place_of(box.editor.field))
        else:
            top = self.verticalScrollBar().value() + 2 * theme.tokens().xl
            self.bar.mark(self.column.place_at(top))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two fields on a line while there is room for two."""
        super().resizeEvent(event)
        self.bar.setGeometry(0, 0, self.viewport().width(), self.bar.sizeHint().height())
        self.column.set_two(two=self.viewport().width() >= _NARROW)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter on a button goes on like everywhere; Shift+Enter goes back even from a long text."""
        if isinstance(event, QKeyEvent) and event.key() in _RETURN:
            shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            button = isinstance(watched, QAbstractButton) and not event.modifiers()
            if event.type() == QEvent.Type.KeyPress and (shift or button):
                if shift:
                    self.focusPreviousChild()
                else:
                    self.focusNextChild()
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Watch where the focus goes while seen."""
        super().showEvent(event)
        app = QApplication.instance()
        if isinstance(app, QApplication) and not self._watching:
            app.focusChanged.connect(self._focus_moved)
            self._watching = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop watching."""
        super().hideEvent(event)
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._watching:
            app.focusChanged.disconnect(self._focus_moved)
            self._watching = False

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        left, entered = self.box_of(old), self.box_of(new)
        if entered is not None and entered is not left:
            self._touched.add(entered.editor.field.name)
            self.show_box(entered)
            self._mark_section(entered)
            self.same.offer(entered)
        if left is not None and left is not entered:
            self.following.left(left)
            self._check.start()


def _pieces(kind: Kind) -> list[list[Field]]:
    """The fields in their order, a few of one section at a time."""
    pieces = []
    for section in kind.sections:
        fields = [one for one in kind.shown if one.section == section.name]
        pieces += [fields[at : at + _AT_ONCE] for at in range(0, len(fields), _AT_ONCE)]
    return pieces


def _findings(
    session: Session, kind: str, values: dict[str, Value], record: Record | None, asked: int, _progress: Any
) -> tuple[int, list[Finding]]:
    catalogue = session.desk.catalogue
    secrecy = record.secrecy if record else ORDINARY
    return asked, catalogue.form_findings(
        kind, values, record_id=record.id if record else "", secrecy=secrecy
    )
