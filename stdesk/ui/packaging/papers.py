"""What is printed with a package: the delivery note in two copies, the label of the stick or its envelope."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from stdesk import atomic
from stdesk.errors import from_os_error
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services import package_papers
from stdesk.services.desk import Desk
from stdesk.services.package_papers import A6, ON_SHEET, SHEET, Size, Written
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.reporting.look_panel import own_folder
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.reporting.pdf_pages import page_sizes
from stdesk.ui.reporting.printing import ask, print_pdf
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets import remembered
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_NEXT = "package.label"  # the first label of the sheet that is still there


class PapersView(QWidget):
    """Two lines, the delivery note and the label, each to be printed or saved."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._written: Written | None = None
        self._printer: QPrinter | None = None  # its last reference must not end in the thread that prints
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        note = label(tr("Delivery note, two copies"), "label")
        self.print_note = icon_button("printer", tr("Print the note…"))
        self.print_note.clicked.connect(lambda: self._note(self._print_note))
        self.save_note = QPushButton(tr("Save as PDF…"))
        self.save_note.setAccessibleName(tr("Save the delivery note as PDF"))
        self.save_note.clicked.connect(lambda: self._note(self._save_note))
        caption = label(tr("Label"), "label")
        self.label_size = QuietCombo()
        self.label_size.setAccessibleName(tr("Size of the label"))
        self.label_size.addItem(tr("70 × 36 mm, sheet of 24"), SHEET)
        self.label_size.addItem(tr("A6, for the envelope"), A6)
        self.label_size.currentIndexChanged.connect(lambda _at: self._show_first())
        self.first_caption = label(tr("from label no."), "soft")
        self.first = QuietCombo()
        for place in range(1, ON_SHEET + 1):
            self.first.addItem(str(place), place)
        self.first.setAccessibleName(tr("First label of the sheet that is still there"))
        self.first_caption.setBuddy(self.first)
        self.print_label = icon_button("tag", tr("Print the label…"))
        self.print_label.clicked.connect(lambda: self._label(self._print_label))
        caption.setBuddy(self.print_label)
        self.save_label = QPushButton(tr("Save as PDF…"))
        self.save_label.setAccessibleName(tr("Save the label as PDF"))
        self.save_label.clicked.connect(lambda: self._label(self._save_label))
        rows: tuple[tuple[QWidget, ...], ...] = (
            (note, self.print_note, self.save_note),
            (caption, self.print_label, self.save_label, self.label_size, self.first_caption, self.first),
        )
        wide = max(note.sizeHint().width(), caption.sizeHint().width())
        for one in (note, caption):
            one.setFixedSize(wide, t.row)
        self.first_caption.setFixedHeight(t.row)
        for row in rows:
            line = QWidget()
            flow = FlowLayout(line, t.s)
            for widget in row:
                flow.addWidget(widget)
            column.addWidget(line)
        order: tuple[QWidget, ...] = (self.print_note, self.save_note, self.print_label, self.save_label)
        order += (self.label_size, self.first)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self.show_written(None)

    def show_written(self, written: Written | None) -> None:
        """Offer the papers of this package."""
        self._written = written
        self.setEnabled(written is not None)
        kept = remembered.opened().get(_NEXT)
        self.first.setCurrentIndex(max(self.first.findText(kept), 0))
        self._show_first()

    def _show_first(self) -> None:
        sheet = self.label_size.currentData() == SHEET
        self.first.setVisible(sheet)
        self.first_caption.setVisible(sheet)

    def _note(self, then: Callable[[bytes], None]) -> None:
        if self._written is not None:
            work = partial(_make_note, self.session.desk, self._written)
            self.session.run(self, work, then, slow=True)

    def _label(self, then: Callable[[bytes], None]) -> None:
        if self._written is not None:
            size: Size = self.label_size.currentData()
            first: int = self.first.currentData() if size == SHEET else 1
            work = partial(_make_label, self.session.desk, self._written, size, first)
            self.session.run(self, work, then, slow=True)

    def _print_note(self, pdf: bytes) -> None:
        self._print(pdf)

    def _print(self, pdf: bytes) -> bool:
        name = self._written.name if self._written else ""
        printer = ask.printer(self, name, len(page_sizes(pdf)))
        if printer is None:
            return False
        self._printer = printer
        self.session.run(self, partial(print_pdf, pdf, printer), self._printed, slow=True)
        return True

    def _printed(self, pages: int) -> None:
        self.session.say(ntr("{n} page was printed.", "{n} pages were printed.", pages), Tone.DONE)

    def _print_label(self, pdf: bytes) -> None:
        if self._print(pdf):
            self._used()

    def _save_note(self, pdf: bytes) -> None:
        if self._written is not None:
            self._save(pdf, package_papers.note_name(self._written))

    def _save_label(self, pdf: bytes) -> None:
        if self._written is not None and self._save(pdf, package_papers.label_name(self._written)):
            self._used()

    def _used(self) -> None:
        """The next label comes after this one, on the same sheet or a new one."""
        if self.label_size.currentData() == SHEET:
            self.first.setCurrentIndex((self.first.currentIndex() + 1) % ON_SHEET)
            remembered.opened().put(**{_NEXT: self.first.currentText()})

    def _save(self, pdf: bytes, name: str) -> bool:
        proposed = str(own_folder().parent / name)
        target = choose.save_file(self, tr("Save as PDF…"), proposed, tr("PDF (*.pdf)"))
        if target is None:
            return False
        target = target if target.suffix else target.with_suffix(".pdf")
        self.session.run(self, partial(_write, target, pdf), self._saved)
        return True

    def _saved(self, path: Path) -> None:
        text = tr("Saved: {path}", path=str(path))
        self.session.said.emit(Message(text, Tone.DONE, tr("Open"), partial(open_path, path)))


def _make_note(desk: Desk, written: Written, progress: Progress) -> bytes:
    return package_papers.note(desk, written, progress)


def _make_label(desk: Desk, written: Written, size: Size, first: int, progress: Progress) -> bytes:
    return package_papers.label(desk, written, size, first=first, progress=progress)


def _write(target: Path, content: bytes, progress: Progress) -> Path:
    progress.check()
    try:
        atomic.write_bytes(target, content)
    except OSError as error:
        raise from_os_error(error, target) from error
    return target
