"""First start: from my Excel file, empty, or the sample; done in under two minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from stdesk import paths
from stdesk.errors import UserError
from stdesk.i18n import message, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.sample import open_sample, sample_workbook
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.icons import icon_label
from stdesk.ui.tasks import TaskRunner
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the ways to begin."""

    name: str
    icon: str
    title: str
    text: str


class _Card(QFrame):
    """A way to begin, pressed by mouse, Enter or blank."""

    chosen = Signal()

    def __init__(self, way: _Way) -> None:
        super().__init__()
        t = theme.tokens()
        self.setProperty("place", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.l, t.l, t.l)
        column.setSpacing(t.s)
        column.addWidget(icon_label(way.icon, "accent", 32))
        column.addWidget(label(way.title, "heading", wrap=True))
        column.addWidget(label(way.text, "soft", wrap=True))
        column.addStretch(1)
        self.button = QPushButton(tr("Begin this way"))
        self.button.setAccessibleName(f"{way.title}. {way.text}")
        self.button.clicked.connect(self.chosen)
        column.addWidget(self.button)
        self.setMinimumWidth(220)


class Welcome(QWidget):
    """Where a library comes from.

    Signals:
        opened: folder of the library to open, and the page to show after ("home", "import").
    """

    opened = Signal(object, str)

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._way = ""
        t = theme.tokens()
        self.setProperty("place", "window")
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(t.l)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        outer.addLayout(column, 8)
        outer.addStretch(1)
        column.addStretch(1)
        column.addWidget(label(tr("Welcome to STDesk"), "title"))
        column.addWidget(
            label(
                tr(
                    "The unit's publications, research tasks and training sessions in one place, offline. "
                    "How do you want to begin?"
                ),
                "soft",
                wrap=True,
            )
        )
        column.addLayout(self._cards())
        self.details = self._details()
        self.details.hide()
        column.addWidget(self.details)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        row = QHBoxLayout()
        self.existing = icon_button("folder-open", tr("Open a library I already have…"))
        self.existing.clicked.connect(self._open_existing)
        row.addWidget(self.existing)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().l)
        self.cards: dict[str, _Card] = {}
        for way in (
            _Way(
                "workbook",
                "file-xls",
                tr("From my Excel file"),
                tr(
                    "Take in the tables you already have. You see what becomes of every row before anything is written."
                ),
            ),
            _Way(
                "empty",
                "note-pencil",
                tr("Empty"),
                tr("Start with nothing and enter publications, tasks and sessions one by one."),
            ),
            _Way(
                "sample",
                "eye",
                tr("Look at the sample"),
                tr("An invented unit with invented people, to try everything without risk."),
            ),
        ):
            card = _Card(way)
            card.chosen.connect(lambda name=way.name: self.begin(name))
            self.cards[way.name] = card
            row.addWidget(card, 1)
        return row

    def _details(self) -> QFrame:
        t = theme.tokens()
        frame = QFrame()
        frame.setProperty("place", "card")
        grid = QGridLayout(frame)
        grid.setContentsMargins(t.l, t.l, t.l, t.l)
        grid.setSpacing(t.s)
        self.unit_name = QLineEdit(placeholderText=tr("for example Công an tỉnh Minh Hải"))
        self.unit_code = QLineEdit(placeholderText=tr("for example CAT-MH"))
        self.folder = QLineEdit(str(paths.default_library()))
        browse = QPushButton(tr("Choose…"))
        browse.setAccessibleName(tr("Choose the folder"))
        browse.clicked.connect(self._choose_folder)
        self.create_button = QPushButton(tr("Make the library"))
        self.create_button.setProperty("primary", True)
        self.create_button.clicked.connect(self._create)
        rows = (
            (tr("Name of the unit"), self.unit_name),
            (tr("Code of the unit"), self.unit_code),
            (tr("Where the data lies"), self.folder),
        )
        for at, (text, editor) in enumerate(rows):
            caption = label(text, "label")
            caption.setBuddy(editor)
            editor.setAccessibleName(text)
            editor.returnPressed.connect(self._create)
            grid.addWidget(caption, at, 0)
            grid.addWidget(editor, at, 1)
        grid.addWidget(browse, 2, 2)
        grid.addWidget(self.create_button, 3, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        return frame

    def begin(self, way: str) -> None:
        """Begin by ``workbook``, ``empty`` or ``sample``."""
        self._way = way
        self.problem.hide()
        for name, card in self.cards.items():
            theme.mark(card, tone="accent" if name == way else "")
        if way == "sample":
            self.details.hide()
            folder = _free_folder(paths.default_library().with_name("STDesk - mẫu"))
            self._run(lambda _progress: _make_sample(folder), "home")
            return
        self.details.show()
        self.unit_name.setFocus()

    def _create(self) -> None:
        folder = Path(self.folder.text().strip() or str(paths.default_library()))
        code, name = self.unit_code.text(), self.unit_name.text()
        if not code.strip() or not name.strip():
            self._say(message("unit_unnamed"))
            (self.unit_code if name.strip() else self.unit_name).setFocus()
            return
        after = "import" if self._way == "workbook" else "home"
        self._run(lambda _progress: _make_library(folder, code, name), after)

    def _run(self, work: Callable[[Progress], Path], after: str) -> None:
        self.setFocus()
        for widget in (*(card.button for card in self.cards.values()), self.create_button, self.existing):
            widget.setEnabled(False)
        task = self._runner.run(self, work)
        self.progress.follow(task)
        task.finished.connect(lambda folder: self.opened.emit(folder, after))
        task.failed.connect(self._failed)
        task.ended.connect(self._ended)

    def _ended(self) -> None:
        for widget in (*(card.button for card in self.cards.values()), self.create_button, self.existing):
            widget.setEnabled(True)

    def _failed(self, error: BaseException) -> None:
        self._say(str(error) if isinstance(error, UserError) else message("internal_error"))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def _choose_folder(self) -> None:
        if found := choose.folder(self, tr("Where the data lies"), self.folder.text()):
            self.folder.setText(str(found))

    def _open_existing(self) -> None:
        if found := choose.folder(self, tr("Folder of the library"), str(paths.default_library().parent)):
            if (found / "library.db").exists():
                self.opened.emit(found, "home")
            else:
                self._say(message("not_a_library", path=str(found)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: back from the details to the three ways."""
        if event.key() == Qt.Key.Key_Escape and self.details.isVisible():
            self.details.hide()
            theme.mark(self.cards[self._way], tone="")
            self.cards[self._way].button.setFocus()
        else:
            super().keyPressEvent(event)


def _make_library(folder: Path, code: str, name: str) -> Path:
    Desk.create(folder, unit_code=code, unit_name=name).close()
    return folder


def _make_sample(folder: Path) -> Path:
    with open_sample(folder) as desk:
        desk.intake.take(desk.intake.preview(sample_workbook()))
    return folder


def _free_folder(wanted: Path) -> Path:
    """``wanted``, or the first "wanted (n)" that is not there."""
    return next(
        one
        for n in range(1, 1000)
        if not (one := wanted if n == 1 else wanted.with_name(f"{wanted.name} ({n})")).exists()
    )
