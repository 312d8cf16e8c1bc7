"""Making a package: which report, where to, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.periods import parse_period
from stdesk.i18n import count, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.reporting import FrozenReport
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.icons import icon, icon_label
from stdesk.ui.packaging import volumes
from stdesk.ui.packaging.volumes import Volume
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SHOWN = 5  # media seen at once
_LOOK_MS = 3000  # how often sticks are looked for while the page is seen


@dataclass(frozen=True, slots=True)
class Made:
    """A package that was written and read back."""

    path: Path
    size: int
    entries: int
    sha512: str


class MakePanel(QWidget):
    """Choose a frozen report and a place, then one button.

    Signals:
        verify_wanted: path of a package to be verified.
        report_wanted: there is nothing frozen; the report page is wanted.
    """

    verify_wanted = Signal(object)
    report_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._reports: list[FrozenReport] = []
        self._volumes: list[Volume] = []
        self._task: Task | None = None
        self._looking = False
        self._made: Made | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.m, 0, 0)
        column.setSpacing(t.m)
        card = QFrame()
        card.setProperty("place", "card")
        card.setLayout(self._form())
        column.addWidget(card)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        column.addWidget(self._result())
        column.addStretch(1)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look_for_volumes)

    def _form(self) -> QGridLayout:
        t = theme.tokens()
        grid = QGridLayout()
        grid.setContentsMargins(t.l, t.l, t.l, t.l)
        grid.setHorizontalSpacing(t.m)
        grid.setVerticalSpacing(t.s)
        self.report = QuietCombo()
        self.report.setAccessibleName(tr("Frozen report"))
        self.report.setMinimumContentsLength(24)
        self.report.activated.connect(lambda _at: self._show_buttons())
        self.nothing = label(
            tr("Nothing is frozen yet. Freeze the figures on the report page first."), "soft", wrap=True
        )
        self.report_button = icon_button("file-text", tr("To the report"))
        self.report_button.clicked.connect(self.report_wanted)
        self.volumes = QListWidget()
        self.volumes.setAccessibleName(tr("Media that are plugged in"))
        self.volumes.setIconSize(QSize(20, 20))
        self.volumes.currentRowChanged.connect(self._volume_chosen)
        self.no_volume = label(
            tr("No USB stick is plugged in. Plug one in, or choose a folder below."), "soft", wrap=True
        )
        self.folder = QLineEdit(placeholderText=tr("Folder to write the package into"))
        self.folder.setAccessibleName(tr("Folder to write the package into"))
        self.folder.textChanged.connect(lambda _text: self._show_buttons())
        self.folder.textEdited.connect(lambda _text: self.volumes.setCurrentRow(-1))
        self.folder.returnPressed.connect(self.make)
        browse = QPushButton(tr("Choose another folder…"))
        browse.clicked.connect(self._browse)
        self.make_button = icon_button("package", tr("Make the package"), "on_accent")
        self.make_button.setProperty("primary", True)
        self.make_button.clicked.connect(self.make)
        top = Qt.AlignmentFlag.AlignTop
        report, place = QVBoxLayout(), QVBoxLayout()  # of each pair one is seen, in the same spot
        report.addWidget(self.report)
        report.addWidget(self.nothing)
        place.addWidget(self.volumes)
        place.addWidget(self.no_volume)
        grid.addWidget(_caption(tr("Report")), 0, 0, top)
        grid.addLayout(report, 0, 1)
        grid.addWidget(self.report_button, 0, 2)
        grid.addWidget(_caption(tr("Write to")), 1, 0, top)
        grid.addLayout(place, 1, 1, 1, 2)
        grid.addWidget(self.folder, 2, 1)
        grid.addWidget(browse, 2, 2)
        grid.addWidget(self.make_button, 3, 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        for text in (self.nothing, self.no_volume):
            text.setMinimumHeight(theme.tokens().row)
        for widget in (self.report, self.nothing, self.report_button, self.volumes, self.no_volume):
            widget.hide()  # until it is known what there is
        self.make_button.setEnabled(False)
        return grid

    def _result(self) -> QFrame:
        t = theme.tokens()
        self.result = QFrame()
        self.result.setProperty("place", "note")
        self.result.setProperty("tone", "green")
        row = QHBoxLayout(self.result)
        row.setContentsMargins(t.l, t.m, t.l, t.m)
        row.setSpacing(t.m)
        row.addWidget(icon_label("shield-check", "green", 32), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(t.xs)
        self.result_title = label("", "heading", wrap=True)
        self.result_path = label("", wrap=True)
        self.result_code = label("", "small", wrap=True)
        for one in (self.result_path, self.result_code):
            one.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        buttons = QHBoxLayout()
        self.copy_button = icon_button("copy", tr("Copy the check code"))
        self.copy_button.clicked.connect(self._copy)
        open_button = icon_button("folder-open", tr("Open the folder"))
        open_button.clicked.connect(self._open_folder)
        self.verify_again_button = icon_button("shield-check", tr("Verify once more"))
        self.verify_again_button.clicked.connect(self._verify)
        for button in (self.copy_button, open_button, self.verify_again_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for widget in (self.result_title, self.result_path, self.result_code):
            column.addWidget(widget)
        column.addLayout(buttons)
        row.addLayout(column, 1)
        self.result.hide()
        return self.result

    def focus_place(self) -> QWidget:
        """The report while there is one to choose, else the folder."""
        return self.report if self._reports else self.folder

    # -- what there is -----------------------------------------------------------------------

    def show_reports(self, reports: list[FrozenReport], wanted: str = "") -> None:
        """Offer these, newest and real ones first; of period ``wanted`` if there is one."""
        held = self.report.currentData()
        self._reports = [one for one in reports if not one.trial] + [one for one in reports if one.trial]
        self.report.clear()
        for one in self._reports:
            self.report.addItem(
                icon("flask", "amber") if one.trial else icon("seal-check", "green"), _named(one), one
            )
        places = [at for at, one in enumerate(self._reports) if wanted and one.period == wanted]
        places += [at for at, one in enumerate(self._reports) if one == held]
        self.report.setCurrentIndex(places[0] if places else (0 if self._reports else -1))
        self._show_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for sticks while the page is seen."""
        super().showEvent(event)
        self.look_for_volumes()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """And not otherwise."""
        super().hideEvent(event)
        self._timer.stop()

    def look_for_volumes(self) -> None:
        """See which media are plugged in."""
        if self._looking or self._task is not None:
            return
        self._looking = True
        task = self.session.runner.run(self, volumes.plugged_in, beside=True)
        task.finished.connect(self.show_volumes)
        task.ended.connect(self._looked)

    def _looked(self) -> None:
        self._looking = False

    def show_volumes(self, found: list[Volume]) -> None:
        """Offer these media; the one chosen stays chosen."""
        if found != self._volumes or not self.volumes.count():
            held = self.volumes.currentRow()
            root = self._volumes[held].root if 0 <= held < len(self._volumes) else None
            self._volumes = found
            self.volumes.blockSignals(True)
            self.volumes.clear()
            for one in found:
                self.volumes.addItem(_volume_item(one))
            place = next((at for at, one in enumerate(found) if one.root == root), -1)
            self.volumes.setCurrentRow(place)
            self.volumes.blockSignals(False)
            row = self.volumes.sizeHintForRow(0) if found else 0
            self.volumes.setFixedHeight(min(len(found), _SHOWN) * row + 8)
            if place < 0 and not self.folder.text() and found and found[0].removable:
                self.volumes.setCurrentRow(0)
        self.volumes.setVisible(bool(found))
        self.no_volume.setVisible(not found)

    def _volume_chosen(self, at: int) -> None:
        if 0 <= at < len(self._volumes) and not self._volumes[at].read_only:
            self.folder.setText(str(self._volumes[at].root))

    def _browse(self) -> None:
        if found := choose.folder(self, tr("Folder to write the package into"), self.folder.text()):
            self.volumes.setCurrentRow(-1)
            self.folder.setText(str(found))

    def _show_buttons(self) -> None:
        self.nothing.setVisible(not self._reports)
        self.report_button.setVisible(not self._reports)
        self.report.setVisible(bool(self._reports))
        ready = bool(self._reports) and bool(self.folder.text().strip()) and self._task is None
        self.make_button.setEnabled(ready)

    # -- making ------------------------------------------------------------------------------

    def make(self) -> None:
        """Write the package, read it back, verify it."""
        report, folder = self.report.currentData(), self.folder.text().strip()
        if self._task is not None or report is None or not folder:
            return
        self.result.hide()
        self._task = task = self.session.runner.run(
            self, partial(_make, self.session.desk, report, Path(folder).expanduser())
        )
        task.finished.connect(self._show_made)
        task.failed.connect(self.session.say_error)
        task.cancelled.connect(self._stopped)
        task.ended.connect(self._ended)
        self.progress.follow(task)
        self._show_buttons()

    def stop(self) -> bool:
        """Stop what is under way; False when nothing is."""
        if self._task is None:
            return False
        self._task.cancel()
        return True

    def _stopped(self) -> None:
        self.session.say(tr("Stopped. Nothing was left behind."))

    def _ended(self) -> None:
        self._task = None
        self._show_buttons()

    def _show_made(self, made: Made) -> None:
        self._made = made
        self.result_title.setText(tr("Whole and unchanged: written, read back, verified"))
        self.result_path.setText(
            tr(
                "{path}  ({size}, {n} files)",
                path=str(made.path),
                size=show_size(made.size),
                n=count(made.entries),
            )
        )
        self.result_code.setText(tr("Check code (SHA-512): {code}", code=in_groups(made.sha512)))
        self.result.show()
        self.session.say(tr("Package made: {path}", path=str(made.path)), Tone.DONE)

    def _copy(self) -> None:
        if self._made is not None:
            QGuiApplication.clipboard().setText(self._made.sha512)
            self.session.say(tr("Check code copied."), Tone.DONE)

    def _open_folder(self) -> None:
        if self._made is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._made.path.parent)))

    def _verify(self) -> None:
        if self._made is not None:
            self.verify_wanted.emit(self._made.path)


def _make(desk: Desk, report: FrozenReport, folder: Path, progress: Progress) -> Made:
    written = desk.handover.pack_report(report, folder, progress=progress)
    progress.start(0, tr("Reckoning the check code"))
    return Made(written.path, written.size, written.entries, written.sha512)


def _caption(text: str) -> QLabel:
    """A caption as high as the line beside it, so that their texts stand level."""
    caption = label(text, "label")
    caption.setMinimumHeight(theme.tokens().row)
    return caption


def _named(report: FrozenReport) -> str:
    period = str(parse_period(report.period).label)
    which = tr("Trial, marked THỬ") if report.trial else tr("Submission {n}", n=str(report.submission))
    return f"{period[:1].upper()}{period[1:]} · {which} · {shown_time(report.at)}"


def _volume_item(volume: Volume) -> QListWidgetItem:
    name = volume.name or (tr("USB stick") if volume.removable else tr("Drive"))
    room = tr("{free} free of {total}", free=show_size(volume.free), total=show_size(volume.total))
    parts = [f"{name} ({volume.root})", room]
    if volume.read_only:
        parts.append(tr("cannot be written to"))
    item = QListWidgetItem("  ·  ".join(parts))
    item.setIcon(
        icon("usb" if volume.removable else "floppy-disk", "accent" if volume.removable else "text_soft")
    )
    if volume.read_only:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
    return item


def in_groups(code: str, size: int = 8) -> str:
    """A long code in groups, so that two can be compared by eye."""
    return " ".join(code[at : at + size] for at in range(0, len(code), size))
