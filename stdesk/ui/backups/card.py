"""The backups in a card: the last one, how many, the second place, and the two buttons that matter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.backups import reading
from stdesk.ui.backups.reading import Backup, Kept, Place
from stdesk.ui.backups.words import age_words, show_size, when_words, why_words
from stdesk.ui.choose import choose
from stdesk.ui.safety.card import SafetyCard, give_back_keyboard
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.progress_strip import ProgressStrip


class BackupCard(SafetyCard):
    """What is kept, and where.

    Signals:
        read: the :class:`Kept` that is shown now.
    """

    read = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Backups"), "archive", parent)
        self.session = session
        self.kept: Kept | None = None
        self._task: Task | None = None
        self._held: QWidget | None = None
        self.facts = label("", "small", wrap=True)
        self.column.addWidget(self.facts)
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self.now_button = icon_button("archive", tr("Back up now"), "on_accent")
        self.now_button.setProperty("primary", True)
        self.now_button.clicked.connect(self.back_up)
        self.list_button = icon_button("rows", tr("See the backups"))
        self.list_button.clicked.connect(partial(session.page_wanted.emit, "backups", None))
        self.button_row(self.now_button, self.list_button)
        self._second_place()
        self.column.addStretch(1)

    def _second_place(self) -> None:
        line = QFrame()
        line.setProperty("place", "line")
        self.column.addWidget(line)
        self.column.addWidget(label(tr("A second place (stick, another disk, a share)"), "strong"))
        self.place = label("", wrap=True)
        self.column.addWidget(self.place)
        self.place_run = icon_button("hard-drives", tr("Back up there now"))
        self.place_run.clicked.connect(self.back_up_there)
        self.place_choose = icon_button("folder-open", tr("Choose the folder…"))
        self.place_choose.clicked.connect(self.choose_place)
        self.place_off = icon_button("x", tr("No longer"))
        self.place_off.setAccessibleName(tr("No longer use the second place"))
        self.place_off.clicked.connect(partial(self._set_place, None))
        self.button_row(self.place_run, self.place_choose, self.place_off)

    # -- what is shown ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is kept."""
        self.session.run(self, partial(reading.read, self.session.desk), self._show, slow=True)

    def _show(self, kept: Kept) -> None:
        self.kept = kept
        last = kept.last
        if last is None:
            self.about.setText(
                tr("There is no backup yet. One is made by itself within the hour; you can make one now.")
            )
        else:
            when = when_words(last.made_at, kept.today)
            self.about.setText(
                tr("The last one: {when}, opened and counted. {why}.", when=when, why=why_words(last.why))
            )
        self.facts.setText(_facts(kept))
        self.facts.setVisible(bool(kept.backups))
        self.badge.tell(*_state(kept))
        self._show_place(kept)
        self._set_free(self._task is None)
        self.read.emit(kept)

    def _show_place(self, kept: Kept) -> None:
        place = kept.place
        if place.folder is None:
            said = tr("None yet. A disk that breaks or a stolen PC takes the backups on it along.")
        elif not place.last:
            said = tr("{folder}: nothing was backed up there yet.", folder=str(place.folder))
        else:
            said = tr("{folder}: last {age}.", folder=str(place.folder), age=age_words(place.age))
        if place.folder is not None and not place.reachable:
            said += " " + tr("It cannot be reached now: plug it in, then back up there.")
        elif place.remind:
            said += " " + tr("That is long ago.")
        self.place.setText(said)
        theme.mark(self.place, role="" if not place.remind else "strong")
        self.place_run.setVisible(place.folder is not None)
        self.place_off.setVisible(place.folder is not None)

    def _set_free(self, free: bool) -> None:
        writable = not self.session.desk.read_only
        place = self.kept.place if self.kept is not None else None
        for button in (self.now_button, self.place_choose, self.place_off):
            button.setEnabled(free and writable)
        self.place_run.setEnabled(free and writable and place is not None and place.reachable)

    # -- acts ------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make a backup now."""
        self._run(partial(reading.back_up, self.session.desk, "manual"), self._backed_up)

    def _backed_up(self, made: Backup | None) -> None:
        if made is None:
            self.session.say(tr("Nothing has changed since the last backup: it holds everything."), Tone.DONE)
        else:
            self.session.say(
                tr("Backed up, opened and counted. {size} in all.", size=show_size(made.size)), Tone.DONE
            )
        self.session.changed.emit(Changes())

    def back_up_there(self) -> None:
        """Make a backup in the second place now."""
        self._run(partial(reading.back_up_there, self.session.desk), self._backed_up_there)

    def _backed_up_there(self, made: Backup | None) -> None:
        place = self.kept.place.folder if self.kept is not None else None
        said = tr("Backed up to {folder} and read back. The stick can be taken out.", folder=str(place or ""))
        if made is None:
            said = tr("Nothing has changed since the last backup in {folder}.", folder=str(place or ""))
        self.session.say(said, Tone.DONE)
        self.session.changed.emit(Changes())

    def choose_place(self) -> None:
        """Ask for the second place."""
        folder = choose.folder(self, tr("Folder for the second backup"), "")
        if folder is not None:
            self._set_place(folder)

    def _set_place(self, folder: Path | None) -> None:
        self._run(partial(reading.set_place, self.session.desk, folder), self._place_set)

    def _place_set(self, place: Place) -> None:
        if place.folder is not None:
            said = tr(
                "Second place: {folder}. Press “{button}” for the first one.",
                folder=str(place.folder),
                button=self.place_run.text(),
            )
        else:
            said = tr("No second place any more. What lies there stays there.")
        self.session.say(said, Tone.DONE)
        self.session.changed.emit(Changes())

    def _run(self, work: Work, then: Callable[[Any], None]) -> None:
        if self._task is not None:
            return
        task = self.session.run(self, work, then, slow=True)
        self._task, self._held = task, self.focusWidget()
        self.strip.follow(task)
        task.ended.connect(self._ended)  # after the strip is gone, whose button has the keyboard
        self._set_free(False)

    def _ended(self) -> None:
        self._task = None
        self._set_free(True)
        give_back_keyboard(self, self._held)

    def step_back(self) -> bool:
        """Esc: stop what is under way."""
        if self._task is None:
            return False
        self._task.cancel()
        return True


def _facts(kept: Kept) -> str:
    if not kept.backups:
        return ""
    said = [ntr("{n} backup kept", "{n} backups kept", len(kept.good)), show_size(kept.room)]
    broken = len(kept.backups) - len(kept.good)
    if broken:
        said.append(ntr("{n} of them cannot be read", "{n} of them cannot be read", broken))
    if kept.free is not None:
        said.append(tr("free on this disk: {size}", size=show_size(kept.free)))
    return " · ".join(said)


def _state(kept: Kept) -> tuple[str, str, str]:
    """Word, picture, tone."""
    if kept.last is None:
        return (
            (tr("none yet"), "info", "blue") if kept.untouched else (tr("none yet"), "warning-circle", "red")
        )
    if not kept.backups[0].ok:
        return tr("the last one failed"), "warning-circle", "red"
    if kept.place.folder is None:
        return tr("one place only"), "warning", "amber"
    if kept.place.remind:
        return tr("the second place is old"), "warning", "amber"
    return tr("in order"), "check-circle", "green"
