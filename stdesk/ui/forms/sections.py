"""How the fields of a form stand: sections one below the other, short fields two on a line."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from stdesk.domain.fields import Field
from stdesk.domain.kinds import Kind
from stdesk.ui import theme
from stdesk.ui.forms.editor import FieldBox
from stdesk.ui.forms.factory import takes_whole_line
from stdesk.ui.widgets.labels import label

_WIDEST = 900  # pixels: longer lines are hard to read


@dataclass
class _Part:
    """A section as it stands; ``line`` and ``column`` are where its next field goes."""

    head: QWidget
    grid: QGridLayout
    boxes: list[FieldBox] = field(default_factory=list)
    line: int = 0
    column: int = 0


class Sections(QWidget):
    """The column of a form's sections; a section begins with its first field."""

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._names = [one.name for one in kind.sections]
        self._parts: dict[str, _Part] = {}
        self._two = True
        self._hidden: set[str] = set()
        self._foot: QWidget | None = None
        self.setMaximumWidth(_WIDEST)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)

    def add(self, box: FieldBox) -> None:
        """Put a field after the last one of its section."""
        name = box.editor.field.section
        part = self._parts.get(name) or self._begin(name)
        part.boxes.append(box)
        self._place(part, box)

    def set_two(self, *, two: bool) -> None:
        """Whether there is room for two short fields on a line."""
        if two == self._two:
            return
        self._two = two
        self._place_all()

    def hide_fields(self, names: set[str]) -> None:
        """Show all fields but these; a section without any is gone with its head."""
        known = {box.editor.field.name for part in self._parts.values() for box in part.boxes}
        if (names := names & known) == self._hidden:
            return
        self._hidden = names
        self.setUpdatesEnabled(False)
        self._place_all()
        for part in self._parts.values():
            for box in part.boxes:
                box.setVisible(not self.is_hidden(box))
            part.head.setVisible(not all(self.is_hidden(box) for box in part.boxes))
        self.setUpdatesEnabled(True)

    def is_hidden(self, box: FieldBox) -> bool:
        """Whether the field is not asked for now."""
        return box.editor.field.name in self._hidden

    def set_foot(self, foot: QWidget) -> None:
        """What stands below the last section."""
        self._foot = foot
        self._rows.addWidget(foot, 0, Qt.AlignmentFlag.AlignLeft)

    def _place_all(self) -> None:
        for part in self._parts.values():
            part.line = part.column = 0
            for box in part.boxes:
                part.grid.removeWidget(box)
                part.grid.removeWidget(box.area)
                if not self.is_hidden(box):
                    self._place(part, box)

    def head(self, at: int) -> QWidget | None:
        """The head of the section at place ``at``, when it is made."""
        part = self._parts.get(self._names[at])
        return part.head if part else None

    def boxes_of(self, at: int) -> list[FieldBox]:
        """The fields of the section at place ``at``."""
        part = self._parts.get(self._names[at])
        return part.boxes if part else []

    def place_of(self, field: Field) -> int:
        """The place of the section that ``field`` stands in."""
        return self._names.index(field.section)

    def place_at(self, y: int) -> int:
        """The place of the section that is at ``y``."""
        begun = [
            at for at in range(len(self._names)) if (head := self.head(at)) is not None and head.y() <= y
        ]
        return begun[-1] if begun else 0

    def _begin(self, name: str) -> _Part:
        t = theme.tokens()
        head = QWidget(self)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, t.l if self._parts else t.xs, 0, 0)
        column.setSpacing(t.xs)
        title = next(str(one.label) for one in self._kind.sections if one.name == name)
        column.addWidget(label(title, "section"))
        line = QFrame()
        line.setProperty("place", "line")
        column.addWidget(line)
        end = self._rows.count() - (self._foot is not None)
        self._rows.insertWidget(end, head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(t.l)
        grid.setVerticalSpacing(t.xs)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._rows.insertLayout(end + 1, grid)
        self._parts[name] = part = _Part(head, grid)
        return part

    def _place(self, part: _Part, box: FieldBox) -> None:
        """Put ``box`` into the next place; its findings run below the whole line of fields."""
        field = box.editor.field
        whole = not self._two or takes_whole_line(field, title=field.name == self._kind.title)
        if whole and part.column:
            part.line, part.column = part.line + 1, 0
        box.by_name = not whole
        top, span = Qt.AlignmentFlag.AlignTop, 2 if whole else 1
        part.grid.addWidget(box, 3 * part.line, part.column, 1, span, top)
        part.grid.addWidget(box.area, 3 * part.line + 1 + part.column, 0, 1, 2, top)
        part.column = 0 if whole or part.column else 1
        if not part.column:
            part.line += 1
