"""Who has a code: a card of the page about the safety of the data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.clock import local_time
from stdesk.domain.records import Changes
from stdesk.errors import Exit, UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.roles import ADMINISTRATOR, LEADER, Holder, Standing, role_name
from stdesk.ui import theme
from stdesk.ui.roles.ask import RoleStrip
from stdesk.ui.roles.code_form import CodeForm, TypedCode
from stdesk.ui.safety.card import SafetyCard
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label, plain


class RoleCard(SafetyCard):
    """A card."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Roles"), "users", parent)
        self.session = session
        self._known = Standing()
        self._reads = 0
        self._rows = QWidget()
        self._list = QVBoxLayout(self._rows)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(theme.tokens().xs)
        self.column.addWidget(self._rows)
        self.retire_buttons: list[QPushButton] = []
        self.needed = QCheckBox(tr("Packages only of reports that a leader approved"))
        self.needed.clicked.connect(self._need)
        self.column.addWidget(self.needed)
        self.new_button = icon_button("key", tr("Give somebody a code…"))
        self.new_button.clicked.connect(self._new)
        self.anew_button = QPushButton(tr("Administrator's code forgotten…"))
        self.anew_button.clicked.connect(self._anew)
        self.end_button = QPushButton(tr("Administrator's work is done"))
        self.end_button.clicked.connect(self._end)
        self.buttons = self.button_row(self.new_button, self.anew_button, self.end_button)
        self.form = CodeForm()
        self.form.typed.connect(self._set)
        self.form.left.connect(self._form_left)
        self.column.addWidget(self.form)
        self.ask = RoleStrip(session)
        self.column.addWidget(self.ask)
        self._show(self._known)

    def refresh(self) -> None:
        """Read who has a code."""
        self._reads += 1
        task = self.session.runner.run(self, partial(_read, self.session.desk))
        task.finished.connect(partial(self._read_done, self._reads))
        task.failed.connect(self.session.say_error)

    def _read_done(self, asked: int, known: Standing) -> None:
        if asked == self._reads:
            self._show(known)

    def _show(self, known: Standing) -> None:
        self._known = known
        writable = not self.session.desk.read_only
        if known.damaged:
            self.badge.tell(tr("Changed from outside"), "warning", "red")
        elif known.guarded:
            self.badge.tell(tr("Administrator set"), "check-circle", "green")
        else:
            self.badge.tell(tr("Nobody asks for a code"), "info", "blue")
        self.about.setText(_about(known))
        self._show_holders(known, writable=writable)
        self.needed.setChecked(known.approval_needed)
        self.needed.setEnabled(writable)
        self.needed.setVisible(known.approval_needed or any(one.role == LEADER for one in known.holders))
        self.new_button.setEnabled(writable)
        self.anew_button.setVisible(known.guarded)
        self.anew_button.setEnabled(writable)
        self.end_button.setVisible(known.at_work is not None)

    def _show_holders(self, known: Standing, *, writable: bool) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.retire_buttons = []
        for one in known.holders:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(theme.tokens().s)
            line.addWidget(label(_told(one), wrap=True), 1)
            button = QPushButton(tr("Take out of force"))
            button.setAccessibleName(tr("Take the code of {name} out of force", name=plain(one.name)))
            button.setProperty("link", True)
            button.setEnabled(writable)
            button.clicked.connect(partial(self._retire, one))
            line.addWidget(button)
            self._list.addWidget(row)
            self.retire_buttons.append(button)
        self._rows.setVisible(bool(known.holders))

    # -- acts --------------------------------------------------------------------------------

    def _new(self) -> None:
        self.form.open_for(guarded=self._known.guarded)

    def _anew(self) -> None:
        self.form.open_anew(locked=self._known.locked)

    def _form_left(self) -> None:
        if self.isVisible():
            self.new_button.setFocus()

    def _set(self, typed: TypedCode) -> None:
        self.form.set_free(False)
        self._run(partial(_set, self.session.desk, typed), partial(self._set, typed), self._was_set)

    def _was_set(self, changes: Changes) -> None:
        self.form.put_away()
        self._done(changes)

    def _retire(self, holder: Holder) -> None:
        self._run(partial(_retire, self.session.desk, holder), partial(self._retire, holder), self._done)

    def _need(self) -> None:
        wanted = self.needed.isChecked()
        self.needed.setChecked(not wanted)  # it shows what is, until the act is done
        self._need_it(wanted)

    def _need_it(self, wanted: bool) -> None:
        self._run(partial(_need, self.session.desk, wanted), partial(self._need_it, wanted), self._done)

    def _end(self) -> None:
        self.session.desk.roles.end()
        self.session.say(tr("From now on the administrator's code is asked for again."))
        self.refresh()

    def _done(self, changes: Changes) -> None:
        if changes.label == "approval_needed":
            self.session.done(changes)
        elif changes.label:
            self.session.changed.emit(changes)
            self.session.say(tr("Done, and written into the history."), Tone.DONE)
        self.refresh()

    def _run(
        self, work: Callable[[Progress], Any], again: Callable[[], object], then: Callable[[Any], None]
    ) -> None:
        task = self.session.runner.run(self, work)
        task.finished.connect(then)
        task.failed.connect(partial(self._failed, again))

    def _failed(self, again: Callable[[], object], error: BaseException) -> None:
        self.form.set_free(True)
        if self.ask.takes(error, again):
            return
        typed_wrong = isinstance(error, UserError) and error.exit_code is not Exit.ENVIRONMENT
        if typed_wrong and not self.form.isHidden():
            self.form.show_problem(str(error))
        else:
            self.session.say_error(error)
        self.refresh()


def _about(known: Standing) -> str:
    if known.damaged:
        return tr(
            "The code of {names} was changed by another program and opens nothing. Examine the library, then "
            "set it anew.",
            names=", ".join(known.damaged),
        )
    if known.guarded:
        return tr(
            "The administrator's code is asked for before the highest secrecy level, keys, codes, the password "
            "and restoring are touched; a leader's approves a frozen report."
        )
    return tr(
        "Working alone, no code is needed. With an administrator's code set, the highest secrecy level, keys, "
        "codes, taking off the password and restoring ask for it."
    )


def _told(one: Holder) -> str:
    said = tr(
        "{name} · {role} · since {when}", name=one.name, role=role_name(one.role), when=local_time(one.at)
    )
    if one.anew:
        said = f"{said} · {tr('set anew without the code before, by {by}', by=one.by or '?')}"
    return said


def _read(desk: Desk, progress: Progress) -> Standing:
    progress.check()
    return desk.roles.known()


def _set(desk: Desk, typed: TypedCode, progress: Progress) -> Changes:
    progress.check()
    if typed.anew:
        return desk.roles.override(typed.name, typed.code, typed.reason, typed.recovery)
    return desk.roles.set_code(typed.role or ADMINISTRATOR, typed.name, typed.code)


def _retire(desk: Desk, holder: Holder, progress: Progress) -> Changes:
    progress.check()
    return desk.roles.retire(holder)


def _need(desk: Desk, needed: bool, progress: Progress) -> Changes:
    progress.check()
    return desk.roles.need_approval(needed)
