"""The first column kept in sight while the others are scrolled sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from stdesk.ui import theme
from stdesk.ui.grid.delegate import CellDelegate


class FrozenColumn(QTableView):
    """A look at the first column over the left edge of ``view``, there only while it is scrolled away.

    It shares the view's model and choice and is never typed into: going to one of its cells
    scrolls the view itself back.
    """

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(view.selectionMode())
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(view.verticalScrollMode())
        self.setItemDelegate(CellDelegate(view))
        colour = theme.tokens().line_strong
        self.setStyleSheet(
            f"QTableView {{ border: none; border-right: 2px solid {colour}; border-radius: 0px; }}"
        )
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(view.verticalHeader().defaultSectionSize())
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(view.verticalScrollBar().setValue)
        view.horizontalScrollBar().valueChanged.connect(lambda _value: self.place())
        view.horizontalHeader().sectionResized.connect(lambda _at, _old, _new: self.place())
        view.viewport().installEventFilter(self)
        self.hide()

    def follow_model(self) -> None:
        """Show the model of the view."""
        model = self._view.model()
        if self.model() is not model:
            self.setModel(model)
        self.setSelectionModel(self._view.selectionModel())
        for column in range(model.columnCount()):
            self.setColumnHidden(column, column > 0)
        self.place()

    def place(self) -> None:
        """Lie over the first column's place, when it is scrolled away and leaves room for others."""
        view = self._view
        wide, area = view.columnWidth(0), view.viewport().geometry()
        seen = view.horizontalScrollBar().value() > 0 and wide * 2 < area.width()
        if seen:
            head = view.horizontalHeader().height()
            self.horizontalHeader().setFixedHeight(head)
            self.setColumnWidth(0, wide)
            self.setGeometry(area.x(), area.y() - head, wide + 2, area.height() + head)
            self.verticalScrollBar().setValue(view.verticalScrollBar().value())
            self.raise_()
        self.setVisible(seen)

    @property
    def covered(self) -> int:
        """Pixels of the view's left edge that it lies over."""
        return self.width() if not self.isHidden() else 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The view became larger or smaller."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)
