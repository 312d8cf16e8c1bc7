"""One package: where it stands, what it holds, what the rules said, who else sent the same, what was answered."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from stdesk.central.answers import STEPS
from stdesk.central.model import ACCEPTED, QUARANTINED, RECEIVED, RETURNED, VALID, PackageRow
from stdesk.central.rules import ERROR
from stdesk.domain.kinds import Kinds
from stdesk.i18n import count, ntr, tr
from stdesk.ui import theme
from stdesk.ui.central import words
from stdesk.ui.central.answers_view import AnswersView
from stdesk.ui.central.page import fill, table_of
from stdesk.ui.central.reading import PackageSeen
from stdesk.ui.icons import icon, pixmap
from stdesk.ui.tables.rows_model import Cell, RowsColumn
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_SEVERITIES = {"error": ("x-circle", "red"), "note": ("note", "text_soft"), "hint": ("info", "blue")}
_TONES = {"green": "green", "blue": "blue", "amber": "amber"}


class PackageView(QWidget):
    """A banner over three tabs.

    Signals:
        decide_wanted: status asked for: accepted, returned, or quarantined (take in what was set aside).
        doubles_wanted: look at the doubles.
    """

    decide_wanted = Signal(str)
    doubles_wanted = Signal()

    def __init__(self, kinds: Kinds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self.package: PackageRow | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        column.addWidget(self._banner())
        self.tabs = QTabWidget()
        self.tabs.tabBar().setAccessibleName(tr("Check, doubles, answers"))
        self.answers = AnswersView()
        self.tabs.addTab(self._findings(), icon("list-checks"), "")
        self.tabs.addTab(self._doubles(), icon("intersect"), "")
        self.tabs.addTab(self.answers, icon("upload-simple"), "")
        column.addWidget(self.tabs, 1)

    def _banner(self) -> QFrame:
        t = theme.tokens()
        self.banner = QFrame()
        self.banner.setProperty("place", "note")
        row = QHBoxLayout(self.banner)
        row.setContentsMargins(t.l, t.s, t.m, t.s)
        row.setSpacing(t.m)
        self._picture = label("")
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()
        told.setSpacing(0)
        self.state = label("", "heading")
        self.sentence = label("", wrap=True)
        self.facts = label("", "small", wrap=True)
        for widget in (self.state, self.sentence, self.facts):
            told.addWidget(widget)
        row.addLayout(told, 1)
        self.accept_button = icon_button("seal-check", tr("Accept…"), "on_accent")
        self.accept_button.setProperty("primary", True)
        self.return_button = icon_button("arrow-bend-down-right", tr("Return…"))
        self.adopt_button = icon_button("arrows-merge", tr("Take in all the same…"))
        for button, status in (
            (self.accept_button, ACCEPTED),
            (self.return_button, RETURNED),
            (self.adopt_button, QUARANTINED),
        ):
            button.clicked.connect(lambda _on=False, to=status: self.decide_wanted.emit(to))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return self.banner

    def _findings(self) -> QWidget:
        self.findings, self._findings_model = table_of(
            (
                RowsColumn(tr("Which record"), 30),
                RowsColumn(tr("Field"), 14),
                RowsColumn(tr("What the rules say"), 0),
                RowsColumn(tr("How to deal with it"), 30),
                RowsColumn(tr("The unit's reason"), 16),
            ),
            tr("What the rules found"),
            self,
        )
        self._no_findings = label("", "soft", wrap=True)
        return _stacked(self.findings, self._no_findings)

    def _doubles(self) -> QWidget:
        self.doubles, self._doubles_model = table_of(
            (
                RowsColumn(tr("Which record"), 0),
                RowsColumn(tr("Also sent by"), 14),
                RowsColumn(tr("There"), 44),
                RowsColumn(tr("How sure"), 14),
            ),
            tr("Records that another unit sent too"),
            self,
        )
        self.doubles.row_opened.connect(lambda _row: self.doubles_wanted.emit())
        self._no_doubles = label(tr("No other unit sent one of these records."), "soft", wrap=True)
        return _stacked(self.doubles, self._no_doubles)

    # -- showing

    def show_row(self, package: PackageRow, names: Mapping[str, str]) -> None:
        """What stands in the row of the package itself; the rest comes with :meth:`show_seen`.

        Args:
            names: fingerprint -> name of the unit's packages.
        """
        self.package = package
        state = words.package_state(package)
        picture, tone = words.LOOKS[state]
        self._picture.setPixmap(pixmap(picture, tone, 28, self))
        theme.mark(self.banner, tone=_TONES.get(tone, ""))
        self.state.setText(words.state_word(state))
        self.sentence.setText(_sentence(package, state))
        self.facts.setText("\n".join(_facts(package, names, self._kinds)))
        self.banner.setAccessibleName(f"{self.state.text()}. {self.sentence.text()}")
        steps = STEPS[package.state]
        self.accept_button.setVisible(ACCEPTED in steps and package.state != ACCEPTED)
        self.return_button.setVisible(RETURNED in steps)
        self.adopt_button.setVisible(
            package.state == QUARANTINED and not words.is_waiting(package) and not package.delta
        )
        self._show_findings(package, {})
        self._show_tabs(0, 0)

    def show_seen(self, seen: PackageSeen) -> None:
        """Doubles, answers, titles."""
        self._show_findings(seen.package, seen.titles)
        rows = []
        for one in seen.doubles:
            mine, other = one.one, one.other
            if mine.unit != seen.package.unit:
                mine, other = other, mine
            sure = tr("certain") if one.certain else tr("possible")
            if one.pair in seen.same:
                sure = tr("one work")
            kind = words.kind_word(self._kinds, one.kind)
            rows.append(
                (f"{kind} {mine.number}: {mine.title}", other.unit, f"{other.number}: {other.title}", sure)
            )
        fill(self.doubles, self._doubles_model, rows, 0)
        self.doubles.setVisible(bool(rows))
        self._no_doubles.setVisible(not rows)
        self.answers.show_answers(seen.answers)
        self._show_tabs(len(rows), len(seen.answers))

    def _show_findings(self, package: PackageRow, titles: Mapping[str, str]) -> None:
        order = list(_SEVERITIES)
        found = sorted(package.findings, key=lambda one: order.index(str(one.get("severity", "hint"))))
        rows = []
        for one in found:
            picture, tone = _SEVERITIES[str(one.get("severity", "hint"))]
            kind = str(one.get("kind", ""))
            name = tr("the whole package")
            if one.get("id"):
                title = titles.get(str(one["id"]), "")
                name = f"{words.kind_word(self._kinds, kind)} {one.get('number', '')}"
                name = f"{name}: {title}" if title else name
            field = words.field_word(self._kinds, kind, str(one.get("field", "")))
            rest = (str(one.get(part, "")) for part in ("error", "advice", "note"))
            rows.append((Cell(name, picture, tone), field, *rest))
        fill(self.findings, self._findings_model, rows, 0)
        self.findings.setVisible(bool(rows))
        self._no_findings.setText(
            tr("The rules found nothing.")
            if package.merged
            else tr("The rules were not run: it is not merged.")
        )
        self._no_findings.setVisible(not rows)

    def _show_tabs(self, twice: int, given: int) -> None:
        found = len(self.package.findings) if self.package else 0
        for at, (text, n) in enumerate(
            ((tr("What the rules say"), found), (tr("Doubles"), twice), (tr("Answers"), given))
        ):
            self.tabs.setTabText(at, f"{text} ({count(n)})" if n else text)

    def show_answers(self) -> None:
        """The tab of the answers."""
        self.tabs.setCurrentWidget(self.answers)


def _stacked(table: QWidget, instead: QWidget) -> QWidget:
    t = theme.tokens()
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, t.s, 0, 0)
    column.addWidget(table, 1)
    column.addWidget(instead, 1, Qt.AlignmentFlag.AlignTop)
    return place


def _sentence(package: PackageRow, state: str) -> str:
    errors = sum(one.get("severity") == ERROR for one in package.findings)
    if package.why:
        return words.why_of(package)
    if state == RECEIVED:
        return ntr(
            "The rules found {n} fault: it cannot be accepted. Return it, so that the unit corrects it.",
            "The rules found {n} faults: it cannot be accepted. Return it, so that the unit corrects them.",
            errors,
        )
    return {
        VALID: tr("That is the program's word. Nobody has accepted it yet."),
        ACCEPTED: tr("A person accepted it. Its records count."),
        RETURNED: tr("Its records do not count. The unit corrects them and sends again."),
    }.get(state, "")


def _facts(package: PackageRow, names: Mapping[str, str], kinds: Kinds) -> list[str]:
    told = [words.holds(package, kinds)]
    if package.delta:
        base = names.get(package.base, package.base[:12])
        told.append(tr("Only what changed since {package}.", package=base))
    return told


__all__ = ["PackageView"]
