"""Editors of what is typed freely and then understood: numbers, money, dates."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from stdesk.domain import dates
from stdesk.domain.fields import Field, FieldType, Value
from stdesk.domain.money import parse_count, parse_money, show_money
from stdesk.domain.values import canonical, show
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.ui.forms.calendar_popup import CalendarPopup
from stdesk.ui.forms.editor import FieldEditor, Setting
from stdesk.ui.forms.text_editors import bare_layout
from stdesk.ui.icons import icon

_LONGEST = 200


class ReadLine(FieldEditor):
    """A line that is read into a value; what it cannot be read as stays there as typed."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.line = self.make_line()
        self.line.setMaxLength(_LONGEST)
        self.name_control(self.line)
        bare_layout(self).addWidget(self.line)
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.line.returnPressed.connect(self.focusNextChild)
        self._shown = ""
        self._loaded: Value = None

    def make_line(self) -> QLineEdit:
        """The line one types into."""
        return QLineEdit()

    def main_control(self) -> QWidget:
        """The line."""
        return self.line

    def read(self, text: str) -> tuple[Value, str]:
        """The value meant and what is doubtful about it."""
        raise AssertionError(text)

    def written(self, value: Value) -> str:
        """How ``value`` stands in the line."""
        return show(self.field, value)

    def not_understood(self) -> str:
        """What to type instead."""
        raise AssertionError("every line says what it takes")

    def value(self) -> Value:
        """The value read; what was loaded and not touched stays as it was."""
        text = self.line.text().strip()
        if text == self._shown:
            return self._loaded
        try:
            return canonical(self.field, self.read(text)[0]) if text else None
        except UserError:
            return None

    def problem(self) -> str:
        """That it cannot be read, and what can."""
        return self.not_understood() if self.line.text().strip() and self.value() is None else ""

    def typed(self) -> str:
        """The line when it cannot be read."""
        return self.line.text() if self.problem() else ""

    def set_typed(self, text: str) -> None:
        """Put the line back."""
        self.line.setText(text)

    def understood(self) -> str:
        """The value in its usual writing when it was typed in another."""
        value = self.value()
        text = self.line.text().strip()
        if value is None or text == self._shown:
            return ""
        written = self.spoken(value)
        doubt = self.doubt_words(self.read(text)[1])
        if written == text and not doubt:
            return ""
        return tr("understood as {value}", value=written) + (f" · {doubt}" if doubt else "")

    def spoken(self, value: Value) -> str:
        """``value`` as it is told back."""
        return self.written(value)

    def doubt_words(self, doubt: str) -> str:
        """What a doubt means, in words."""
        return _DOUBTS[doubt]() if doubt in _DOUBTS else ""

    def set_value(self, value: Value) -> None:
        """Show ``value`` in its usual writing."""
        self._loaded = value
        text = "" if value is None else self.written(value)
        if text != self.line.text():
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self._shown = self.line.text().strip()


_DOUBTS = {
    "small": lambda: tr("very small: is it in millions?"),
    "no_unit": lambda: tr("no unit written"),
    "grouping": lambda: tr("please check the comma"),
    "approximate": lambda: tr("written as approximate"),
    "shorthand": lambda: tr("please check"),
}


class CountEditor(ReadLine):
    """A whole number; years are not grouped."""

    def read(self, text: str) -> tuple[Value, str]:
        """A count of people or things, or a plain number."""
        if text.isascii() and text.isdecimal():
            return int(text), ""
        return parse_count(text), ""

    def written(self, value: Value) -> str:
        """Without grouping: it may be a year."""
        return str(value)

    def spoken(self, value: Value) -> str:
        """The number."""
        return str(value)

    def not_understood(self) -> str:
        """Digits are wanted."""
        return tr("Not a whole number. Write digits only, such as 45.")


class NumberEditor(ReadLine):
    """A number with decimals after a comma."""

    def read(self, text: str) -> tuple[Value, str]:
        """Vietnamese or plain writing."""
        plain = text.replace(" ", "")
        if "," in plain:
            plain = plain.replace(".", "").replace(",", ".")
        try:
            return float(plain), ""
        except ValueError:
            return None, ""

    def not_understood(self) -> str:
        """A number is wanted."""
        return tr("Not a number. Write it like 12,5.")


class MoneyEditor(ReadLine):
    """An amount typed freely: "350 triệu", "1,2 tỷ", "1.234.567"."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.line.setPlaceholderText(tr("e.g. 350 million, 1.234.567"))

    def read(self, text: str) -> tuple[Value, str]:
        """The amount in đồng."""
        parsed = parse_money(text)
        return (parsed.value, parsed.doubt) if parsed else (None, "")

    def written(self, value: Value) -> str:
        """Grouped by thousands."""
        return show_money(value)

    def spoken(self, value: Value) -> str:
        """With its unit: what was typed may have had another."""
        return tr("{amount} đồng", amount=show_money(value))

    def understood(self) -> str:
        """Nothing to add when the amount itself was typed."""
        value = self.value()
        text = self.line.text().strip()
        if value is not None and text in (show_money(value), str(value)) and value >= 100_000:
            return ""
        return super().understood()

    def not_understood(self) -> str:
        """How amounts are written."""
        return tr("Not an amount. Write it like 350 triệu, 1,2 tỷ or 350.000.000.")


class _DateLine(QLineEdit):
    """Alt+Down asks for the calendar.

    Signals:
        calendar_wanted: by the keys or the picture in the line.
    """

    calendar_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        action = self.addAction(
            icon("calendar-blank", "text_soft"), QLineEdit.ActionPosition.TrailingPosition
        )
        action.setToolTip(tr("Calendar (Alt+Down)"))
        action.triggered.connect(self.calendar_wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down opens the calendar; all else is typed."""
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt:
            self.calendar_wanted.emit()
        else:
            super().keyPressEvent(event)


class DateEditor(ReadLine):
    """A day, a month or a year, typed freely; a calendar helps."""

    def __init__(self, field: Field, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(field, setting, parent)
        self.line.setPlaceholderText(tr("e.g. 4/3/2026, 3/2026, 2026"))
        self.calendar: CalendarPopup | None = None

    def make_line(self) -> QLineEdit:
        """With a way to the calendar."""
        line = _DateLine()
        line.calendar_wanted.connect(self.open_calendar)
        return line

    def read(self, text: str) -> tuple[Value, str]:
        """The partial date meant."""
        parsed = dates.parse_typed(text, today=self.setting.session.desk.today())
        return (parsed.value, parsed.doubt) if parsed else (None, "")

    def doubt_words(self, doubt: str) -> str:
        """What was taken for granted."""
        if doubt == "quarter":
            return tr("only the year is kept of a quarter or half-year")
        if doubt == "this_year":
            return tr("the year is taken as this one")
        return super().doubt_words(doubt) or (tr("please check") if doubt else "")

    def open_calendar(self) -> None:
        """A calendar below the line, at the day that stands there."""
        value = self.value()
        today = self.setting.session.desk.today()
        self.calendar = CalendarPopup(dates.first_day(value) if value else today, today, self)
        self.calendar.setAccessibleName(str(self.field.label))
        self.calendar.picked.connect(self._picked)
        self.calendar.open_below(self.line)

    def _picked(self, day: date) -> None:
        self.line.setText(dates.show(day.isoformat()))
        self.line.setFocus()
        self.changed.emit()

    def not_understood(self) -> str:
        """How dates are written."""
        return tr("Not a date that exists. Write it like 04/03/2026, 3/2026 or 2026.")


READ_LINES: dict[FieldType, type[ReadLine]] = {
    FieldType.INTEGER: CountEditor,
    FieldType.NUMBER: NumberEditor,
    FieldType.MONEY: MoneyEditor,
    FieldType.DATE: DateEditor,
}
