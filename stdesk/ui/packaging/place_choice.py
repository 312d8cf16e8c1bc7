"""Where the package goes: the sticks that are plugged in, or any folder, and whether there is room for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services import media
from stdesk.services.media import Checked, Volume
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.icons import icon
from stdesk.ui.packaging.room import Lying, Room, lying_there, room_for
from stdesk.ui.packaging.words import volume_words
from stdesk.ui.session import Session
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine

_SHOWN = 4  # media seen at once
_LOOK_MS = 2000  # how often sticks are looked for while the page is seen


class PlaceChoice(QWidget):
    """A list of media over a line for any folder, and below what there is room for.

    Signals:
        changed: another place, or more or less room there.
        entered: Enter in the folder's line.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._found: list[Volume] = []
        self._looking = self._halted = False
        self._checked: Checked | None = None  # the medium of the folder in the line, when it is known
        self._asked = ""  # the folder that was asked about last
        self._needed, self._name = 0, ""
        self._lying = Lying()
        self.room = Room()
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        self.volumes = QListWidget()
        self.volumes.setAccessibleName(tr("Media that are plugged in"))
        self.volumes.setIconSize(QSize(20, 20))
        self.volumes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.volumes.currentRowChanged.connect(self._volume_chosen)
        self.no_volume = label(
            tr("No USB stick is plugged in. Plug one in, or choose a folder below."), "soft", wrap=True
        )
        self.no_volume.setMinimumHeight(t.row)
        self.folder = QLineEdit(placeholderText=tr("Folder to write the package into"))
        self.folder.setAccessibleName(tr("Folder to write the package into"))
        self.folder.textChanged.connect(lambda _text: self._folder_changed())
        self.folder.textEdited.connect(lambda _text: self.volumes.setCurrentRow(-1))
        self.folder.returnPressed.connect(self.entered)
        self.browse = QPushButton(tr("Choose another folder…"))
        self.browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.setSpacing(t.s)
        line.addWidget(self.folder, 1)
        line.addWidget(self.browse)
        self.note = NoteLine()
        column.addWidget(self.volumes)
        column.addWidget(self.no_volume)
        column.addLayout(line)
        column.addWidget(self.note)
        self.volumes.hide()  # until it is known what there is
        self.no_volume.hide()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def place(self) -> Path | None:
        """The folder chosen."""
        text = self.folder.text().strip().strip('"')
        return Path(text).expanduser() if text else None

    @property
    def volume(self) -> Volume | None:
        """The medium the folder lies on, when it is known."""
        return self._checked.volume if self._checked is not None else None

    @property
    def halted(self) -> bool:
        """Whether media are left alone because something is being written."""
        return self._halted

    def halt(self, halted: bool) -> None:
        """Leave the media alone while something is being written to one."""
        self._halted = halted
        if not halted:
            self._asked = ""
            self._ask()
            self.look()

    def need(self, size: int, name: str) -> None:
        """The package takes ``size`` bytes and its file is called ``name`` ("" while unknown)."""
        if (size, name) != (self._needed, self._name):
            self._needed, self._name = size, name
            self._asked = ""
            self._ask()
        self._tell()

    # -- looking -----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Look for sticks while the page is seen."""
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """And not otherwise."""
        super().hideEvent(event)
        self._timer.stop()

    def look(self) -> None:
        """See which media are plugged in."""
        if self._looking or self._halted:
            return
        self._looking = True
        task = self.session.runner.run(self, _volumes, beside=True)
        task.finished.connect(self.show_volumes)
        task.ended.connect(self._looked)

    def _looked(self) -> None:
        self._looking = False

    def show_volumes(self, found: list[Volume]) -> None:
        """Offer these media; the one chosen stays chosen."""
        if self._halted:
            return
        if found != self._found or not self.volumes.count():
            self._fill(found)
            self._asked = ""
            self._ask()
        self.volumes.setVisible(bool(found))
        self.no_volume.setVisible(not found)

    def _fill(self, found: list[Volume]) -> None:
        held = self.volumes.currentRow()
        root = self._found[held].root if 0 <= held < len(self._found) else None
        self._found = found
        self.volumes.blockSignals(True)
        self.volumes.clear()
        for one in found:
            self.volumes.addItem(_item(one))
        place = next((at for at, one in enumerate(found) if one.root == root), -1)
        self.volumes.setCurrentRow(place)
        self.volumes.blockSignals(False)
        row = self.volumes.sizeHintForRow(0) if found else 0
        self.volumes.setFixedHeight(min(len(found), _SHOWN) * row + 8)
        free = [at for at, one in enumerate(found) if one.removable and not one.read_only]
        if place < 0 and free and (not self.folder.text() or self._gone(root)):
            self.volumes.setCurrentRow(free[0])

    def _gone(self, root: Path | None) -> bool:
        """Whether the folder in the line is the root of a stick that was pulled out."""
        return root is not None and self.folder.text() == str(root)

    def _volume_chosen(self, at: int) -> None:
        if 0 <= at < len(self._found) and not self._found[at].read_only:
            self.folder.setText(str(self._found[at].root))

    def _browse(self) -> None:
        if found := choose.folder(self, tr("Folder to write the package into"), self.folder.text()):
            self.volumes.setCurrentRow(-1)
            self.folder.setText(str(found))

    # -- room --------------------------------------------------------------------------------

    def _folder_changed(self) -> None:
        self._checked = None
        self._lying = Lying()
        self._ask()
        self._tell()

    def _ask(self) -> None:
        """Ask the medium the folder lies on for its room and for what lies there already."""
        place = self.place
        asked = str(place) if place is not None else ""
        if self._halted or asked == self._asked:
            return
        self._asked = asked
        if place is None:
            return
        task = self.session.runner.run(self, partial(_there, place, self._needed, self._name), beside=True)
        task.finished.connect(partial(self._show_there, asked))

    def _show_there(self, asked: str, found: tuple[Checked | None, Lying]) -> None:
        if asked == self._asked and not self._halted:
            self._checked, self._lying = found
            self._tell()

    def _tell(self) -> None:
        self.room = room_for(self._needed, self._checked, self._lying)
        if self.room.text and self.place is not None:
            self.note.tell(self.room.text, picture=self.room.icon, tone=self.room.tone)
        else:
            self.note.clear()
        self.changed.emit()


def _volumes(_progress: Progress) -> list[Volume]:
    return list(media.volumes())


def _there(place: Path, size: int, name: str, _progress: Progress) -> tuple[Checked | None, Lying]:
    """The medium of ``place``, whether ``size`` bytes go there, and what lies there of the package."""
    try:
        return media.check(place, size), lying_there(place, name)
    except OSError:  # just pulled out, or no permission: writing will say so
        return None, Lying()


def _item(volume: Volume) -> QListWidgetItem:
    item = QListWidgetItem(volume_words(volume))
    item.setIcon(
        icon("usb" if volume.removable else "floppy-disk", "accent" if volume.removable else "text_soft")
    )
    item.setToolTip(item.text())
    if volume.read_only:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
    return item
