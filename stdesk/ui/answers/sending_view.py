"""One try to write a package: what was written where, or why not, and its papers to be printed again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from stdesk.i18n import tr
from stdesk.services.answers import Sending
from stdesk.services.package_papers import Written, facts_of_sending
from stdesk.ui import theme
from stdesk.ui.answers import words
from stdesk.ui.forms.files_editor import show_size
from stdesk.ui.packaging.papers import PapersView
from stdesk.ui.packaging.words import in_groups
from stdesk.ui.session import Session
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.labels import label


class SendingView(QWidget):
    """Three lines that can be copied, and below them label and delivery note of a package that was written."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, t.s, 0, 0)
        column.setSpacing(t.s)
        self.problem = _to_copy(label("", wrap=True))
        self.detail = _to_copy(label("", wrap=True))
        self.code = _to_copy(label("", "small", wrap=True))
        self.papers = PapersView(session)
        for widget in (self.problem, self.detail, self.code):
            column.addWidget(widget)
        column.addWidget(self.papers)
        column.addStretch(1)
        self.show_sending(None)

    def show_sending(self, one: Sending | None) -> None:
        """Show this try; ``None``: nothing."""
        row = one.row if one is not None else None
        done = row is not None and row.outcome == "done"
        self.problem.setText(row.detail if row is not None and not done else "")
        self.detail.setText(_detail(one) if one is not None else "")
        self.code.setText(
            tr("Check code (SHA-512): {code}", code=in_groups(row.sha512))
            if row is not None and row.sha512
            else ""
        )
        for text in (self.problem, self.detail, self.code):
            text.setVisible(bool(text.text()))
        self.papers.setVisible(done)
        self.papers.show_written(
            Written(row.period, row.submission, row.trial, row.at, facts_of_sending(row), row.name)
            if row is not None and done
            else None
        )


def _detail(one: Sending) -> str:
    row = one.row
    done = row.outcome == "done"
    which = tr("Trial, marked THỬ") if row.trial else tr("Submission {n}", n=str(row.submission))
    what = (facts_of_sending(row).name, show_size(row.size)) if done else (row.name,)
    told = (which, *what, words.extent_words(one) if done else "")
    by = tr("written by {who}", who=row.who) if row.who else ""
    return "\n".join(
        "  ·  ".join(part for part in line if part) for line in (told, (shown_time(row.at), row.place, by))
    )


def _to_copy(text: QLabel) -> QLabel:
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return text
