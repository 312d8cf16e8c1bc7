"""Freezing: where the period stands, what changed since, freezing anew with a reason, what was frozen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from stdesk.errors import UserError
from stdesk.i18n import count, ntr, tr
from stdesk.services.reporting import FrozenReport, Since
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.reporting.signed_part import SignedPart
from stdesk.ui.reporting.work import PeriodState
from stdesk.ui.roles.approve import ApprovePart
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import give_icon, icon_button
from stdesk.ui.widgets.labels import label

_REASON_HIGH = 64


class FreezePanel(QWidget):
    """The side of the station "freeze and pack".

    Signals:
        freeze_wanted: whether as a trial.
        reopen_wanted: the reason.
        report_chosen: the frozen report to be looked at.
        since_wanted, package_wanted, checks_wanted: the ways on.
    """

    freeze_wanted = Signal(bool)
    reopen_wanted = Signal(str)
    report_chosen = Signal(object)
    since_wanted = Signal()
    package_wanted = Signal()
    checks_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: PeriodState | None = None
        self._free, self._read_only = True, False
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, t.s, 0)
        column.setSpacing(t.s)
        self.state = label("", "heading", wrap=True)
        self.state_text = label("", "soft", wrap=True)
        self.counts = label("", "small", wrap=True)
        self.since_button = _link("", "clock-counter-clockwise")
        self.since_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.since_button.clicked.connect(self.since_wanted)
        for widget in (self.state, self.state_text, self.counts, self.since_button):
            column.addWidget(widget)
        column.addWidget(self._reopening())
        self.freeze_button = icon_button("seal-check", tr("Freeze the figures"), "on_accent")
        self.freeze_button.setProperty("primary", True)
        self.freeze_button.clicked.connect(lambda: self.freeze_wanted.emit(False))
        column.addWidget(self.freeze_button)
        column.addWidget(self._blocked_note())
        self.trial_button = icon_button("flask", tr("Freeze as a trial"))
        self.trial_button.setToolTip(tr("Every page is marked THỬ; it is not handed in."))
        self.trial_button.clicked.connect(lambda: self.freeze_wanted.emit(True))
        column.addWidget(self.trial_button)
        self.package_button = icon_button("package", tr("Make the data package"))
        self.package_button.clicked.connect(self.package_wanted)
        column.addWidget(self.package_button)
        self.caption = label(tr("Frozen so far"), "section")
        column.addWidget(self.caption)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Frozen reports of the period"))
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(96)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.list.itemClicked.connect(lambda _item: self._choose())
        self.list.currentRowChanged.connect(lambda _row: self._show_signed())
        column.addWidget(self.list, 1)
        self.signed = SignedPart()
        column.addWidget(self.signed)
        self.approving = ApprovePart()
        column.addWidget(self.approving)
        column.addStretch(0)

    def _reopening(self) -> QFrame:
        t = theme.tokens()
        self.reopening = QFrame()
        self.reopening.setProperty("place", "note")
        column = QVBoxLayout(self.reopening)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(t.xs)
        self.lock = label("", wrap=True)
        caption = label(tr("Why it is frozen anew"), "label")
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(_REASON_HIGH)
        self.reason.setAccessibleName(tr("Why it is frozen anew"))
        self.reason.setPlaceholderText(tr("For example: two tasks were accepted after the cut-off"))
        caption.setBuddy(self.reason)
        self.reopen_button = icon_button("pencil-simple", "")
        self.reopen_button.clicked.connect(lambda: self.reopen_wanted.emit(self.reason.toPlainText()))
        for widget in (self.lock, caption, self.reason, self.reopen_button):
            column.addWidget(widget)
        self.reopening.hide()
        return self.reopening

    def _blocked_note(self) -> QFrame:
        t = theme.tokens()
        self.blocked = QFrame()
        self.blocked.setProperty("place", "note")
        self.blocked.setProperty("tone", "amber")
        column = QVBoxLayout(self.blocked)
        column.setContentsMargins(t.m, t.s, t.m, t.m)
        column.setSpacing(t.s)
        self.blocked_text = label("", wrap=True)
        self.checks_button = icon_button("list-checks", tr("See what is missing"))
        self.checks_button.clicked.connect(self.checks_wanted)
        column.addWidget(self.blocked_text)
        column.addWidget(self.checks_button)
        self.blocked.hide()
        return self.blocked

    # -- showing -----------------------------------------------------------------------------

    def show_state(self, state: PeriodState) -> None:
        """Show where the period stands."""
        self._state = state
        real, period = state.real, str(state.period.label)
        reopened = real is not None and state.next in state.reopened
        if real is not None:
            self.state.setText(tr("Frozen: submission {n}", n=str(real.submission)))
            text = tr(
                "The figures of {period} were frozen on {when}.", period=period, when=shown_time(real.at)
            )
            if reopened:
                more = tr("Opened again: {reason}", reason=state.reopened[state.next])
            else:
                more = tr("Later changes go into the next submission.")
            self.state_text.setText(f"{text} {more}")
        elif state.reports:
            self.state.setText(tr("Only tried so far"))
            self.state_text.setText(tr("There are trials of {period}; nothing is frozen yet.", period=period))
        else:
            self.state.setText(tr("Not frozen yet"))
            self.state_text.setText(
                tr(
                    "Look at the report of {period}, then freeze: what leaves is made from that.",
                    period=period,
                )
            )
        words = tr("Open again for submission {n}", n=str(state.next))
        self.reopen_button.setText(words)
        self.lock.setText(state.lock)
        self.lock.setVisible(bool(state.lock))
        theme.mark(self.reopening, tone="green" if state.lock else "")
        self.reopening.setVisible(real is not None and not reopened and not self._read_only)
        self.freeze_button.setVisible(real is None or reopened)
        self._fill_list(state)
        self.set_free(self._free, read_only=self._read_only)

    def _fill_list(self, state: PeriodState) -> None:
        held = max(self.list.currentRow(), 0)
        self.list.blockSignals(True)
        self.list.clear()
        for report in state.reports:
            self.list.addItem(_item(report, report.reason))
        self.list.setCurrentRow(min(held, self.list.count() - 1))
        self.list.blockSignals(False)
        for widget in (self.list, self.caption):
            widget.setVisible(bool(state.reports))
        self._show_signed()

    def show_counts(self, text: str) -> None:
        """Say how many records the figures are about."""
        self.counts.setText(text)
        self.counts.setVisible(bool(text))

    def show_since(self, since: Since | None) -> None:
        """Say what changed since the newest submission, as a link to the list of it."""
        total = len(since.added) + len(since.changed) + len(since.gone) if since else 0
        self.since_button.setVisible(since is not None)
        self.since_button.setEnabled(total > 0)
        if since is None:
            return
        n = str(since.report.submission)
        if not total:
            self.since_button.setText(tr("Nothing changed since submission {n}", n=n))
            return
        text = tr(
            "Since submission {n}: {added} new, {changed} changed, {gone} gone",
            n=n,
            added=count(len(since.added)),
            changed=count(len(since.changed)),
            gone=count(len(since.gone)),
        )
        self.since_button.setText(text.replace(": ", ":\n", 1))

    def show_blocked(self, error: UserError) -> None:
        """Say what keeps the figures from being frozen."""
        if error.code == "reopen_first":
            self.reopening.show()
            self.reason.setFocus()
            text = tr("A submission is frozen already. Write down why it is frozen anew, then open it again.")
            self.blocked_text.setText(text)
            self.checks_button.hide()
        else:
            self.blocked_text.setText(_why_blocked(error))
            self.checks_button.setVisible(error.code == "freeze_blocked")
            self.checks_button.setFocus()
        self.blocked.show()

    def set_free(self, free: bool, *, read_only: bool) -> None:
        """Whether something can be begun now."""
        self._free, self._read_only = free, read_only
        for button in (self.freeze_button, self.trial_button, self.reopen_button):
            button.setEnabled(free and not read_only)
        self.reason.setReadOnly(read_only)
        self.package_button.setEnabled(free and bool(self._state and self._state.reports))
        self.list.setEnabled(free)
        self.signed.set_free(free, read_only=read_only)
        self.approving.set_free(free, read_only=read_only)

    @property
    def current(self) -> FrozenReport | None:
        """The frozen report in hand."""
        at = self.list.currentRow()
        reports = self._state.reports if self._state else ()
        return reports[at] if 0 <= at < len(reports) else None

    def _choose(self) -> None:
        if self.current is not None:
            self.report_chosen.emit(self.current)

    def _show_signed(self) -> None:
        report, state = self.current, self._state
        if report is None or state is None:
            self.signed.hide()
            self.approving.hide()
            return
        approvals = state.approvals.get(report.sha512, ())
        self.approving.show_report(
            report, approvals, state.leaders, newest=report == state.real, needed=state.approval_needed
        )
        self.signed.show_copies(report, state.signed.get(report.sha512, ()))


def _item(report: FrozenReport, reason: str) -> QListWidgetItem:
    by = f" · {report.by}" if report.by else ""
    kind = tr("Trial, marked THỬ") if report.trial else tr("Submission {n}", n=str(report.submission))
    why = f"\n{tr('Reason: {reason}', reason=reason)}" if reason and not report.trial else ""
    item = QListWidgetItem(f"{kind}\n{shown_time(report.at)}{by}{why}")
    item.setIcon(icon("flask", "amber") if report.trial else icon("seal-check", "green"))
    item.setToolTip(tr("Enter shows its pages"))
    return item


def _why_blocked(error: UserError) -> str:
    if error.code == "period_not_begun":  # without the words of the command line
        text = tr("{period} has not begun (from {start}): there is nothing to report yet.", **error.params)
        return f"{text} " + tr("Choose another period, make its plan, or freeze as a trial.")
    if error.code != "freeze_blocked":
        return str(error)
    n = int(error.params.get("n", 0))
    left = ntr(
        "{n} finding is still to be mended or explained before the figures can be frozen.",
        "{n} findings are still to be mended or explained before the figures can be frozen.",
        n,
    )
    return f"{left} " + tr("The first: {message}", message=str(error.params.get("message", "")))


def _link(text: str, picture: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("link", True)
    give_icon(button, picture, "accent")
    button.hide()
    return button
