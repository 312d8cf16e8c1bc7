"""One finding: how grave, what is wrong, what to do, what it rests on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from stdesk.domain.rules.core import Severity
from stdesk.i18n import tr
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
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
    """A finding as it stands under its field and in lists."""

    def __init__(
        self, severity: Severity, message: str, advice: str, article: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        t = theme.tokens()
        name, tone = severity_look(severity)
        self.setProperty("place", "note")
        if tone != "text_soft":
            self.setProperty("tone", tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(t.s, t.xs + 2, t.s, t.xs + 2)
        row.setSpacing(t.s)
        picture = icon_label(name, tone, 16)
        picture.setToolTip(severity_word(severity))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.message = label(f"{severity_word(severity)}: {message}", wrap=True)
        column.addWidget(self.message)
        rest = "  ".join(part for part in (advice, f"({article})" if article else "") if part)
        if rest:
            column.addWidget(label(rest, "small", wrap=True))
        row.addLayout(column, 1)
        self.setAccessibleName(f"{severity_word(severity)}: {message} {advice}")
