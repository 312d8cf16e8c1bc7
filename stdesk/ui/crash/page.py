"""What is shown when the program ran into a fault: what happened, what is safe, the ways on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from stdesk.crashes import Report
from stdesk.errors import from_os_error
from stdesk.i18n import ntr, tr
from stdesk.ui import theme
from stdesk.ui.choose import choose
from stdesk.ui.crash.reports import save_report
from stdesk.ui.icons import icon_label
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_WIDEST = 760  # logical pixels of the card


class CrashPage(QFrame):
    """Lies over a window until the person goes on.

    Signals:
        reopen_wanted: start the program anew.
        gone: it was put away; the window is as it was.
    """

    reopen_wanted = Signal()
    gone = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window.centralWidget() or window)
        self.setProperty("place", "window")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._report: Report | None = None
        self._others = 0
        self._held: QWidget | None = None
        t = theme.tokens()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(t.xl, t.l, t.xl, t.l)
        outer.addStretch(1)
        self.card = QFrame()
        self.card.setProperty("place", "card")
        self.card.setMaximumWidth(_WIDEST)
        outer.addWidget(self.card, 20)
        outer.addStretch(1)
        outer.setAlignment(self.card, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(t.xl, t.xl, t.xl, t.xl)
        column.setSpacing(t.m)
        self._add_words(column)
        self._add_ways(column)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("The report"))
        self.text.setMinimumHeight(120)
        self.text.hide()
        column.addWidget(self.text, 1)
        above = self.parentWidget()
        if above is not None:
            above.installEventFilter(self)
        self.hide()

    def _add_words(self, column: QVBoxLayout) -> None:
        t = theme.tokens()
        head = QHBoxLayout()
        head.setSpacing(t.m)
        head.addWidget(icon_label("warning-octagon", "red", 32), 0, Qt.AlignmentFlag.AlignTop)
        self.title = label("", "title", wrap=True)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.happened = label("", wrap=True)
        self.safe = label("", wrap=True)
        self.others = label("", "soft", wrap=True)
        self.where = label("", "soft", wrap=True)
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for one in (self.happened, self.safe, self.others, self.where):
            column.addWidget(one)

    def _add_ways(self, column: QVBoxLayout) -> None:
        t = theme.tokens()
        places = QWidget()
        flow = FlowLayout(places, t.s)
        self.go_on = icon_button("check", tr("Go on"))
        self.reopen = icon_button("arrow-clockwise", tr("Start the program anew"))
        self.save = icon_button("floppy-disk", tr("Save the report…"))
        self.see = QPushButton(tr("See the report"))
        self.see.setCheckable(True)
        self.see.setProperty("link", True)
        for button in (self.go_on, self.reopen, self.save, self.see):
            flow.addWidget(button)
        self.go_on.clicked.connect(self.put_away)
        self.reopen.clicked.connect(self.reopen_wanted)
        self.save.clicked.connect(self._save)
        self.see.toggled.connect(self._see)
        column.addWidget(places)
        self.answer = label("", wrap=True)
        self.answer.hide()
        column.addWidget(self.answer)

    # -- what it says ------------------------------------------------------------------------

    def tell(self, report: Report) -> None:
        """Show ``report``; while one is shown the next are only counted."""
        if self.isVisible() and self._report is not None:
            self._others += 1
            self._count()
            return
        self._show(report)
        self.title.setText(tr("The program ran into a fault"))
        self.happened.setText(
            tr("Something in the program itself did not work ({kind}). It is no mistake of yours.",
               kind=report.kind)
        )  # fmt: skip
        self.safe.setText(
            tr(
                "Everything saved is intact. What is typed and not saved stays in its form. If the window does not "
                "answer as it should, start the program anew: it opens where you were."
            )
        )
        self.go_on.setText(tr("Go on"))
        self.reopen.show()

    def tell_earlier(self, report: Report) -> None:
        """Show the report of how the program ended the last time."""
        self._show(report)
        self.title.setText(tr("The program stopped suddenly last time"))
        self.happened.setText(
            tr("It was ended by the system ({kind}). It is no mistake of yours.", kind=report.kind)
        )
        self.safe.setText(
            tr(
                "Everything saved is intact; what was typed and not saved was kept as a draft every few seconds."
            )
        )
        self.go_on.setText(tr("Close"))
        self.reopen.hide()

    def _show(self, report: Report) -> None:
        self._report, self._others = report, 0
        self._held = self.window().focusWidget()
        self._count()
        self.see.setChecked(False)
        self.answer.hide()
        self.text.setPlainText(report.text)
        self.where.setText(
            tr("The report lies in {path}. It holds no word of any record.", path=report.path)
            if report.path is not None
            else tr("The report could not be written to the disk; it can still be saved elsewhere.")
        )
        self._fit()
        self.raise_()
        self.show()
        self.go_on.setFocus()

    def _count(self) -> None:
        self.others.setText(ntr("{n} more fault followed.", "{n} more faults followed.", self._others))
        self.others.setVisible(self._others > 0)

    def _see(self, on: bool) -> None:
        self.text.setVisible(on)
        self.see.setText(tr("Hide the report") if on else tr("See the report"))
        layout = self.layout()
        if layout is not None:  # the card is as high as its words, with the report as high as the window
            layout.setAlignment(self.card, Qt.AlignmentFlag(0) if on else Qt.AlignmentFlag.AlignVCenter)

    def _save(self) -> None:
        if self._report is None:
            return
        name = self._report.path.name if self._report.path is not None else "stdesk.txt"
        target = choose.save_file(self, tr("Save the report"), f"stdesk-{name}", tr("Text (*.txt)"))
        if target is not None:
            self._save_to(self._report, target)

    def _save_to(self, report: Report, target: Path) -> None:
        try:
            save_report(report, target)
        except OSError as error:
            self._answer(str(from_os_error(error, target)))
        else:
            self._answer(tr("Saved: {path}", path=target))

    def _answer(self, text: str) -> None:
        self.answer.setText(text)
        self.answer.setAccessibleName(text)
        self.answer.show()

    # -- over the window -----------------------------------------------------------------------

    def put_away(self) -> None:
        """Go on where one was."""
        self.hide()
        held = self._held
        self._report = self._held = None
        if held is not None and held.isVisible():
            held.setFocus()
        self.gone.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes on."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._fit()
        return False

    def _fit(self) -> None:
        above = self.parentWidget()
        size = above.size() if above is not None else QSize(900, 500)
        self.setGeometry(0, 0, size.width(), size.height())


def show_over(
    window: QMainWindow,
    report: Report,
    *,
    earlier: bool = False,
    reopen: Callable[[], object] | None = None,
) -> CrashPage:
    """Show ``report`` over ``window``.

    Args:
        earlier: it is of the start before. reopen: starts the program anew; ``None``: that is not offered.
    """
    page = window.findChild(CrashPage)
    if not isinstance(page, CrashPage):
        page = CrashPage(window)
        if reopen is not None:
            page.reopen_wanted.connect(reopen)
    (page.tell_earlier if earlier else page.tell)(report)
    if reopen is None:
        page.reopen.hide()
    return page
