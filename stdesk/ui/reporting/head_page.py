"""What stands on the paper of one report: its days, number, signature, marks. Saved line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain import codes, dates
from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.preparation import DAYS, Prepared
from stdesk.ui import theme
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_LINE, _SHORT, _LABELS = 560, 180, 250
_LISTS = ("address_to", "recipients")  # several in one line


@dataclass(frozen=True, slots=True)
class _Known:
    """What the page shows: the period with its own days, what is prepared, the unit's settings."""

    period: Period
    prepared: Prepared
    unit: Mapping[str, str]


def _read(desk: Desk, code: str, _progress: Progress) -> _Known:
    period = desk.preparation.period(code)
    return _Known(period, desk.preparation.read(period), desk.unit)


class HeadPage(Page):
    """Cards of lines; an empty line takes what the settings of the unit say, shown pale in it."""

    name = "paper_head"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.known: _Known | None = None
        self.lines: dict[str, QLineEdit] = {}
        self.choices: dict[str, QComboBox] = {}
        self.days: dict[str, QLineEdit] = {}
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        head = PageHead(self.title())
        self.chooser = PeriodChooser(session.desk.today())
        self.chooser.chosen.connect(lambda _period: self.refresh())
        head.add_action(self.chooser)
        column.addWidget(head)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        inner.setProperty("place", "clear")
        self._cards = QVBoxLayout(inner)
        self._cards.setContentsMargins(0, 0, t.s, 0)
        self._cards.setSpacing(t.l)
        self._build()
        self._cards.addStretch(1)
        area.setWidget(inner)
        column.addWidget(area, 1)
        save = QShortcut(QKeySequence.StandardKey.Save, self, self.save_all)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def focus_place(self) -> QWidget:
        """The number."""
        return self.lines["number"]

    def title(self) -> str:
        """The page's name."""
        return tr("On the paper")

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        period = self._card(tr("Days of the period"))
        for name, text in (
            ("start", tr("First day")),
            ("end", tr("Last day")),
            ("cut_off", tr("Figures taken up to (cut-off)")),
            ("due", tr("Due by")),
        ):
            self.days[name] = self._line(period, text, "", _SHORT)
            self.days[name].editingFinished.connect(self.save_days)
        self.days_problem = label("", "error", wrap=True)
        self.days_problem.hide()
        period.addRow("", self.days_problem)
        self._head_card(
            tr("Number and date"),
            ("number", tr("Number of the document"), _SHORT),
            ("symbol", tr("Symbol of the document"), _LINE),
            ("place", tr("Place on the date line"), _LINE),
            ("date", tr("Day of signing"), _SHORT),
        )
        self._head_card(
            tr("Signature and recipients"),
            ("address_to", tr("Addressed to, separated by semicolons"), _LINE),
            ("signing_authority", tr("Signing authority"), _LINE),
            ("signer_post", tr("Post of the signer"), _LINE),
            ("signer_rank", tr("Rank of the signer"), _LINE),
            ("signer_name", tr("Name of the signer"), _LINE),
            ("recipients", tr("Recipients, separated by semicolons"), _LINE),
            ("copies", tr("Number of copies"), _SHORT),
            ("drafter", tr("Initials of the drafter"), _SHORT),
        )
        marks = self._card(tr("Marks"))
        secrecy = [(code.code, str(code.text)) for code in codes.code_list("secrecy").codes.values()]
        self._choice(marks, "secrecy_mark", tr("Secrecy mark"), [("", tr("None")), *secrecy[1:]])
        urgent = [("", tr("None")), ("khan", "KHẨN"), ("thuong_khan", "THƯỢNG KHẨN"), ("hoa_toc", "HỎA TỐC")]
        self._choice(marks, "urgency", tr("Urgency mark"), urgent)
        around = [("", tr("None")), ("internal", "LƯU HÀNH NỘI BỘ"), ("return", "XEM XONG TRẢ LẠI")]
        self._choice(marks, "circulation", tr("Circulation mark"), around)
        self._head_card(
            tr("Covering letter and delivery note"),
            ("letter_number", tr("Number of the covering letter"), _SHORT),
            ("medium", tr("What the package travels on"), _LINE),
        )

    def _card(self, caption: str) -> QFormLayout:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.addWidget(label(caption, "heading"))
        form = QFormLayout()
        form.setSpacing(t.s)
        column.addLayout(form)
        self._cards.addWidget(card)
        return form

    def _head_card(self, caption: str, *lines: tuple[str, str, int]) -> None:
        form = self._card(caption)
        for name, text, width in lines:
            self.lines[name] = self._line(form, text, "", width)
            self.lines[name].editingFinished.connect(partial(self.save_line, name))

    def _line(self, form: QFormLayout, text: str, example: str, width: int) -> QLineEdit:
        line = QLineEdit(placeholderText=example)
        line.setAccessibleName(text)
        line.setMaximumWidth(width)
        self._row(form, text, line)
        return line

    def _choice(self, form: QFormLayout, name: str, text: str, choices: list[tuple[str, str]]) -> None:
        combo = QuietCombo()
        combo.setAccessibleName(text)
        combo.setMaximumWidth(_LINE)
        for code, word in choices:
            combo.addItem(word, code)
        combo.activated.connect(lambda _at: self.save_choice(name))
        self.choices[name] = combo
        self._row(form, text, combo)

    def _row(self, form: QFormLayout, text: str, editor: QWidget) -> None:
        caption = label(text, wrap=True)
        caption.setFixedWidth(_LABELS)
        caption.setBuddy(editor)
        form.addRow(caption, editor)

    # -- showing -----------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code}."""
        if isinstance(arguments, Mapping) and arguments.get("period") not in (None, self.chooser.period.code):
            self.put_down()
            self.chooser.show_period(str(arguments["period"]))
            self.refresh()

    def place(self) -> Any:
        """The period in hand."""
        return {"period": self.chooser.period.code}

    def refresh(self) -> None:
        """Read what is prepared; a line being typed in stays."""
        work = partial(_read, self.session.desk, self.chooser.period.code)
        self.session.run(self, work, self._show)

    def _show(self, known: _Known) -> None:
        if known.period.code != self.chooser.period.code:
            return
        another = self.known is None or self.known.period.code != known.period.code
        self.known = known
        read_only = self.session.desk.read_only
        for name, line in self.days.items():
            self._fill(line, f"{getattr(known.period, name):%d/%m/%Y}", another)
        for name, line in self.lines.items():
            line.setPlaceholderText(known.unit.get(name, ""))
            text = known.prepared.head.get(name, "")
            self._fill(line, _shown(name, text), another)
        for name, combo in self.choices.items():
            combo.setCurrentIndex(max(0, combo.findData(known.prepared.head.get(name, ""))))
            combo.setEnabled(not read_only)
        for line in (*self.days.values(), *self.lines.values()):
            line.setReadOnly(read_only)

    @staticmethod
    def _fill(line: QLineEdit, text: str, another: bool) -> None:
        if another or not line.isModified():
            line.setText(text)  # and it counts as unmodified

    # -- saving ------------------------------------------------------------------------------

    def save_line(self, name: str) -> None:
        """Keep one line as it stands, as one act; unchanged lines do nothing."""
        line = self.lines[name]
        if self.known is None or not line.isModified():
            return
        text = _meant(name, line.text(), self.session.desk.today())
        if text is None:
            self.session.say(_no_day(line.text()), Tone.WARN)
            return
        line.setModified(False)
        self._keep({name: text})

    def save_choice(self, name: str) -> None:
        """Keep what was chosen."""
        self._keep({name: str(self.choices[name].currentData())})

    def _keep(self, fields: Mapping[str, str]) -> None:
        if self.known is None:
            return
        work = partial(_put_head, self.session.desk, self.known.period, dict(fields))
        task = self.session.run(self, work, self._kept)
        task.failed.connect(lambda _error: self.refresh())

    def _kept(self, changes: Changes) -> None:
        self.session.done(changes)

    def save_days(self) -> None:
        """Keep the days once they agree; what is wrong is said under them."""
        if self.known is None or not any(line.isModified() for line in self.days.values()):
            return
        today = self.session.desk.today()
        found: list[date] = []
        for name in DAYS:
            text = self.days[name].text()
            day = _day(text, today)
            if day is None:
                self._day_problem(_no_day(text))
                return
            found.append(day)
        self._day_problem("")
        period, desk = self.known.period, self.session.desk
        task = self.session.runner.run(self, partial(_put_days, desk, period, found))
        task.finished.connect(self._days_kept)
        task.failed.connect(self._days_refused)

    def _days_kept(self, changes: Changes) -> None:
        for line in self.days.values():
            line.setModified(False)
        self.session.done(changes)

    def _days_refused(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.code == "period_dates_wrong":
            self._day_problem(str(error))
        else:
            self.session.say_error(error)

    def _day_problem(self, text: str) -> None:
        self.days_problem.setText(text)
        self.days_problem.setVisible(bool(text))

    def save_all(self) -> None:
        """Keep every line that was changed."""
        self.save_days()
        for name in self.lines:
            self.save_line(name)

    def may_leave(self) -> bool:
        """Always: what was typed is kept on leaving."""
        self.save_all()
        return True

    def put_down(self) -> None:
        """Keep changed lines at once."""
        if self.known is None or self.session.desk.read_only:
            return
        today = self.session.desk.today()
        typed = {
            name: _meant(name, one.text(), today) for name, one in self.lines.items() if one.isModified()
        }
        fields = {name: text for name, text in typed.items() if text is not None}
        if fields:
            _put_head(self.session.desk, self.known.period, fields, Progress())
            for name in fields:
                self.lines[name].setModified(False)


def _meant(name: str, typed: str, today: date) -> str | None:
    """What is kept for what was typed into the line ``name``; ``None`` for a day that is none."""
    if name in _LISTS:
        return "\n".join(part.strip() for part in typed.split(";") if part.strip())
    if name != "date" or not typed.strip():
        return typed.strip()
    day = _day(typed, today)
    return day.isoformat() if day else None


def _shown(name: str, kept: str) -> str:
    if name in _LISTS:
        return "; ".join(kept.split("\n"))
    return dates.show(kept) if name == "date" and kept else kept


def _day(text: str, today: date) -> date | None:
    parsed = dates.parse_typed(text, today=today)
    whole = parsed is not None and dates.first_day(parsed.value) == dates.last_day(parsed.value)
    return date.fromisoformat(parsed.value) if parsed is not None and whole else None


def _no_day(text: str) -> str:
    return tr("“{text}” is no day. Write it as 12/11/2026.", text=text)


def _put_head(desk: Desk, period: Period, fields: dict[str, str], _progress: Progress) -> Changes:
    return desk.preparation.put_head(period, **fields)


def _put_days(desk: Desk, period: Period, found: list[date], _progress: Progress) -> Changes:
    return desk.preparation.set_days(period, *found)
