"""The password in a card: none yet, or what can be done with the one there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services import locking
from stdesk.services.desk import Desk
from stdesk.services.locking import LockState, Recovery
from stdesk.ui import theme
from stdesk.ui.locking.minutes import keep_minutes, minutes
from stdesk.ui.locking.new_password import NewPasswordPanel
from stdesk.ui.locking.secret_panel import SecretPanel
from stdesk.ui.locking.sheet_panel import SheetPanel
from stdesk.ui.roles.ask import RoleStrip
from stdesk.ui.safety.card import SafetyCard
from stdesk.ui.session import ClosedWork, Session, Tone
from stdesk.ui.tasks import Task, Work
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.progress_strip import ProgressStrip


class LockCard(SafetyCard):
    """Set, change, take off; the recovery sheet; locking by itself."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Password"), "lock-key", parent)
        self.session = session
        self.state: LockState | None = None
        self._task: Task | None = None
        self._new = ""
        self.strip = ProgressStrip()
        self.column.addWidget(self.strip)
        self._make_buttons()
        self._make_minutes()
        self.dropping = NoteLine()
        self.column.addWidget(self.dropping)
        self.role_strip = RoleStrip(session)
        self.choosing = NewPasswordPanel(session.desk.locking)
        self.choosing.chosen.connect(self._chosen)
        self.choosing.left.connect(self._show_buttons)
        self.asking = SecretPanel()
        self.asking.leave.clicked.connect(self.step_back)
        self.sheet = SheetPanel(session)
        self.sheet.proved.connect(self._proved)
        self.sheet.left.connect(self._forget)
        self.panels = (self.choosing, self.asking, self.sheet)
        for one in (self.role_strip, *self.panels):
            self.column.addWidget(one)
        self.column.addStretch(1)

    def _make_buttons(self) -> None:
        self.set_button = icon_button("lock-key", tr("Set a password…"), "on_accent")
        self.set_button.setProperty("primary", True)
        self.set_button.clicked.connect(self.set_password)
        self.lock_button = icon_button("lock", tr("Lock now"))
        self.lock_button.setToolTip("Ctrl+Shift+L")
        self.lock_button.clicked.connect(self.session.lock_wanted)
        self.change_button = icon_button("pencil-simple", tr("Change the password…"))
        self.change_button.clicked.connect(self.change)
        self.renew_button = icon_button("printer", tr("New recovery sheet…"))
        self.renew_button.clicked.connect(self.renew)
        self.remove_button = icon_button("lock-open", tr("Take the password off…"))
        self.remove_button.clicked.connect(self.remove)
        self.drop_button = icon_button("trash", tr("Delete the backups without a password…"))
        self.drop_button.clicked.connect(self.drop)
        self.buttons = (
            self.set_button, self.lock_button, self.change_button, self.renew_button, self.remove_button,
            self.drop_button,
        )  # fmt: skip
        self.row = self.button_row(*self.buttons)

    def _make_minutes(self) -> None:
        self.minutes_row = QWidget()
        row = QHBoxLayout(self.minutes_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().s)
        said = tr("On this computer, lock by itself when nobody touches it for")
        named = label(said, "label")
        self.minutes = QComboBox()
        self.minutes.setAccessibleName(said)
        named.setBuddy(self.minutes)
        for one in locking.MINUTES:
            text = ntr("{n} minute", "{n} minutes", one) if one else tr("never")
            self.minutes.addItem(text, one)
        self.minutes.setCurrentIndex(self.minutes.findData(minutes()))
        self.minutes.activated.connect(self._keep_minutes)
        row.addWidget(named)
        row.addWidget(self.minutes)
        row.addStretch(1)
        self.column.addWidget(self.minutes_row)

    # -- what is shown ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read how the library is protected."""
        self.session.run(self, partial(_read, self.session.desk), self._show, beside=True)

    def _show(self, state: LockState) -> None:
        self.state = state
        if state.locked:
            self.badge.tell(tr("Locked"), "lock", "green")
            said = tr(
                "Whoever takes this computer or its disk cannot read the library without the password. "
                "It locks itself when the computer sleeps or its screen is locked."
            )
            said = " ".join((said, locking.plain_said(state.plain))).strip()
        else:
            self.badge.tell(tr("Not locked"), "lock-open", "amber")
            said = tr("Whoever has this computer, or its disk, can read everything in the library.")
        self.about.setText(said)
        self._show_buttons()

    def _show_buttons(self) -> None:
        state = self.state
        if state is None:
            return
        open_panel = any(not one.isHidden() for one in self.panels)
        self.row.setVisible(not open_panel)
        desk = self.session.desk
        free = self._task is None and not desk.read_only and desk.as_of is None
        self.set_button.setVisible(not state.locked)
        for one in self.buttons[1:]:
            one.setVisible(state.locked)
        self.drop_button.setVisible(bool(self._droppable()))
        for one in self.buttons:
            one.setEnabled(free)
        self.lock_button.setEnabled(self._task is None)
        self.minutes_row.setVisible(state.locked and not open_panel)

    def _keep_minutes(self, place: int) -> None:
        chosen = int(self.minutes.itemData(place))
        keep_minutes(chosen)
        self.session.lock_minutes_changed.emit()
        if chosen:
            said = ntr("Locks itself after {n} minute.", "Locks itself after {n} minutes.", chosen)
        else:
            said = tr(
                "No longer locks itself when nobody touches it; it still does when the computer sleeps."
            )
        self.session.say(said, Tone.DONE)

    # -- set, change -----------------------------------------------------------------------------

    def set_password(self) -> None:
        """Choose a password, then prove that the recovery code is on paper, then encrypt."""
        self.choosing.open_panel(old=False, act=tr("Next: the recovery sheet"))
        self._show_buttons()

    def change(self) -> None:
        """Choose another password; nothing is encrypted anew."""
        self.choosing.open_panel(old=True, act=tr("Change the password"))
        self._show_buttons()

    def _chosen(self, old: str, new: str) -> None:
        if old:
            work = partial(_change, self.session.desk, old, new)
            self._run(work, self._changed, self.choosing.show_problem)
            return
        self._new = new
        self._run(partial(_prepare, self.session.desk), self._prepared, self.choosing.show_problem)

    def _changed(self, _nothing: None) -> None:
        self.choosing.close_panel()
        self.session.say(
            tr("The password is changed. Backups made until now still open with the one before."), Tone.DONE
        )
        self.session.changed.emit(Changes())

    def _prepared(self, recovery: Recovery) -> None:
        new = self._new
        self.choosing.close_panel()
        self._new = new
        self.sheet.open_panel(recovery, tr("Encrypt the library now"))
        self._show_buttons()

    def _proved(self, recovery: Recovery) -> None:
        desk, new = self.session.desk, self._new
        if desk.vault is None:
            self.sheet.close_panel()
            work = partial(_set, desk.folder, new, recovery.code, desk.user)
            said = tr("Locked. From now on the library asks for the password when it is opened.")
            done = ClosedWork(
                tr("Encrypting the library"), work, lambda _key: said, lambda key: key, "safety"
            )
            self.session.closed_wanted.emit(done)
            return
        self._run(partial(_renew, desk, new, recovery.code), self._renewed, self.session_problem)

    # -- the sheet -------------------------------------------------------------------------------

    def renew(self) -> None:
        """A new recovery code; the one before opens nothing any more."""
        about = tr("A new code is made for the safe. The sheet before opens only backups made until now.")
        self.asking.open_panel(about, tr("Next: the new sheet"), self._renewing)
        self._show_buttons()

    def _renewing(self, secret: str) -> None:
        self._new = secret
        self._run(partial(_prepare_anew, self.session.desk, secret), self._anew, self.asking.show_problem)

    def _anew(self, recovery: Recovery) -> None:
        self.asking.close_panel()
        self.sheet.open_panel(recovery, tr("Use this code from now on"))
        self._show_buttons()

    def _renewed(self, _nothing: None) -> None:
        self.sheet.close_panel()
        self.session.say(tr("The new recovery code is in use. Destroy the sheet before."), Tone.DONE)
        self.session.changed.emit(Changes())

    def session_problem(self, text: str) -> None:
        """What is wrong, where no line of a panel is to blame."""
        self.session.say(text, Tone.FAIL)

    # -- taken off -------------------------------------------------------------------------------

    def remove(self) -> None:
        """Take the password off; where an administrator has a code that is asked first."""
        self._run(partial(_demand, self.session.desk), self._may_remove, again=self.remove)

    def _may_remove(self, _nothing: None) -> None:
        about = tr(
            "The library is written out so that whoever has this computer can read it again, "
            "without any password."
        )
        self.asking.open_panel(about, tr("Take the password off"), self._removing)
        self._show_buttons()

    def _removing(self, secret: str) -> None:
        work = partial(_check, self.session.desk, secret)
        self._run(work, partial(self._remove, secret), self.asking.show_problem)

    def _remove(self, secret: str, _nothing: None) -> None:
        self.asking.close_panel()
        desk = self.session.desk
        said = tr("The password is taken off. Whoever has this computer can read the library.")
        work = partial(_take_off, desk.folder, secret, desk.user)
        self.session.closed_wanted.emit(
            ClosedWork(tr("Taking the password off"), work, lambda _key: said, lambda _key: None, "safety")
        )

    # -- what anybody can still read ---------------------------------------------------------------

    def _droppable(self) -> int:
        """Files of backups and of libraries set aside that have no password."""
        plain = self.state.plain if self.state is not None and self.state.locked else ()
        return sum(files for area, files in plain if area in locking.COPIES)

    def drop(self) -> None:
        """Say what deleting them means, and ask once."""
        text = ntr(
            "{n} file made before the password is deleted for good. A backup with the password is made first. "
            "Copies in a second place stay: delete those there yourself.",
            "{n} files made before the password are deleted for good. A backup with the password is made first. "
            "Copies in a second place stay: delete those there yourself.",
            self._droppable(),
        )
        acts = ((tr("Delete them"), self._drop), (tr("Leave it"), self._leave_drop))
        self.dropping.tell(text, acts, picture="warning", tone="amber")
        self.dropping.buttons[-1].setFocus()

    def _leave_drop(self) -> None:
        self.dropping.clear()
        self.drop_button.setFocus()

    def _drop(self) -> None:
        self.dropping.clear()
        self._run(partial(_drop, self.session.desk), self._dropped)

    def _dropped(self, files: int) -> None:
        said = ntr("{n} file without a password deleted.", "{n} files without a password deleted.", files)
        self.session.say(said, Tone.DONE)
        self.lock_button.setFocus()  # the one pressed is gone
        self.session.changed.emit(Changes())

    # -- work ------------------------------------------------------------------------------------

    def _run(
        self,
        work: Work,
        then: Callable[[Any], None],
        refused: Callable[[str], None] | None = None,
        again: Callable[[], None] | None = None,
    ) -> None:
        if self._task is not None:
            return
        task = self._task = self.session.runner.run(self, work)
        self._set_free(False)
        self.strip.follow(task)
        task.ended.connect(self._over)
        task.finished.connect(partial(self._finished, task, then))
        task.failed.connect(partial(self._failed, task, refused, again))

    def _finished(self, task: Task, then: Callable[[Any], None], result: Any) -> None:
        self._over(task)
        then(result)

    def _failed(
        self,
        task: Task,
        refused: Callable[[str], None] | None,
        again: Callable[[], None] | None,
        error: BaseException,
    ) -> None:
        self._over(task)
        if again is not None and self.role_strip.takes(error, again):
            return
        if refused is not None and isinstance(error, UserError) and _is_about_typing(error):
            refused(str(error))
        else:
            self.session.say_error(error)

    def _over(self, task: Task | None = None) -> None:
        if task is None or self._task is task:
            self._task = None
        self._set_free(True)

    def _set_free(self, free: bool) -> None:
        for panel in self.panels:
            panel.set_free(free)
        self._show_buttons()

    def _forget(self) -> None:
        self._new = ""
        self._show_buttons()

    def step_back(self) -> bool:
        """Esc: stop what is under way, then put an open panel away; whether there was something."""
        if self._task is not None:
            self._task.cancel()
            return True
        was = self.role_strip.close_strip() or any([panel.close_panel() for panel in self.panels])
        if not was and not self.dropping.isHidden():
            self._leave_drop()
            return True
        self._new = ""
        self._show_buttons()
        return was


def _is_about_typing(error: UserError) -> bool:
    return error.exit_code is not Exit.ENVIRONMENT or error.code.startswith(("password_", "recovery_"))


def _read(desk: Desk, progress: Progress) -> LockState:
    progress.check()
    return desk.locking.state()


def _prepare(desk: Desk, progress: Progress) -> Recovery:
    progress.check()
    return desk.locking.prepare()


def _prepare_anew(desk: Desk, secret: str, progress: Progress) -> Recovery:
    progress.check()
    desk.locking.check(secret)
    return desk.locking.prepare()


def _change(desk: Desk, old: str, new: str, progress: Progress) -> None:
    progress.check()
    desk.locking.change(old, new)


def _renew(desk: Desk, secret: str, code: str, progress: Progress) -> None:
    progress.check()
    desk.locking.renew_recovery(secret, code)


def _check(desk: Desk, secret: str, progress: Progress) -> None:
    progress.check()
    desk.locking.check(secret)


def _demand(desk: Desk, progress: Progress) -> None:
    progress.check()
    desk.locking.demand_removal()


def _drop(desk: Desk, progress: Progress) -> int:
    """Delete the copies without a password, once a good backup with it is there."""
    if not any(one.ok and one.locked for one in desk.backups.listed()):
        desk.backups.run("manual", progress)
    progress.check()
    return desk.locking.drop_plain_copies()


def _set(folder: Path, password: str, code: str, user: str, progress: Progress) -> locking.Vault:
    return locking.set_password(folder, password, code, user=user, progress=progress)


def _take_off(folder: Path, secret: str, user: str, progress: Progress) -> None:
    locking.remove_password(folder, secret, user=user, progress=progress)
