"""The doctor in a card: when it looked last, what it found, and the way to look again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from stdesk.i18n import ntr, tr
from stdesk.services.health import Health
from stdesk.ui.doctor.findings import Findings
from stdesk.ui.doctor.words import depth_words, state_look
from stdesk.ui.safety.card import SafetyCard
from stdesk.ui.session import Session
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label


class DoctorCard(SafetyCard):
    """What was found last.

    Signals:
        read: the :class:`Health` that is shown now, or ``None``.
    """

    read = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Is the library in order?"), "stethoscope", parent)
        self.session = session
        self._findings = Findings.of(session)
        self._findings.changed.connect(self.refresh)
        self.facts = label("", "small", wrap=True)
        self.column.addWidget(self.facts)
        go = session.page_wanted.emit
        self.look_button = icon_button("stethoscope", tr("Look quickly"))
        self.look_button.clicked.connect(partial(go, "doctor", {"look": "quick"}))
        self.see_button = icon_button("list-checks", tr("See what was found"))
        self.see_button.clicked.connect(partial(go, "doctor", None))
        self.button_row(self.look_button, self.see_button)
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show what was found last."""
        self._show(self._findings.health)

    def _show(self, seen: Health | None) -> None:
        self.facts.setVisible(seen is not None)
        if seen is None:
            self.about.setText(
                tr("Not looked over yet. A quick look takes seconds; a close one reads every file again.")
            )
            self.badge.tell(*state_look("unknown"))
        else:
            self.about.setText(
                tr("Looked over {deep}, {when}.", deep=depth_words(seen), when=shown_time(seen.at))
            )
            hurt = sum(one.state == "hurt" for one in seen.checks)
            fine = sum(one.state in ("ok", "mended") for one in seen.checks)
            self.facts.setText(
                ntr("{n} thing is damaged", "{n} things are damaged", hurt)
                if hurt
                else ntr("{n} thing looked at, all in order", "{n} things looked at, all in order", fine)
            )
            self.badge.tell(*state_look("hurt" if hurt else "ok"))
        self.read.emit(seen)
