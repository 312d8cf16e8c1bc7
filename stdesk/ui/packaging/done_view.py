"""What came of it: written and read back, with what to do next; or what went wrong, and the way on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services import media
from stdesk.services.media import Ejected, Volume
from stdesk.ui import clipboard, theme
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.icons import icon_label, pixmap
from stdesk.ui.packaging.making import Made
from stdesk.ui.packaging.papers import PapersView
from stdesk.ui.packaging.words import in_groups, volume_name
from stdesk.ui.reporting.looking_page import open_path
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine

_SELECT = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class DoneView(QFrame):
    """The package is on the stick: calm, large, and the next steps in their order.

    Signals:
        verify_wanted: path of the package to be verified once more.
        again_wanted: another package is to be made.
    """

    verify_wanted = Signal(object)
    again_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._made: Made | None = None
        self._volume: Volume | None = None
        t = theme.tokens()
        self.setProperty("place", "card")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(t.xl, t.l, t.xl, t.l)
        outer.setSpacing(t.l)
        outer.addWidget(icon_label("shield-check", "green", 40), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(t.s)
        outer.addLayout(column, 1)
        self.title = label("", "title", wrap=True)
        self.text = label("", wrap=True)
        self.code = label("", "small", wrap=True)
        self.note = NoteLine()
        for one in (self.text, self.code):
            one.setTextInteractionFlags(_SELECT)
        for widget in (self.title, self.text, self.code, self.note):
            column.addWidget(widget)
        column.addLayout(self._first_buttons())
        column.addSpacing(t.xs)
        self.papers = PapersView(session)
        column.addWidget(self.papers)
        column.addSpacing(t.xs)
        column.addWidget(self._other_buttons())

    def _first_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().s)
        self.eject_button = icon_button("usb", tr("Take the stick out safely"), "on_accent")
        self.eject_button.setProperty("primary", True)
        self.eject_button.clicked.connect(self.eject)
        self.ejected_picture = label("")
        self.ejected = label("", "strong", wrap=True)
        self.verify_button = icon_button("shield-check", tr("Verify once more"))
        self.verify_button.clicked.connect(self._verify)
        row.addWidget(self.eject_button)
        row.addWidget(self.verify_button)
        row.addWidget(self.ejected_picture)
        row.addWidget(self.ejected, 1)
        return row

    def _other_buttons(self) -> QWidget:
        holder = QWidget()
        row = FlowLayout(holder, theme.tokens().s)
        self.copy_button = icon_button("copy", tr("Copy the check code"))
        self.copy_button.clicked.connect(self._copy)
        self.open_button = icon_button("folder-open", tr("Open the folder"))
        self.open_button.clicked.connect(self._open_folder)
        self.again_button = icon_button("arrow-left", tr("Another package"))
        self.again_button.clicked.connect(self.again_wanted)
        for button in (self.copy_button, self.open_button, self.again_button):
            row.addWidget(button)
        return holder

    @property
    def made(self) -> Made | None:
        """What is shown."""
        return self._made

    def show_made(self, made: Made, volume: Volume | None) -> None:
        """Say what stands where, who can open it, and what to do now."""
        self._made, self._volume = made, volume
        stick = volume is not None and volume.removable
        if made.read_back:
            title = (
                tr("Written, and read back from the stick itself")
                if stick
                else tr("Written and read back whole")
            )
        else:
            title = tr("Written and compared")
        self.title.setText(title)
        lines = [f"{path.name}  ·  {show_size(size)}" for path, size in made.files]
        where = volume_name(volume) if stick and volume is not None else str(made.folder)
        lines.append(tr("In {place}. {who}", place=where, who=_who(made)))
        self.text.setText("\n".join(lines))
        codes = "\n".join(in_groups(one.sha512) for one in made.codes)
        self.code.setText(tr("Check code (SHA-512): {code}", code=codes))
        self.setAccessibleName(f"{title}. {self.text.text()}")
        self._show_note(made)
        self.eject_button.setVisible(stick)
        self.eject_button.setEnabled(True)
        self._say_ejected(None)
        self.papers.show_written(made.written)

    def _show_note(self, made: Made) -> None:
        if made.look_again:
            self.note.tell(made.look_again, picture="warning", tone="amber")
        elif made.written.trial:
            text = tr("This is a trial: it is marked THỬ and the centre does not take it as the report.")
            self.note.tell(text, picture="flask", tone="amber")
        elif len(made.files) > 1:
            text = tr("The package has {n} files: hand in all of them.", n=str(len(made.files)))
            self.note.tell(text, picture="info", tone="blue")
        else:
            self.note.clear()

    def eject(self) -> None:
        """Take the stick out of use and say whether it may be pulled out."""
        if self._volume is None:
            return
        self.eject_button.setEnabled(False)
        task = self.session.runner.run(self, partial(_eject, self._volume), beside=True)
        task.finished.connect(partial(self._ejected, self._made))

    def _ejected(self, made: Made | None, answer: Ejected) -> None:
        if made is not self._made:
            return
        self._say_ejected(answer)
        if answer.done:
            for button in (self.open_button, self.verify_button):
                button.setEnabled(False)
        else:
            self.eject_button.setEnabled(True)

    def _say_ejected(self, answer: Ejected | None) -> None:
        for button in (self.open_button, self.verify_button):
            button.setEnabled(True)
        self.ejected.setText(answer.text if answer else "")
        self.ejected_picture.setVisible(answer is not None)
        if answer is not None:
            look = ("check-circle", "green") if answer.done else ("warning", "amber")
            self.ejected_picture.setPixmap(pixmap(*look, 20, self))
            self.ejected.setAccessibleName(answer.text)

    def _copy(self) -> None:
        if self._made is not None:
            clipboard.put_text("\n".join(one.sha512 for one in self._made.codes))
            self.session.say(tr("Check code copied."), Tone.DONE)

    def _open_folder(self) -> None:
        if self._made is not None:
            open_path(self._made.folder)

    def _verify(self) -> None:
        if self._made is not None:
            self.verify_wanted.emit(self._made.paths[0])


class FailedView(QFrame):
    """What went wrong in a sentence, and the same once more.

    Signals:
        again_wanted: write it again as it was chosen.
        back_wanted: choose something else first.
    """

    again_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.setProperty("place", "card")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(t.xl, t.l, t.xl, t.l)
        outer.setSpacing(t.l)
        self._picture = label("")
        outer.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(t.s)
        outer.addLayout(column, 1)
        self.title = label("", "title", wrap=True)
        self.text = label("", wrap=True)
        self.text.setTextInteractionFlags(_SELECT)
        self.kept = label(tr("Nothing in the library changed. The try stands in the log."), "soft", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(t.s)
        self.again_button = icon_button("arrow-clockwise", tr("Write again"), "on_accent")
        self.again_button.setProperty("primary", True)
        self.again_button.clicked.connect(self.again_wanted)
        self.back_button = QPushButton(tr("Choose another place"))
        self.back_button.clicked.connect(self.back_wanted)
        row.addWidget(self.again_button)
        row.addWidget(self.back_button)
        row.addStretch(1)
        for widget in (self.title, self.text, self.kept):
            column.addWidget(widget)
        column.addLayout(row)

    def show_failed(self, text: str) -> None:
        """It could not be written: why, and what to do."""
        self._show("x-circle", "red", tr("The package was not written"), text)
        self.again_button.setText(tr("Write again"))

    def show_stopped(self, *, kept: bool) -> None:
        """The officer stopped it; what was written so far is kept there, or nothing is."""
        text = (
            tr("The part written so far stays there for the next time; it cannot be taken for a package.")
            if kept
            else tr("Nothing was left behind.")
        )
        self._show("stop", "amber", tr("Stopped"), text)
        self.again_button.setText(tr("Go on writing") if kept else tr("Write again"))

    def _show(self, picture: str, tone: str, title: str, text: str) -> None:
        self._picture.setPixmap(pixmap(picture, tone, 40, self))
        self._picture.setFixedSize(40, 40)
        self.title.setText(title)
        self.text.setText(text)
        self.setAccessibleName(f"{title}. {text}")


def _who(made: Made) -> str:
    if made.written.facts.sealed:
        name = made.centre or tr("the centre")
        return tr("Sealed: only {centre} can open it.", centre=name)
    return tr("Open: anybody who holds it can read it.")


def _eject(volume: Volume, progress: Progress) -> Ejected:
    progress.check()
    return media.eject(volume)
