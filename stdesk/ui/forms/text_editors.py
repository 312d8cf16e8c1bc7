"""Editors of text: a line, a title that wraps, a paragraph."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from stdesk.domain.fields import Field, Value
from stdesk.domain.values import MAX_TEXT, canonical
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.proposals import propose_texts
from stdesk.ui.widgets.suggest_line import SuggestLine


def bare_layout(widget: QWidget) -> QVBoxLayout:
    """A column without margins."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    return column


class LineEditor(FieldEditor):
    """One line; proposes what other records hold in this field.

    Args:
        pool: whose texts are proposed when it is not the field itself: ``people.unit``.
    """

    def __init__(
        self, field: Field, setting: Setting, parent: QWidget | None = None, *, pool: str = ""
    ) -> None:
        super().__init__(field, setting, parent)
        self.line = SuggestLine()
        self.line.setMaxLength(MAX_TEXT)
        self.name_control(self.line)
        bare_layout(self).addWidget(self.line)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.chosen.connect(lambda _text: self.changed.emit())
        self.line.returnPressed.connect(self.focusNextChild)
        self._shown = ""
        self._loaded: Value = None
        propose_texts(self.line, setting.session, setting.kind, pool or field.name)

    def main_control(self) -> QWidget:
        """The line."""
        return self.line

    def value(self) -> Value:
        """The text, cleaned; what was loaded and not touched stays as it was."""
        if self.line.text() == self._shown:
            return self._loaded
        return canonical(self.field, self.line.text())

    def set_typed(self, text: str) -> None:
        """Put a text there as if typed."""
        self.line.setText(text)

    def set_value(self, value: Value) -> None:
        """Show ``value`` from its beginning."""
        self._loaded = value
        text = "" if value is None else str(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self._shown = self.line.text()


class GrowingText(QPlainTextEdit):
    """As high as its text, within bounds.

    Signals:
        passed: Enter in a text of one paragraph.
    """

    passed = Signal()

    def __init__(
        self, lowest: int, highest: int, *, one_paragraph: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bounds = (lowest, highest)
        self._one_paragraph = one_paragraph
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(3)
        self.textChanged.connect(self._fit)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps into other lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # document().size() counts lines after wrapping, but only those laid out for this width
        lines = min(max(int(self.document().size().height()), self._bounds[0]), self._bounds[1])
        height = lines * self.fontMetrics().lineSpacing() + 14
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)
        over = int(self.document().size().height()) > self._bounds[1]
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if over else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def sizeHint(self) -> QSize:
        """The height it fixed."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a single paragraph goes on to the next field; Ctrl+Enter belongs to the form."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
                return
            if self._one_paragraph:
                self.passed.emit()
                return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text only, no longer than a field can hold; breaks joined in a single paragraph."""
        text = source.text()[:MAX_TEXT]
        if self._one_paragraph:
            text = " ".join(text.split())
        self.insertPlainText(text)


class ParagraphEditor(FieldEditor):
    """Text with line breaks, or a title: one paragraph that wraps."""

    def __init__(
        self, field: Field, setting: Setting, *, title: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(field, setting, parent)
        self.text = GrowingText(*((1, 6) if title else (2, 12)), one_paragraph=title)
        self.name_control(self.text)
        bare_layout(self).addWidget(self.text)
        self._loaded: Value = None
        self._shown = ""
        self._quiet = False
        self.text.textChanged.connect(self._typed)
        self.text.passed.connect(self.focusNextChild)

    def main_control(self) -> QWidget:
        """The text."""
        return self.text

    def value(self) -> Value:
        """The text, cleaned; what was loaded and not touched stays as it was."""
        if self.text.toPlainText() == self._shown:
            return self._loaded
        try:
            return canonical(self.field, self.text.toPlainText())
        except UserError:
            return None

    def problem(self) -> str:
        """Only that it is too long."""
        if self.text.document().characterCount() - 1 > MAX_TEXT:
            return tr("Too long: {n} characters at most.", n=f"{MAX_TEXT:,}".replace(",", "."))
        return ""

    def typed(self) -> str:
        """The text when it is too long."""
        return self.text.toPlainText() if self.problem() else ""

    def set_typed(self, text: str) -> None:
        """Put the text back."""
        self.text.setPlainText(text)

    def set_value(self, value: Value) -> None:
        """Show ``value``."""
        self._quiet = True
        self._loaded = value
        text = "" if value is None else str(value)
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        self._shown = self.text.toPlainText()
        self._quiet = False

    def _typed(self) -> None:
        if not self._quiet:
            self.changed.emit()
