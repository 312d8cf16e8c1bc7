"""Every certain double, with a tick each, before they are merged in one go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.doubles.groups import Group, numbers_in_words
from stdesk.ui.icons import icon
from stdesk.ui.widgets.labels import label

_LONGEST = 160  # characters of a title


class BatchView(QWidget):
    """Groups to be merged as proposed.

    Signals:
        wanted: the groups that are ticked.
        left: back to the list.
    """

    wanted = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups: list[Group] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(
            label(
                tr(
                    "Each line becomes one record: the first number is kept and takes from the others "
                    "what it does not have. Take the tick away from what is not a double."
                ),
                "soft",
                wrap=True,
            )
        )
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Certain doubles"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemChanged.connect(lambda _item: self._count())
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.all_button = QPushButton(tr("Tick all"))
        self.none_button = QPushButton(tr("Tick none"))
        self.all_button.clicked.connect(lambda: self._tick(Qt.CheckState.Checked))
        self.none_button.clicked.connect(lambda: self._tick(Qt.CheckState.Unchecked))
        self.back_button = QPushButton(tr("Back to the list (Esc)"))
        self.back_button.clicked.connect(self.left)
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda: self.wanted.emit(self.ticked()))
        row.addWidget(self.all_button)
        row.addWidget(self.none_button)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.button)
        column.addLayout(row)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these, all ticked."""
        self.groups = list(groups)
        self.list.blockSignals(True)
        self.list.clear()
        for group in self.groups:
            item = QListWidgetItem(icon("arrows-merge", "text_soft"), _in_words(group))
            item.setCheckState(Qt.CheckState.Checked)
            item.setToolTip(group.title[:1_000])
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)
        self._count()

    def ticked(self) -> list[Group]:
        """The groups to be merged."""
        return [
            group
            for at, group in enumerate(self.groups)
            if self.list.item(at).checkState() == Qt.CheckState.Checked
        ]

    def _tick(self, state: Qt.CheckState) -> None:
        self.list.blockSignals(True)
        for at in range(self.list.count()):
            self.list.item(at).setCheckState(state)
        self.list.blockSignals(False)
        self.list.viewport().update()
        self._count()

    def _count(self) -> None:
        n = len(self.ticked())
        self.button.setText(ntr("Merge {n} group", "Merge {n} groups", n))
        self.button.setEnabled(bool(n))


def _in_words(group: Group) -> str:
    title = group.title if len(group.title) <= _LONGEST else f"{group.title[: _LONGEST - 1]}…"
    return f"{title}\n{numbers_in_words(group)}  ·  {group.why}"
