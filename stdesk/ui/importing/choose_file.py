"""Where an import begins: drop a file, choose it, or type where it lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.icons import icon_label
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_TEXT_WIDTH = 600
PATTERN = "*.xlsx *.xlsm *.xlsb *.xls *.ods *.csv *.tsv *.txt"


def dropped_file(data: QMimeData) -> Path | None:
    """The one file of this computer that is being dragged; ``None`` for anything else."""
    urls = data.urls() if data.hasUrls() else []
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())


class ChooseFile(QWidget):
    """The empty import page.

    Signals:
        chosen: the :class:`Path` of a workbook.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(t.m)
        self.problem = QFrame()
        self.problem.setProperty("place", "note")
        self.problem.setProperty("tone", "red")
        row = QHBoxLayout(self.problem)
        row.setContentsMargins(t.m, t.s, t.m, t.s)
        row.setSpacing(t.s)
        row.addWidget(icon_label("x-circle", "red"), 0, Qt.AlignmentFlag.AlignTop)
        self.problem_text = label("", wrap=True)
        self.problem_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.problem_text, 1)
        self.problem.hide()
        outer.addWidget(self.problem)
        outer.addWidget(self._card(), 1)

    def _card(self) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        column.setSpacing(t.s)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(2)
        column.addWidget(icon_label("file-xls", "accent", 48), 0, middle)
        title = label(tr("Drop your workbook here"), "heading")
        column.addWidget(title, 0, middle)
        text = label(
            tr(
                "Excel (.xlsx, .xls, .xlsb), LibreOffice (.ods) or .csv, just as the unit keeps it: "
                "title lines, merged headers, totals and old fonts (TCVN3, VNI) are understood. "
                "First you see what becomes of every row; nothing is written before you say so."
            ),
            "soft",
            wrap=True,
        )
        text.setAlignment(middle)
        text.setFixedWidth(_TEXT_WIDTH)
        text.ensurePolished()  # in its own face, else the height below is another face's
        text.setMinimumHeight(text.heightForWidth(_TEXT_WIDTH))
        column.addWidget(text, 0, middle)
        column.addSpacing(t.s)
        self.button = icon_button("folder-open", tr("Choose a file…"), "on_accent")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.browse)
        column.addWidget(self.button, 0, middle)
        column.addSpacing(t.l)
        column.addLayout(self._path_row())
        column.addStretch(3)
        return card

    def _path_row(self) -> QHBoxLayout:
        t = theme.tokens()
        self.path = QLineEdit(placeholderText=tr("or type where the file lies and press Enter"))
        self.path.setAccessibleName(tr("Where the file lies"))
        self.path.setMaximumWidth(520)
        self.path.setMinimumWidth(240)
        self.path.returnPressed.connect(self._typed)
        self.open_button = QPushButton(tr("Open"))
        self.open_button.setAccessibleName(tr("Open the file typed here"))
        self.open_button.clicked.connect(self._typed)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        row.addStretch(1)
        row.addWidget(self.path, 4)
        row.addWidget(self.open_button)
        row.addStretch(1)
        return row

    def browse(self) -> None:
        """Ask for a file."""
        pattern = f"{tr('Workbooks')} ({PATTERN});;{tr('All files')} (*)"
        if found := choose.open_file(self, tr("Choose a workbook"), pattern):
            self.chosen.emit(found)

    def say(self, text: str) -> None:
        """Show what is wrong with the file; "" puts it away."""
        self.problem_text.setText(text)
        self.problem.setAccessibleName(text)
        self.problem.setVisible(bool(text))

    def _typed(self) -> None:
        text = self.path.text().strip().strip('"')
        if text:
            self.chosen.emit(Path(text).expanduser())
        else:
            self.browse()
