"""Ready to submit: what is missing, why it matters, and the way to the field and on to the next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.records import Changes
from stdesk.domain.rules.core import Finding, Severity
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.checks.checking import Checker
from stdesk.ui.checks.count_chips import CountChips, Counted
from stdesk.ui.checks.export import export_findings
from stdesk.ui.checks.findings_side import FindingsSide
from stdesk.ui.checks.grouping import (
    LATER,
    WEIGHTS,
    CheckView,
    Group,
    Wish,
    arrange,
    explain_all,
    place_of,
    put_off_all,
    words_left,
)
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.checks.rule_list import look_of, word_of
from stdesk.ui.checks.walk import walk_of
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.reporting.known import Known
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import CHECKS
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.note_line import NoteLine
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_LOW, _NARROW = 540, 760  # of the page, in pixels
_TYPING_MS = 250  # after the last letter of the search
_MANY = 3_000  # findings: more are sifted beside the window


class ChecksPage(Page):
    """Findings by rule at the left, those of the rule in hand at the right."""

    name = "checks"
    chooser: PeriodChooser

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self.known = Known.of(session)  # first: it must hear of a change before the page does
        super().__init__(session, parent)
        self.view: CheckView | None = None
        self._wanted_rule = ""
        self._arranged = 0
        self.walk = walk_of(session)
        self.checker = Checker(session, self)
        self.checker.answered.connect(self._show_view)
        self.checker.state_changed.connect(self._show_state)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        column.setSpacing(t.s)
        column.addWidget(self._head())
        self.road = Road(session)
        self.road.show(self.chooser.period, CHECKS)
        column.addWidget(self.road)
        column.addWidget(self._readiness())
        self.progress = ProgressStrip()
        self.checker.strip = self.progress
        column.addWidget(self.progress)
        self.note = NoteLine()  # that the list is of an earlier check
        column.addWidget(self.note)
        column.addWidget(self._sieve())
        self.stack = QStackedWidget()
        self.side = FindingsSide(session.desk.read_only)
        self.rules, self.table, self.model = self.side.rules, self.side.table, self.side.model
        self.panel, self.article = self.side.panel, self.side.article
        self.table.row_opened.connect(lambda _row: self.mend())
        self.panel.mend_wanted.connect(self.mend)
        self.panel.later_wanted.connect(self.put_off)
        self.panel.explained.connect(self.explain)
        self.panel.article_wanted.connect(self.show_article)
        self.stack.addWidget(self.side)
        self.empty = EmptyState("seal-check", "", "")
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)
        self._keys()

    # -- building ----------------------------------------------------------------------------

    def _head(self) -> PageHead:
        self.head = PageHead(self.title(), search=True)
        self.head.search.setMinimumWidth(130)
        self.head.search.setPlaceholderText(tr("Search in what is found (F3)"))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._arrange)
        self.head.search.textChanged.connect(lambda _text: self._typing.start())
        self.head.search.returnPressed.connect(lambda: self.rules.setFocus())
        self.chooser = PeriodChooser(self.session.desk.today())
        self.chooser.chosen.connect(lambda _period: self.check())
        self.head.add_action(self.chooser)
        self.export_button = QToolButton()
        self.export_button.setIcon(icon("file-xls", "text_soft"))
        self.export_button.setProperty("quiet", True)
        self.export_button.setToolTip(tr("Write what is seen to an Excel file (Ctrl+E)"))
        self.export_button.setAccessibleName(self.export_button.toolTip())
        self.export_button.clicked.connect(self.export)
        self.head.add_action(self.export_button)
        self.report_button = QPushButton(tr("On to the report"))
        self.report_button.clicked.connect(self._to_report)
        self.head.add_action(self.report_button)
        return self.head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low or narrow window the findings come first; the road says how much is left."""
        super().resizeEvent(event)
        self.how_far.setVisible(self.height() >= _LOW)
        self.report_button.setVisible(self.width() >= _NARROW)

    def _readiness(self) -> QWidget:
        self.how_far = QWidget()
        column = QVBoxLayout(self.how_far)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().xs)
        row = QHBoxLayout()
        self.sentence = label("", "strong", wrap=True)
        self.busy_mark = label(tr("being checked again"), "badge")
        self.busy_mark.setProperty("tone", "blue")
        self.busy_mark.hide()
        row.addWidget(self.sentence, 1)
        row.addWidget(self.busy_mark)
        row.addWidget(self._kinds())
        self.bar = QProgressBar(minimum=0, maximum=1000, textVisible=False)
        self.bar.setAccessibleName(tr("How much is ready"))
        column.addLayout(row)
        column.addWidget(self.bar)
        return self.how_far

    def _sieve(self) -> CountChips:
        self.chips = CountChips(tr("Findings by weight"), hide_empty=True)
        self.chips.chosen.connect(lambda _key: self._arrange())
        return self.chips

    def _kinds(self) -> QuietCombo:
        self.kinds = QuietCombo()
        self.kinds.setAccessibleName(tr("Only findings of"))
        self.kinds.setToolTip(tr("Only findings of"))
        self.kinds.setMaximumWidth(190)
        self.kinds.addItem(tr("Every kind"), "")
        for kind in self.session.desk.kinds:
            self.kinds.addItem(str(kind.label), kind.name)
        self.kinds.activated.connect(lambda _at: self._arrange())
        return self.kinds

    def _keys(self) -> None:
        for keys, act in (
            ("F5", self.check),
            ("F6", self.mend),
            ("Ctrl+L", self._later_pressed),
            ("Ctrl+G", self._to_reason),
            ("Ctrl+I", self.show_article),
            ("Ctrl+E", self.export),
        ):
            QShortcut(QKeySequence(keys), self, act)

    # -- the page's duties -------------------------------------------------------------------

    def focus_place(self) -> QWidget:
        """The rules."""
        return self.rules

    def title(self) -> str:
        """The page's name."""
        return tr("Ready to submit")

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "rule": id, or key of a group}: check that period, show that rule."""
        if isinstance(arguments, Mapping):
            self._wanted_rule = str(arguments.get("rule", ""))
            code = str(arguments.get("period", "")) or self.chooser.period.code
            if self._wanted_rule:
                self._show_all_kinds()
            if code != self.chooser.period.code:
                self.chooser.show_period(code)
                self.check()
            elif self.view is not None:
                self._show_view(self.view)

    def concerns(self, changes: Changes) -> bool:
        """Everything may; what was changed is remembered until the page is seen."""
        self.checker.note(changes)
        return True

    def refresh(self) -> None:
        """What was changed is looked at again at once, then everything, when that may say more."""
        self.checker.refresh(self.chooser.period.code, self.view)

    def check(self) -> None:
        """Check the period anew, giving up a check under way."""
        self.road.show(self.chooser.period, CHECKS)
        self.checker.check(self.chooser.period.code)

    def step_back(self) -> bool:
        """Esc: what was opened over the findings closes, then the search and the sieve are cleared."""
        if not self.article.isHidden():
            self.article.close_panel()
        elif self.head.search.text():
            self.head.search.clear()
        elif self.chips.key or self.kinds.currentIndex() > 0:
            self._show_all_kinds()
            self._arrange()
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Come back from a record, it goes on with the next finding."""
        super().showEvent(event)
        one = self.walk.current
        if one is not None:
            following = self.walk.following or one
            self.walk.end()
            self.side.show_group(following.key)

    # -- showing -----------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something is being checked."""
        return self.checker.busy

    def _show_state(self) -> None:
        self.busy_mark.setVisible(self.checker.checking and self.view is not None)
        stopped = self.checker.stopped and self.view is not None
        if stopped:
            text = tr("This list is of an earlier check; what was changed since may be missing.")
            self.note.tell(text, [(tr("Check again (F5)"), self.check)], picture="clock-counter-clockwise")
        else:
            self.note.clear()

    def _show_view(self, view: CheckView) -> None:
        other = self.view is not None and self.view.checked.period.code != view.checked.period.code
        self.view = view
        self.known.note_check(view.checked.period.code, len(view.checked.open))
        counts = view.counts
        parts = [Counted(one, word_of(one), counts.get(one, 0), *look_of(one)) for one in WEIGHTS]
        parts.append(Counted(LATER, tr("Later"), counts.get(LATER, 0), "hourglass", "text_soft"))
        self.chips.set_counts([Counted("", tr("All"), len(view.findings)), *parts])
        if self._wanted_rule:
            self.chips.press("")
        self.panel.set_given(view.given)
        self._show_sentence(view)
        if other:
            self.side.clear()
        self._arrange()

    def _show_sentence(self, view: CheckView) -> None:
        checked = view.checked
        text = words_left(view)
        if checked.drafts:
            text += "  ·  " + ntr(
                "{n} draft is not counted in", "{n} drafts are not counted in", checked.drafts
            )
        if checked.left_out:
            text += "  ·  " + ntr("{n} secret item stays out", "{n} secret items stay out", checked.left_out)
        self.sentence.setText(text)
        self.bar.setValue(1000 * view.ready // view.total if view.total else 0)
        theme.mark(self.report_button, primary=bool(view.total) and not view.blocks + view.explains)

    def wish(self) -> Wish:
        """What of the findings is wanted."""
        return Wish(self.chips.key, str(self.kinds.currentData() or ""), self.head.search.text())

    def _show_all_kinds(self) -> None:
        self.chips.press("")
        self.kinds.setCurrentIndex(0)
        self.head.search.clear()

    def _arrange(self) -> None:
        view, wish = self.view, self.wish()
        self._arranged += 1
        if view is None:
            return
        if len(view.findings) <= _MANY or wish == Wish():
            self._show_groups(arrange(view, wish))
            return
        task = self.session.runner.run(self, partial(arrange, view, wish), beside=True)
        task.finished.connect(partial(self._show_arranged, self._arranged))

    def _show_arranged(self, asked: int, groups: tuple[Group, ...]) -> None:
        if asked == self._arranged:
            self._show_groups(groups)

    def _show_groups(self, groups: tuple[Group, ...]) -> None:
        if self.view is None:
            return
        self.side.show_groups(self.view, groups, self._wanted_rule)
        self._wanted_rule = ""
        self.stack.setCurrentIndex(0 if groups else 1)
        self._show_empty()

    def _show_empty(self) -> None:
        if self.view is None or self.groups:
            return
        if self.view.findings:
            self.empty.set_texts(tr("Nothing like that"), tr("Esc clears the search and the choice."))
        elif self.view.total:
            self.empty.set_texts(
                tr("Nothing is missing"),
                tr("Every check is passed. Go on to the report and freeze the figures."),
            )
        else:
            self.empty.set_texts(
                tr("Nothing to check yet"),
                tr(
                    "Take in a workbook or add items with a date in this period; "
                    "what is missing then stands here."
                ),
            )

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is listed."""
        return self.side.groups

    def current_finding(self) -> Finding | None:
        """The finding in hand."""
        return self.side.current_finding()

    # -- acts --------------------------------------------------------------------------------

    def mend(self) -> None:
        """Open what the finding speaks of, at the field; from there one goes on to the next."""
        finding, group, view = self.current_finding(), self.side.group(), self.view
        if finding is None or group is None or view is None:
            return
        if finding.record:
            self.walk.begin(group.findings, self.table.currentIndex().row(), group.title)
        elif (place := place_of(finding, view.checked.period)) is not None:
            self.session.page_wanted.emit(*place)

    def show_article(self) -> None:
        """What the rule rests on, beside the findings."""
        finding = self.current_finding()
        if finding is not None:
            self.article.show_named(finding.article)
            self.article.area.setFocus()

    def _to_reason(self) -> None:
        if self.panel.reason.isVisible():
            self.panel.reason.setFocus()
            self.panel.reason.selectAll()

    def explain(self, reason: str) -> None:
        """Give ``reason`` for the findings selected; an empty one takes it back."""
        group, view = self.side.group(), self.view
        if group is None or view is None or group.severity is not Severity.EXPLAIN:
            return
        chosen = self.side.chosen()
        if not reason and not any(one.key in view.checked.reasons for one in chosen):
            self.session.say(tr("Write the reason first, then explain."), Tone.WARN)
            self.panel.reason.setFocus()
            return
        work = partial(explain_all, self.session.desk, view.checked.period, chosen, reason)
        self.session.run(self, work, self._done, again=partial(self.explain, reason))

    def _later_pressed(self) -> None:
        group = self.side.group()
        if group is not None and self.panel.later_button.isVisible():
            self.put_off(not group.later)

    def put_off(self, later: bool) -> None:
        """Put the findings selected off, or take them up again."""
        view = self.view
        if view is None or self.session.desk.read_only or not self.side.chosen():
            return
        work = partial(put_off_all, self.session.desk, view.checked.period, self.side.chosen(), later)
        self.session.run(self, work, self._done, again=partial(self.put_off, later))

    def _done(self, changes: Changes) -> None:
        self.session.done(changes)
        self.table.setFocus()

    def export(self) -> None:
        """What is seen to an Excel file."""
        if self.view is not None:
            only = tuple(one for group in self.groups for one in group.findings)
            export_findings(self, self.session, self.view.checked, only, self.progress)

    def _to_report(self) -> None:
        self.session.page_wanted.emit("report", {"period": self.chooser.period.code})
