"""What the cards of data safety share: a heading with the state beside it, a sentence, buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from stdesk.ui import theme
from stdesk.ui.icons import pixmap
from stdesk.ui.widgets.flow_layout import FlowLayout
from stdesk.ui.widgets.labels import label

_PICTURE = 16


class StateBadge(QWidget):
    """A picture and a word in a colour that means the same; hidden while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens().xs)
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE, _PICTURE)
        self.word = label("", "badge")
        row.addWidget(self._picture)
        row.addWidget(self.word)
        self.hide()

    def tell(self, word: str, picture: str, tone: str) -> None:
        """Show ``word``; ``tone`` is a colour of the theme."""
        self._picture.setPixmap(pixmap(picture, tone, _PICTURE, self))
        self.word.setText(word)
        theme.mark(self.word, tone=tone)
        self.setAccessibleName(word)
        self.show()


class SafetyCard(QFrame):
    """A card: heading and badge, ``about``, whatever is added to ``column``, a row of buttons."""

    def __init__(self, heading: str, picture: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "card")
        self.setAccessibleName(heading)
        t = theme.tokens()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(t.l, t.m, t.l, t.l)
        self.column.setSpacing(t.s)
        head = QHBoxLayout()
        head.setSpacing(t.s)
        shown = QLabel()
        shown.setPixmap(pixmap(picture, "accent", 20, self))
        shown.setFixedSize(20, 20)
        self.badge = StateBadge()
        head.addWidget(shown)
        head.addWidget(label(heading, "heading"))
        head.addStretch(1)
        head.addWidget(self.badge)
        self.column.addLayout(head)
        self.about = label("", wrap=True)
        self.column.addWidget(self.about)

    def button_row(self, *buttons: QWidget) -> QWidget:
        """Buttons on as many lines as they need, at the end of the column."""
        row = QWidget()
        flow = FlowLayout(row, theme.tokens().s)
        for one in buttons:
            flow.addWidget(one)
        self.column.addWidget(row)
        return row


class _Inner(QWidget):
    """As high as its texts are at the width there is, not at the narrowest they could have."""

    def minimumSizeHint(self) -> QSize:
        """Nothing where the height follows from the width, which the area asks for itself."""
        layout = self.layout()
        if layout is None or layout.hasHeightForWidth():
            return QSize(0, 0)
        return QSize(0, layout.minimumSize().height())


class _Area(QScrollArea):
    """Brings what gets the keyboard into sight, also when it was not reached by Tab."""

    def __init__(self) -> None:
        super().__init__()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if (
            now is None
            or QApplication.mouseButtons() != Qt.MouseButton.NoButton
            or not self.isAncestorOf(now)
        ):
            return  # what a mouse is pressed on must not move away below it
        QTimer.singleShot(0, now, lambda: self.ensureWidgetVisible(now, 0, theme.tokens().xl))


def scrolled() -> tuple[QScrollArea, QWidget]:
    """An area that scrolls up and down only, and what it scrolls, still without a layout."""
    inner = _Inner()
    inner.setProperty("place", "clear")
    area = _Area()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area, inner


def give_back_keyboard(page: QWidget, held: QWidget | None) -> None:
    """Put the keyboard back to ``held``: a button that was switched off for a while lost it."""
    now = QApplication.focusWidget()
    lost = now is None or not page.isAncestorOf(now)
    if lost and held is not None and page.isVisible() and held.isVisible() and held.isEnabled():
        held.setFocus()
