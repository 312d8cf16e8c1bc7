"""What can be done with a report's pages: look, print, open in Word, save; which of its versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.reporting import DOCUMENT_NAMES, MAIN_DOCUMENTS, FrozenReport
from stdesk.ui import theme
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.reporting.work import LETTER, NOTE, REPORT
from stdesk.ui.times import shown_time
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import ElidedLabel, label

_FOLDER = "reports:folder"


def report_name(report: FrozenReport | None) -> str:
    """What a version is called: its submission, that it is a trial, or that it is of now."""
    if report is None:
        return tr("The figures as they are now")
    if report.trial:
        return tr("Trial of {when}", when=shown_time(report.at))
    return tr("Submission {n}", n=str(report.submission))


def document_name(document: str) -> str:
    """What a document is called."""
    names = {REPORT: tr("Report"), LETTER: tr("Covering letter"), NOTE: tr("Delivery note")}
    return names[document]


def own_folder() -> Path:
    """Where documents go when the person chose no other folder."""
    place = QStandardPaths.StandardLocation.DocumentsLocation
    kept = remembered.opened().get(_FOLDER)
    return Path(kept) if kept else Path(QStandardPaths.writableLocation(place)) / "STDesk"


def keep_folder(folder: Path) -> None:
    """Put documents into ``folder`` from now on."""
    remembered.opened().put(**{_FOLDER: str(folder)})


class LookPanel(QWidget):
    """The side of the station "look, print".

    Signals:
        look_wanted, print_wanted, word_wanted, save_wanted: the buttons.
        folder_wanted: another folder for Word is to be chosen.
        door: name of the page a link leads to.
    """

    look_wanted = Signal()
    print_wanted = Signal()
    word_wanted = Signal()
    save_wanted = Signal()
    folder_wanted = Signal()
    door = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reports: list[FrozenReport | None] = [None]
        self._free = True
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, t.s, 0)
        column.setSpacing(t.s)
        self.version = self._combo(column, tr("Version"))
        self.version.addItem(report_name(None))
        self.document = self._combo(column, tr("Document"))
        for one in (REPORT, LETTER, NOTE):
            self.document.addItem(document_name(one), one)
        self.look_button = self._button(column, "eye", tr("Look at the report"), self.look_wanted)
        self.look_button.setProperty("primary", True)
        self.print_button = self._button(column, "printer", tr("Print…"), self.print_wanted)
        self.word_button = self._button(column, "file-doc", tr("Open in Word"), self.word_wanted)
        row = QHBoxLayout()
        row.setSpacing(t.xs)
        self.folder = ElidedLabel("", "small")
        change = QPushButton(tr("Change…"))
        change.setProperty("link", True)
        change.setAccessibleName(tr("Choose another folder for the Word files"))
        change.clicked.connect(self.folder_wanted)
        row.addWidget(self.folder, 1)
        row.addWidget(change)
        column.addLayout(row)
        column.addWidget(self._saving())
        column.addWidget(_link(tr("Number, date, signature, days of the period"), self._to("paper_head")))
        column.addWidget(_link(tr("Check a printed report"), self._to("paper")))
        column.addStretch(1)
        self.show_folder()

    @staticmethod
    def _combo(column: QVBoxLayout, name: str) -> QuietCombo:
        caption = label(name, "label")
        combo = QuietCombo()
        combo.setAccessibleName(name)
        combo.setMinimumContentsLength(12)
        caption.setBuddy(combo)
        column.addWidget(caption)
        column.addWidget(combo)
        return combo

    def _saving(self) -> QFrame:
        t = theme.tokens()
        frame = QFrame()
        frame.setProperty("place", "note")
        column = QVBoxLayout(frame)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(0)
        column.addWidget(label(tr("Save to a folder"), "section"))
        self.ticks: dict[str, QCheckBox] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, t.xs)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for row, (words, forms) in enumerate(_saved_forms()):
            grid.addWidget(label(words, "soft"), row, 0)
            for place, form in enumerate(forms, 1):
                grid.addWidget(self._tick(form, words), row, place)
        column.addLayout(grid)
        self.save_button = self._button(column, "download-simple", tr("Save…"), self.save_wanted)
        return frame

    def _tick(self, form: str, document: str) -> QCheckBox:
        sort = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}[DOCUMENT_NAMES[form].rpartition(".")[2]]
        tick = QCheckBox(sort)
        tick.setAccessibleName(f"{document}, {sort}")
        tick.setToolTip(DOCUMENT_NAMES[form])
        tick.setChecked(form in MAIN_DOCUMENTS)
        tick.toggled.connect(lambda _on: self.set_free(self._free))
        self.ticks[form] = tick
        return tick

    @staticmethod
    def _button(column: QVBoxLayout, picture: str, text: str, act: SignalInstance) -> QPushButton:
        button = icon_button(picture, text, "on_accent" if picture == "eye" else "text")
        button.clicked.connect(act)
        column.addWidget(button)
        return button

    def _to(self, page: str) -> Callable[[], None]:
        return lambda: self.door.emit(page)

    @property
    def formats(self) -> tuple[str, ...]:
        """What is ticked to be saved."""
        return tuple(form for form, tick in self.ticks.items() if tick.isChecked())

    @property
    def chosen(self) -> FrozenReport | None:
        """The version chosen; ``None`` is the figures as they are now."""
        return self._reports[max(self.version.currentIndex(), 0)]

    @property
    def chosen_document(self) -> str:
        """The document chosen."""
        return str(self.document.currentData())

    def show_reports(self, reports: Sequence[FrozenReport]) -> None:
        """Offer these versions, newest first; the one chosen stays chosen."""
        held = self.chosen
        self._reports = [None, *reports]
        self.version.clear()
        for one in self._reports:
            self.version.addItem(report_name(one))
        self.choose(held)

    def choose(self, report: FrozenReport | None) -> None:
        """Choose a version, telling nobody; one that is not offered leaves the first."""
        self.version.setCurrentIndex(self._reports.index(report) if report in self._reports else 0)

    def choose_document(self, document: str) -> None:
        """Choose a document, telling nobody."""
        self.document.setCurrentIndex(max(self.document.findData(document), 0))

    def set_free(self, free: bool) -> None:
        """Whether something can be begun now."""
        self._free = free
        for button in (self.look_button, self.print_button, self.word_button):
            button.setEnabled(free)
        self.save_button.setEnabled(free and bool(self.formats))

    def show_folder(self) -> None:
        """Say where the Word files go."""
        self.folder.setText(tr("Word files go to {folder}", folder=str(own_folder())))


def _saved_forms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        (tr("Report"), ("pdf", "docx")),
        (tr("Annexes"), ("xlsx",)),
        (tr("Covering letter"), ("letter-pdf", "letter")),
        (tr("Delivery note"), ("note-pdf", "note")),
    )


def _link(text: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("link", True)
    button.clicked.connect(lambda: act())
    return button
