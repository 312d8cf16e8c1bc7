"""One finding: how grave, what is wrong, what to do, what it rests on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Severity
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import pixmap
from stdesk.ui.widgets.labels import label

_LOOKS = {
    Severity.BLOCK: ("x-circle", "red"),
    Severity.EXPLAIN: ("warning", "amber"),
    Severity.HINT: ("info", "blue"),
    Severity.NOT_DUE: ("hourglass", "text_soft"),
}


def severity_look(severity: Severity) -> tuple[str, str]:
    """Icon and colour of a severity."""
    return _LOOKS[Severity(severity)]


def severity_word(severity: Severity) -> str:
    """What a severity is called on the screen; colour never speaks alone."""
    return {
        Severity.BLOCK: tr("Must be mended"),
        Severity.EXPLAIN: tr("Explain"),
        Severity.HINT: tr("Hint"),
        Severity.NOT_DUE: tr("Not due yet"),
    }[Severity(severity)]


class FindingLine(QFrame):
    """A finding as it stands under its field and in lists; ``about`` names the field it is of."""

    def __init__(
        self,
        severity: Severity,
        message: str,
        advice: str,
        article: str,
        parent: QWidget | None = None,
        *,
        about: str = "",
    ) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.setProperty("place", "note")
        row = QHBoxLayout(self)
        row.setContentsMargins(t.s, t.xs + 2, t.s, t.xs + 2)
        row.setSpacing(t.s)
        self._picture = QLabel()
        self._picture.setFixedSize(16, 16)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.message = label("", wrap=True)
        self._rest = label("", "small", wrap=True)
        column.addWidget(self.message)
        column.addWidget(self._rest)
        row.addLayout(column, 1)
        self._tone = ""
        self.show_finding(severity, message, advice, article, about=about)

    def show_finding(
        self, severity: Severity, message: str, advice: str, article: str, *, about: str = ""
    ) -> None:
        """Show another finding in place of the one before."""
        name, tone = severity_look(severity)
        if tone != self._tone:
            self._tone = tone
            theme.mark(self, tone=None if tone == "text_soft" else tone)
            self._picture.setPixmap(pixmap(name, tone, 16, self))
        word = severity_word(severity)
        self._picture.setToolTip(word)
        self.message.setText(f"{word} · {about}: {message}" if about else f"{word}: {message}")
        rest = " ".join(part for part in (advice, f"({article})" if article else "") if part)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))
        self.setAccessibleName(f"{self.message.text()} {advice}")
