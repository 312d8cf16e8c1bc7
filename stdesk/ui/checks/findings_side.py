"""Rules, the findings of the one in hand, the panel below and what the rule rests on beside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Finding
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.checks.article_panel import ArticlePanel
from stdesk.ui.checks.finding_panel import FindingPanel
from stdesk.ui.checks.findings_model import NUMBER, REASON, TITLE, FindingsModel
from stdesk.ui.checks.grouping import CheckView, Group, place_of
from stdesk.ui.checks.rule_list import RuleList
from stdesk.ui.tables.view import TableView


class FindingsSide(QSplitter):
    """Keeps group and finding in hand when others are shown.

    Args:
        read_only: nothing can be put off or explained.
    """

    def __init__(self, read_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.view: CheckView | None = None
        self.groups: tuple[Group, ...] = ()
        self._read_only = read_only
        t = theme.tokens()
        self.rules = RuleList()
        self.rules.setMinimumWidth(200)
        self.rules.currentRowChanged.connect(lambda _at: self.show_group())
        self.rules.itemActivated.connect(self._into_group)
        self.model = FindingsModel(self)
        self.table = TableView()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(False)  # the last column is not always shown
        self.table.setAccessibleName(tr("What the rule speaks of"))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_finding())
        self.panel = FindingPanel()
        self.panel.hide()  # until there is a finding
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(self.table, 1)
        column.addWidget(self.panel)
        self.article = ArticlePanel()
        self.article.closed.connect(lambda: self.table.setFocus())
        self.setChildrenCollapsible(False)
        for place, (widget, share) in enumerate(((self.rules, 2), (right, 5), (self.article, 2))):
            self.addWidget(widget)
            self.setStretchFactor(place, share)
        self.setSizes([310, 820, 300])

    def clear(self) -> None:
        """What is shown is of another period: no place in it is kept."""
        self.model.show_findings((), {}, {})

    def show_groups(self, view: CheckView, groups: tuple[Group, ...], wanted: str = "") -> None:
        """Show these; ``wanted``: a rule or the key of a group to stand at."""
        held, finding, at = self.group(), self.current_finding(), self.rules.currentRow()
        self.view, self.groups = view, groups
        self.rules.show_groups(groups, view.checked.reasons)
        self.rules.blockSignals(True)
        self.rules.setCurrentRow(self._place_of(held, at, wanted))
        self.rules.blockSignals(False)
        self.show_group(finding.key if finding else "")

    def _place_of(self, held: Group | None, at: int, wanted: str) -> int:
        """Where to stand: at what was asked for, else where one was, else at what took its place."""
        rule = wanted.split("/")[1] if wanted.count("/") >= 2 else wanted
        for matches in (
            lambda one: bool(wanted) and wanted in (one.key, one.rule),
            lambda one: bool(wanted) and one.rule == rule,
            lambda one: held is not None and one.key == held.key,
        ):
            place = next((place for place, one in enumerate(self.groups) if matches(one)), -1)
            if place >= 0:
                return place
        return min(max(at, 0), len(self.groups) - 1)

    def group(self) -> Group | None:
        """The rule in hand."""
        at = self.rules.currentRow()
        return self.groups[at] if 0 <= at < len(self.groups) else None

    def show_group(self, finding: str = "") -> None:
        """Show the rule in hand at ``finding`` (its key); at what took its place when it is gone."""
        group, view = self.group(), self.view
        if view is None:
            return
        findings = group.findings if group else ()
        reasons = view.checked.reasons
        row = max(self.table.currentIndex().row(), 0) if finding else 0
        self.model.show_findings(findings, view.titles, reasons)
        for column in (NUMBER, TITLE):
            self.table.setColumnHidden(column, not any(one.record for one in findings))
        given = bool(reasons) and any(one.key in reasons for one in findings)
        self.table.setColumnHidden(REASON, not given)
        # what was mended is gone: what came after it has taken its place
        place = next(
            (at for at, one in enumerate(findings) if one.key == finding), min(row, len(findings) - 1)
        )
        if findings:
            self.table.selectRow(place)
        self._show_finding()

    def current_finding(self) -> Finding | None:
        """The finding in hand."""
        group, at = self.group(), self.table.currentIndex().row()
        return group.findings[at] if group and 0 <= at < len(group.findings) else None

    def _show_finding(self) -> None:
        finding, view, group = self.current_finding(), self.view, self.group()
        if view is None:
            return
        self.panel.show_finding(
            finding,
            view.checked.reasons.get(finding.key, "") if finding else "",
            self.table.chosen_count(),
            read_only=self._read_only,
            later=group is not None and group.later,
            opens=finding is not None
            and (bool(finding.record) or place_of(finding, view.checked.period) is not None),
        )
        if finding is not None and not self.article.isHidden():
            self.article.show_named(finding.article)

    def _into_group(self, _item: QListWidgetItem) -> None:
        self.table.setFocus()

    def chosen(self) -> tuple[Finding, ...]:
        """The findings selected."""
        group = self.group()
        rows = self.table.chosen_rows()
        return tuple(group.findings[at] for at in rows if at < len(group.findings)) if group else ()
