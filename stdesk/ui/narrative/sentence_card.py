"""One sentence of a report: its words, the figures in them, last year's words beside."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stdesk.i18n import ntr, tr
from stdesk.services.narrative import LONGEST, Sentence, Tied
from stdesk.ui import theme
from stdesk.ui.forms.text_editors import GrowingText
from stdesk.ui.icons import icon, pixmap
from stdesk.ui.narrative.marks import mark_of
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.chips import Chip
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_BESIDE = 700  # from this width on last year's words stand beside, not below
_CHIPS = 8  # figures shown at first; those that moved always are
_OPEN_END = "…"


class SentenceText(GrowingText):
    """The words of a sentence.

    Signals:
        left: the keyboard went elsewhere.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(1, 16, one_paragraph=False, parent=parent)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Left, unless only a menu opened over it."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+S and Ctrl+Enter belong to the page."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_S:
            event.ignore()
            return
        super().keyPressEvent(event)


class FigureChip(Chip):
    """A figure of the sentence; one that moved has a picture."""

    def __init__(self, one: Tied) -> None:
        text = tr("{label}: {value}", label=one.label, value=one.value)
        if one.changed:
            text = tr("{figure} (before: {value})", figure=text, value=one.seen)
        super().__init__(text, removable=False)
        self.setToolTip(tr("{figure}. Enter shows what is behind it.", figure=text))
        if one.changed:
            self.setProperty("tone", "amber")
            self.setIcon(icon("swap", "amber"))

    def sizeHint(self) -> QSize:
        """Room for the picture too."""
        hint = super().sizeHint()
        return hint if self.icon().isNull() else hint + QSize(self.iconSize().width() + 6, 0)


class SentenceCard(QFrame):
    """A sentence that can be worded.

    Signals:
        typed: (sentence id, its words, the template they were made of or None).
        left: the keyboard left the words.
        accept_wanted, reset_wanted: sentence id.
        figure_wanted: name of a figure.
        chips_changed: other figures are shown.
    """

    typed = Signal(str, str, object)
    left = Signal()
    accept_wanted = Signal(str)
    reset_wanted = Signal(str)
    figure_wanted = Signal(str)
    chips_changed = Signal()

    def __init__(self, sentence: Sentence, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = sentence
        self._showing = False
        self._all_chips = False
        t = theme.tokens()
        self.setProperty("place", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        column.addWidget(self._top())
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setSpacing(t.l)
        column.addLayout(self._sides)
        self._sides.addLayout(self._words(title), 3)
        self.last = self._last_words()
        self._sides.addWidget(self.last, 2)

    # -- building ----------------------------------------------------------------------------

    def _top(self) -> QWidget:
        t = theme.tokens()
        top = QWidget()
        row = FlowLayout(top, t.s)  # in a narrow window the acts go below
        state = QWidget()
        inner = QHBoxLayout(state)
        inner.setContentsMargins(0, t.xs, 0, 0)
        inner.setSpacing(t.s)
        self._picture = QLabel()
        self._picture.setFixedSize(16, 16)
        self.word = label("", "small")
        self.article = label("", "small")
        for widget in (self._picture, self.word, self.article):
            inner.addWidget(widget)
        row.addWidget(state)
        self.accept_button = icon_button("check", tr("Numbers looked at"), "accent")
        self.accept_button.setToolTip(tr("The words still fit the numbers: take the mark away"))
        self.accept_button.clicked.connect(lambda: self.accept_wanted.emit(self.sentence.id))
        self.reset_button = icon_button("arrow-counter-clockwise", tr("Back to the draft"), "accent")
        self.reset_button.setToolTip(tr("Drop the unit's own words; can be undone"))
        self.reset_button.clicked.connect(lambda: self.reset_wanted.emit(self.sentence.id))
        for button in (self.accept_button, self.reset_button):
            button.setProperty("link", True)
            row.addWidget(button)
        return top

    def _words(self, title: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.tokens().s)
        self.text = SentenceText()
        self.text.setAccessibleName(tr("Words: {title}", title=title))
        self.text.textChanged.connect(self._edited)
        self.text.left.connect(self.left)
        column.addWidget(self.text)
        self.note = label("", "small", wrap=True)
        column.addWidget(self.note)
        self._chips = QWidget()
        self._chips.setAccessibleName(tr("Figures of the sentence"))
        self._flow = FlowLayout(self._chips, theme.tokens().xs)
        self.chips: list[QPushButton] = []
        column.addWidget(self._chips)
        column.addStretch(1)
        return column

    def _last_words(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.xs)
        column.addWidget(label(tr("In the report before"), "label"))
        self.last_text = label("", "soft", wrap=True)
        self.last_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.last_text)
        self.take_button = icon_button("copy", tr("Take over"), "accent")
        self.take_button.setProperty("link", True)
        self.take_button.setToolTip(tr("Put these words in, with the numbers of this report"))
        self.take_button.clicked.connect(self.take_over)
        column.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return side

    # -- showing -----------------------------------------------------------------------------

    def show_sentence(self, sentence: Sentence, typed: str | None, *, read_only: bool) -> None:
        """Show ``sentence``; what was ``typed`` and is not kept yet stays."""
        self.sentence = sentence
        self._show_text(shown(sentence) if typed is None else typed)
        self.text.setReadOnly(read_only)
        self.text.setPlaceholderText(
            tr("Write here") if sentence.blank else tr("Not printed: its figure is 0")
        )
        mark = mark_of(sentence)
        self._picture.setPixmap(pixmap(mark.picture, mark.tone, 16, self))
        self.word.setText(mark.word)
        self.text.setAccessibleDescription(mark.word)
        self.article.setText(sentence.article)
        self.accept_button.setVisible(sentence.changed and not read_only)
        self.reset_button.setVisible(sentence.own and not read_only)
        self._note()
        self._show_chips()
        self.last.setVisible(bool(sentence.last_text))
        self.last_text.setText(sentence.last_text)
        self.take_button.setVisible(not read_only and sentence.last_now not in ("", _OPEN_END))
        self.take_button.setEnabled(sentence.last_now != sentence.text)

    def _show_text(self, text: str) -> None:
        if text != self.text.toPlainText():
            self._showing = True
            self.text.setPlainText(text)
            self._showing = False

    def _note(self) -> None:
        over = len(self.text.toPlainText()) - LONGEST
        self.note.setText(ntr("{n} letter too long", "{n} letters too long", over) if over > 0 else "")
        self.note.setVisible(over > 0)

    def _show_chips(self) -> None:
        for old in self.chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        figures = self.sentence.figures
        plain = [one for one in figures if not one.changed]
        kept = plain if self._all_chips or len(plain) <= _CHIPS + 1 else plain[:_CHIPS]
        self.chips = [self._chip(one) for one in figures if one.changed or one in kept]
        if hidden := len(plain) - len(kept):
            more = Chip(ntr("{n} more figure", "{n} more figures", hidden), removable=False)
            more.opened.connect(self._show_all_chips)
            self.chips.append(more)
        for chip in self.chips:
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(self.chips))

    def _chip(self, one: Tied) -> Chip:
        chip = FigureChip(one)
        chip.opened.connect(lambda: self.figure_wanted.emit(one.figure))
        return chip

    def _show_all_chips(self) -> None:
        at = len(self.chips) - 1
        self._all_chips = True
        self._show_chips()
        self.chips_changed.emit()
        self.chips[min(at, len(self.chips) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Last year's words beside when there is room, else below."""
        super().resizeEvent(event)
        beside = QBoxLayout.Direction.LeftToRight
        wanted = beside if self.width() >= _BESIDE else QBoxLayout.Direction.TopToBottom
        if self._sides.direction() != wanted:
            self._sides.setDirection(wanted)

    # -- writing -----------------------------------------------------------------------------

    def _edited(self) -> None:
        if not self._showing:
            self._note()
            self.typed.emit(self.sentence.id, self.text.toPlainText(), None)

    def take_over(self) -> None:
        """Last year's words with this year's numbers, as if typed."""
        self._showing = True  # one change, told with the template it comes from
        cursor = self.text.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(self.sentence.last_now)
        self._showing = False
        self._note()
        self.typed.emit(self.sentence.id, self.text.toPlainText(), self.sentence.last_template)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        return [self.accept_button, self.reset_button, self.text, *self.chips, self.take_button]

    def go_in(self) -> None:
        """The keyboard into the words, on the dots when there are some."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.text.toPlainText()
        cursor = self.text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if text.endswith(_OPEN_END):
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(cursor)


def shown(sentence: Sentence) -> str:
    """The words as they are edited: nothing where there are only dots."""
    return "" if sentence.text == _OPEN_END else sentence.text
