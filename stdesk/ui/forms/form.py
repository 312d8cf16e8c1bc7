"""The form of a kind: its sections in the order of the paper, on one page that scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.domain.kinds import Kind
from stdesk.domain.records import Record
from stdesk.domain.rules.core import Finding
from stdesk.domain.secrecy import ORDINARY
from stdesk.ui import theme
from stdesk.ui.forms.editor import FieldBox, Setting
from stdesk.ui.forms.factory import make_editor, takes_whole_line
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import label

_NARROW = 430  # pixels: below it short fields stand one under the other
_WIDEST = 900


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: values understood, and texts that are not."""

    values: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Form(QScrollArea):
    """Edits one record.

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
        self._asked = 0
        self.setWidgetResizable(True)
        self.setProperty("place", "surface")
        self.setAccessibleName(str(kind.label))
        t = theme.tokens()
        inside = QWidget()
        inside.setProperty("place", "surface")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(t.l, t.s, t.l, t.xl)
        self._column = QWidget()
        self._column.setMaximumWidth(_WIDEST)
        outer.addWidget(self._column)
        outer.addStretch(1)
        self._sections = QVBoxLayout(self._column)
        self._sections.setContentsMargins(0, 0, 0, 0)
        self._sections.setSpacing(t.s)
        self.boxes: dict[str, FieldBox] = {}
        self._grids: list[tuple[QGridLayout, list[FieldBox]]] = []
        self._two = True
        setting = Setting(session, kind.name)
        for section in kind.sections:
            inside_it = [one for one in kind.fields if one.section == section.name]
            self._add_section(str(section.label), inside_it, setting)
        self.setWidget(inside)
        self._check = QTimer(self, singleShot=True, interval=0)
        self._check.timeout.connect(self.check)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._keep_in_sight)
        self.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._settled.start())
        self._watching = False

    def _add_section(self, title: str, fields: list[Field], setting: Setting) -> None:
        t = theme.tokens()
        head = QVBoxLayout()
        head.setContentsMargins(0, t.m if self.boxes else 0, 0, 0)
        head.setSpacing(t.xs)
        head.addWidget(label(title, "section"))
        line = QFrame()
        line.setProperty("place", "line")
        head.addWidget(line)
        self._sections.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(t.l)
        grid.setVerticalSpacing(t.m)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        boxes = []
        for one in fields:
            box = FieldBox(make_editor(one, setting, title=one.name == self.kind.title))
            box.editor.changed.connect(self.edited)
            self.boxes[one.name] = box
            boxes.append(box)
        self._sections.addLayout(grid)
        self._grids.append((grid, boxes))
        self._arrange(grid, boxes, two=True)

    def _arrange(self, grid: QGridLayout, boxes: list[FieldBox], *, two: bool) -> None:
        row = column = 0
        for box in boxes:
            grid.removeWidget(box)
            name = box.editor.field.name
            whole = not two or takes_whole_line(box.editor.field, title=name == self.kind.title)
            if whole and column:
                row, column = row + 1, 0
            grid.addWidget(box, row, column, 1, 2 if whole else 1, Qt.AlignmentFlag.AlignTop)
            column = 0 if whole or column else 1
            if not column:
                row += 1

    # -- what it holds -----------------------------------------------------------------------

    def load(self, record: Record | None, values: Mapping[str, Value] | None = None) -> None:
        """Show ``record``, or a new one that begins with ``values``."""
        self.record = record
        self._loaded = dict(record.values) if record else {}
        shown = dict(self._loaded) if values is None else dict(values)
        self._asked += 1
        for name, box in self.boxes.items():
            box.editor.set_value(shown.get(name))
            box.show_note()
            box.show_findings(())
        self.verticalScrollBar().setValue(0)
        self.check()

    def put(self, typed: Typed) -> None:
        """Put back what was typed over the record shown."""
        for name, value in typed.values.items():
            if name in self.boxes and value != self._loaded.get(name):
                self.boxes[name].editor.set_value(value)
        for name, text in typed.texts.items():
            self.boxes[name].editor.set_typed(text)
            self.boxes[name].show_note()
        self.check()

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
        for name, box in self.boxes.items():
            if not box.editor.problem():
                value = box.editor.value()
                if value != self._loaded.get(name):
                    found[name] = value
        return found

    def problems(self) -> dict[str, str]:
        """Field name -> why what was typed there is not understood."""
        return {name: text for name, box in self.boxes.items() if (text := box.editor.problem())}

    @property
    def dirty(self) -> bool:
        """Whether something differs from the record."""
        return bool(self.changes() or self.problems())

    def saved(self, record: Record, sent: Mapping[str, Value]) -> None:
        """``sent`` was saved as ``record``; what was typed since then stays and counts as unsaved."""
        self.record = record
        self._loaded = dict(record.values)
        for name, value in sent.items():
            editor = self.boxes[name].editor
            if not editor.problem() and editor.value() == value:
                editor.set_value(self._loaded.get(name))
            self.boxes[name].show_note()
        self.check()

    # -- findings ----------------------------------------------------------------------------

    def check(self) -> None:
        """Ask the rules what they say of what stands here; late answers are dropped."""
        self._asked += 1
        asked, catalogue, kind = self._asked, self.session.desk.catalogue, self.kind.name
        values = {name: v for name, box in self.boxes.items() if (v := box.editor.value()) is not None}
        record_id = self.record.id if self.record else ""
        secrecy = self.record.secrecy if self.record else ORDINARY

        def work(_progress: Any) -> tuple[int, list[Finding]]:
            return asked, catalogue.form_findings(kind, values, record_id=record_id, secrecy=secrecy)

        self.session.run(self, work, self._show_findings, beside=True)

    def _show_findings(self, answer: tuple[int, list[Finding]]) -> None:
        asked, findings = answer
        if asked != self._asked:
            return
        touched = any(box.editor.value() is not None for box in self.boxes.values())
        for name, box in self.boxes.items():
            here = [one for one in findings if one.field == name]
            # An empty new form is not scolded for being empty, nor a field for what is half typed.
            quiet = not (self.record or touched) or box.editor.problem()
            box.show_findings([] if quiet else here)
        self.checked.emit(sum(len(box.findings) for box in self.boxes.values()))

    def _keep_in_sight(self) -> None:
        """Findings or lines that came above the field one is in must not push it out of sight."""
        box = self.box_of(QApplication.focusWidget())
        if box is not None:
            self.show_box(box)

    # -- where the person is -----------------------------------------------------------------

    def focus_field(self, name: str) -> None:
        """Bring the field into view and put the cursor there; "" is the first one."""
        box = self.boxes.get(name) or next(iter(self.boxes.values()))
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two fields on a line while there is room for two."""
        super().resizeEvent(event)
        two = self.viewport().width() >= _NARROW
        if two != self._two:
            self._two = two
            for grid, boxes in self._grids:
                self._arrange(grid, boxes, two=two)

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
            self.show_box(entered)
        if left is not None and left is not entered:
            self._check.start()
