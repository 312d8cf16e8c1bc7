"""Ready to submit: what is missing, why it matters, and the way to the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.rules.core import Finding, Severity
from stdesk.i18n import count, ntr, tr
from stdesk.ui import theme
from stdesk.ui.checks.count_chips import CountChips, Counted
from stdesk.ui.checks.finding_panel import FindingPanel
from stdesk.ui.checks.grouping import CheckView, Group, check_for_view, explain_all, groups_of
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.tables.rows_model import RIGHT, Cell, RowsColumn, RowsModel
from stdesk.ui.tables.view import TableView
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.finding_line import severity_look, severity_word
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_NUMBER, _TITLE, _REASON = 0, 1, 3  # columns that not every rule needs


class ChecksPage(Page):
    """Findings by rule at the left, those of the rule in hand at the right."""

    name = "checks"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.view: CheckView | None = None
        self._groups: list[Group] = []
        self._wanted_rule = ""
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        head = PageHead(self.title())
        self.chooser = PeriodChooser(session.desk.today())
        self.chooser.chosen.connect(lambda _period: self.refresh())
        head.add_action(self.chooser)
        self.report_button = QPushButton(tr("On to the report"))
        self.report_button.clicked.connect(self._to_report)
        head.add_action(self.report_button)
        column.addWidget(head)
        column.addLayout(self._readiness())
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.chips = CountChips(tr("Findings by weight"))
        self.chips.chosen.connect(lambda _key: self._show_groups())
        column.addWidget(self.chips)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._findings_side())
        self.empty = EmptyState("seal-check", "", "")
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)

    def _readiness(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.tokens().xs)
        self.sentence = label("", "strong", wrap=True)
        self.bar = QProgressBar(minimum=0, maximum=1000, textVisible=False)
        self.bar.setAccessibleName(tr("How much is ready"))
        column.addWidget(self.sentence)
        column.addWidget(self.bar)
        return column

    def _findings_side(self) -> QSplitter:
        t = theme.tokens()
        self.rules = QListWidget()
        self.rules.setAccessibleName(tr("What is wrong, by rule"))
        self.rules.setWordWrap(True)
        self.rules.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.rules.setIconSize(QSize(18, 18))
        self.rules.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rules.currentRowChanged.connect(lambda _at: self._show_group())
        self.rules.itemActivated.connect(self._into_group)
        self.model = RowsModel(
            (
                RowsColumn(tr("No."), 4, RIGHT),
                RowsColumn(tr("Title"), 22),
                RowsColumn(tr("What is wrong"), 0),
                RowsColumn(tr("Reason"), 10),
            ),
            parent=self,
        )
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)  # the last column is not always shown
        self.table.setAccessibleName(tr("What the rule speaks of"))
        self.table.row_opened.connect(lambda _row: self.mend())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_finding())
        self.panel = FindingPanel()
        self.panel.mend_wanted.connect(self.mend)
        self.panel.explained.connect(self.explain)
        self.panel.hide()  # until there is a finding
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(self.table, 1)
        column.addWidget(self.panel)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.rules)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        split.setSizes([330, 800])
        self.rules.setMinimumWidth(240)
        return split

    def focus_place(self) -> QWidget:
        """The rules."""
        return self.rules

    def title(self) -> str:
        """The page's name."""
        return tr("Ready to submit")

    # -- checking ----------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "rule": id, or key of a group}: check that period, show that rule."""
        if isinstance(arguments, Mapping):
            self._wanted_rule = str(arguments.get("rule", ""))
            code = str(arguments.get("period", "")) or self.chooser.period.code
            if code != self.chooser.period.code:
                self.chooser.show_period(code)
                self.refresh()
            elif self.view is not None:
                self._show_view(self.view)

    def refresh(self) -> None:
        """Check the period anew; a check still under way is given up."""
        if self._task is not None:
            self._task.finished.disconnect(self._show_view)
            self._task.cancel()
        desk, period = self.session.desk, self.chooser.period
        task = self.session.runner.run(self, partial(check_for_view, desk, period), slow=True)
        task.finished.connect(self._show_view)
        task.failed.connect(self.session.say_error)
        task.ended.connect(partial(self._ended, task))
        self._task = task
        self.progress.follow(task)

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _show_view(self, view: CheckView) -> None:
        self.view = view
        counts = view.checked.counts
        all_of = Counted("", tr("All"), len(view.checked.findings))
        parts = [Counted(str(one), severity_word(one), counts[one], *severity_look(one)) for one in Severity]
        self.chips.set_counts([all_of, *parts])
        if self._wanted_rule:
            self.chips.press("")
        self._show_sentence(view)
        self._show_groups()

    def _show_sentence(self, view: CheckView) -> None:
        checked = view.checked
        period = str(checked.period.label)
        n = len(checked.open)
        if not view.total:
            text = tr("Nothing belongs to {period} yet.", period=period)
        elif n:
            done = tr("{ready} of {total} items are ready", ready=count(view.ready), total=count(view.total))
            left = ntr(
                "{n} finding is still to be mended or explained",
                "{n} findings are still to be mended or explained",
                n,
            )
            text = f"{done}  ·  {left}"
        else:
            text = tr("Ready: the figures of {period} can be frozen.", period=period)
        if checked.drafts:
            text += "  ·  " + ntr(
                "{n} draft is not counted in", "{n} drafts are not counted in", checked.drafts
            )
        if checked.left_out:
            text += "  ·  " + ntr("{n} secret item stays out", "{n} secret items stay out", checked.left_out)
        self.sentence.setText(text)
        self.bar.setValue(1000 * view.ready // view.total if view.total else 0)
        theme.mark(self.report_button, primary=bool(view.total) and not n)

    # -- showing -----------------------------------------------------------------------------

    def _show_groups(self) -> None:
        if self.view is None:
            return
        held, finding = self._group(), self.current_finding()
        self._groups = groups_of(self.view.checked.findings, self.chips.key)
        self.rules.blockSignals(True)
        self.rules.clear()
        for group in self._groups:
            self.rules.addItem(_item(group, self.view.checked.reasons))
        wanted = self._wanted_rule
        places = [at for at, one in enumerate(self._groups) if wanted and wanted in (one.rule, one.key)]
        places += [at for at, one in enumerate(self._groups) if held is not None and one.key == held.key]
        self._wanted_rule = ""
        self.rules.setCurrentRow(places[0] if places else (0 if self._groups else -1))
        self.rules.blockSignals(False)
        self.stack.setCurrentIndex(0 if self._groups else 1)
        self._show_empty()
        self._show_group(finding.key if finding else "")

    def _show_empty(self) -> None:
        if self.view is None or self._groups:
            return
        if self.view.total:
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

    def _group(self) -> Group | None:
        at = self.rules.currentRow()
        return self._groups[at] if 0 <= at < len(self._groups) else None

    def _show_group(self, finding: str = "") -> None:
        group, view = self._group(), self.view
        if view is None:
            return
        findings = group.findings if group else ()
        reasons = view.checked.reasons
        self.model.set_rows([_row(one, view.titles.get(one.record, ""), reasons) for one in findings])
        for column in (_NUMBER, _TITLE):
            self.table.setColumnHidden(column, not any(one.record for one in findings))
        self.table.setColumnHidden(_REASON, not any(one.key in reasons for one in findings))
        place = next((at for at, one in enumerate(findings) if one.key == finding), 0)
        if findings:
            self.table.selectRow(place)
        self._show_finding()

    def current_finding(self) -> Finding | None:
        """The finding in hand."""
        group, at = self._group(), self.table.currentIndex().row()
        return group.findings[at] if group and 0 <= at < len(group.findings) else None

    def _show_finding(self) -> None:
        finding = self.current_finding()
        reasons: Mapping[str, str] = self.view.checked.reasons if self.view else {}
        self.panel.show_finding(
            finding,
            reasons.get(finding.key, "") if finding else "",
            len(self.table.chosen_rows()),
            read_only=self.session.desk.read_only,
        )

    def _into_group(self, _item: QListWidgetItem) -> None:
        self.table.setFocus()

    # -- acts --------------------------------------------------------------------------------

    def mend(self) -> None:
        """Open what the finding speaks of, at the field."""
        finding = self.current_finding()
        if finding is None:
            return
        if finding.record:
            self.session.record_wanted.emit(finding.kind, finding.record, finding.field)
        else:
            self.session.page_wanted.emit("settings", None)

    def explain(self, reason: str) -> None:
        """Give ``reason`` for the findings selected; an empty one takes it back."""
        group, view = self._group(), self.view
        if group is None or view is None or group.severity is not Severity.EXPLAIN:
            return
        rows = [at for at in self.table.chosen_rows() if at < len(group.findings)]
        chosen = tuple(group.findings[at] for at in rows)
        if not reason and not any(one.key in view.checked.reasons for one in chosen):
            self.session.say(tr("Write the reason first, then explain."), Tone.WARN)
            self.panel.reason.setFocus()
            return
        work = partial(explain_all, self.session.desk, view.checked.period, chosen, reason)
        self.session.run(self, work, partial(self._explained, len(chosen), bool(reason)))

    def _explained(self, n: int, given: bool, reasons: Mapping[str, str]) -> None:
        if self.view is None:
            return
        checked = replace(self.view.checked, reasons=reasons)
        unready = {one.record or one.key for one in checked.open}
        ready = self.view.total - len(unready)
        self._show_view(replace(self.view, checked=checked, ready=ready))
        if given:
            self.session.say(ntr("{n} finding explained", "{n} findings explained", n), Tone.DONE)
        else:
            self.session.say(
                ntr(
                    "The reason of {n} finding was taken back", "The reason of {n} findings was taken back", n
                )
            )
        self.table.setFocus()

    def _to_report(self) -> None:
        self.session.page_wanted.emit("report", {"period": self.chooser.period.code})


def _item(group: Group, reasons: Mapping[str, str]) -> QListWidgetItem:
    t = theme.tokens()
    done = sum(one.key in reasons for one in group.findings)
    words = [severity_word(group.severity), ntr("{n} item", "{n} items", len(group.findings))]
    if done:
        words.append(tr("{n} explained", n=count(done)))
    item = QListWidgetItem(f"{group.title}\n{' · '.join(words)}")
    name, tone = severity_look(group.severity)
    if done == len(group.findings):
        name, tone = "check-circle", "green"
    item.setIcon(icon(name, tone))
    if group.severity is Severity.NOT_DUE:
        item.setForeground(QColor(t.text_soft))
    item.setToolTip(group.title)
    return item


def _row(finding: Finding, title: str, reasons: Mapping[str, str]) -> tuple[object, ...]:
    reason = reasons.get(finding.key, "")
    given = Cell(tr("Explained"), "check-circle", "green", tip=reason) if reason else ""
    number = count(finding.number) if finding.number else ""
    return (number, title, finding.message, given)
