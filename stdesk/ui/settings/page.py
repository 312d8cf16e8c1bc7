"""The unit's settings: what stands on paper and steers checks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.standing import default_days
from stdesk.ui import theme
from stdesk.ui.page import Page
from stdesk.ui.roles.ceiling import CeilingCard
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_LINE, _NUMBER = 560, 96  # widths of the lines
_ANSWER_DAYS = "answer_days:"
_MOST_DAYS, _MOST_ANSWER_DAYS = 3650, 365
_LABELS = 250  # one width in every card, so that the lines stand under one another


class SettingsPage(Page):
    """Names, symbol, signature: filled in once, printed every year."""

    name = "settings"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        head = PageHead(self.title())
        self.save_button = QPushButton(tr("Save settings"))
        self.save_button.setProperty("primary", True)
        self.save_button.clicked.connect(self.save)
        self.keys_button = icon_button("key", tr("Keys and the centre"))
        self.keys_button.clicked.connect(partial(session.page_wanted.emit, "keys", None))
        head.add_action(self.keys_button)
        head.add_action(self.save_button)
        column.addWidget(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        inner.setProperty("place", "clear")
        cards = QVBoxLayout(inner)
        cards.setContentsMargins(0, 0, t.s, 0)
        cards.setSpacing(t.l)
        self.editors: dict[str, QLineEdit] = {}
        for caption, fields in _groups():
            cards.addWidget(self._card(caption, fields))
        cards.addWidget(self._answers_card())
        self.ceiling = CeilingCard(session)
        cards.addWidget(self.ceiling)
        cards.addStretch(1)
        area.setWidget(inner)
        column.addWidget(area, 1)

    def focus_place(self) -> QWidget:
        """The first line."""
        return next(iter(self.editors.values()))

    def title(self) -> str:
        """The page's name."""
        return tr("Settings of the unit")

    def _card(self, caption: str, fields: tuple[tuple[str, str, str], ...]) -> QFrame:
        t = theme.tokens()
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.l)
        column.addWidget(label(caption, "heading"))
        form = QFormLayout()
        form.setSpacing(t.s)
        for name, text, example in fields:
            editor = QLineEdit(placeholderText=example)
            editor.setAccessibleName(text)
            number = name == "deposit_days" or name.startswith(_ANSWER_DAYS)
            editor.setMaximumWidth(_NUMBER if number else _LINE)
            if name == "deposit_days":
                editor.setValidator(QIntValidator(0, _MOST_DAYS, editor))
            elif number:
                editor.setValidator(QIntValidator(1, _MOST_ANSWER_DAYS, editor))
            editor.returnPressed.connect(self.save)
            caption_of = label(text, wrap=True)
            caption_of.setFixedWidth(_LABELS)
            caption_of.setBuddy(editor)
            form.addRow(caption_of, editor)
            self.editors[name] = editor
        column.addLayout(form)
        return card

    def _answers_card(self) -> QFrame:
        """Within how many days the next step is due: left empty, the number shown in grey counts."""
        self.days = {f"{_ANSWER_DAYS}{state}": str(n) for state, n in default_days().items()}
        said = {
            "sent": tr("From sending to the note of receipt"),
            "received": tr("From the note of receipt to the result of verification"),
            "valid": tr("From the result of verification to acceptance"),
            "returned": tr("From the return to the corrected submission"),
        }
        fields = tuple((f"{_ANSWER_DAYS}{state}", text, self.days[f"{_ANSWER_DAYS}{state}"])
                       for state, text in said.items())  # fmt: skip
        card = self._card(tr("Days until the next step after a sending or an answer"), fields)
        column = card.layout()
        assert isinstance(column, QVBoxLayout)
        note = tr(
            "Calendar days. No document sets them: the numbers in grey are the program's own (unverified). "
            "Write down what the centre has agreed to; reminders on the overview follow it."
        )
        column.addWidget(label(note, "small", wrap=True))
        self.reset_button = icon_button("arrow-counter-clockwise", tr("Back to the program's own days"))
        self.reset_button.clicked.connect(self.reset_days)
        column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def reset_days(self) -> None:
        """Take back the unit's own days, at once; Undo brings them again."""
        for name in self.days:
            self.editors[name].clear()
            self.editors[name].setModified(False)
        work = partial(_set_unit, self.session.desk, dict.fromkeys(self.days, ""))
        self.session.run(self, work, self._days_reset)

    def _days_reset(self, changes: Changes) -> None:
        if changes.label:
            self.session.done(changes)
        else:
            self.session.say(tr("Nothing was changed."), Tone.INFO)

    def concerns(self, changes: Changes) -> bool:
        """Settings do not change with records, only when they are set or that is taken back."""
        return changes.label == "set_unit"

    def refresh(self) -> None:
        """Read the settings, leaving what was typed and not yet saved."""
        desk = self.session.desk

        def read(_progress: Progress) -> dict[str, str]:
            return desk.unit

        self.session.run(self, read, self._show)

    def _show(self, unit: dict[str, str]) -> None:
        self.ceiling.show_level(unit.get("secrecy_ceiling", ""))
        for name, editor in self.editors.items():
            if not editor.isModified():
                editor.setText(unit.get(name, ""))

    def save(self) -> None:
        """Keep what was typed."""
        typed = {name: editor.text().strip() for name, editor in self.editors.items()}
        for name, sentence in (
            ("unit_name", tr("The unit needs a name: it stands on every report.")),
            ("unit_code", tr("The unit needs a code: it names every package.")),
        ):
            if not typed[name]:
                self.session.say(sentence, Tone.FAIL)
                self.editors[name].setFocus()
                return

        self.session.run(self, partial(_set_unit, self.session.desk, typed), self._kept)

    def _kept(self, changes: Changes) -> None:
        for editor in self.editors.values():
            editor.setModified(False)
        if changes.label:
            self.session.done(changes)
        else:
            self.session.say(tr("Nothing was changed."), Tone.INFO)


def _set_unit(desk: Desk, settings: dict[str, str], _progress: Progress) -> Changes:
    return desk.set_unit(**settings)


def _groups() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Caption and (setting, label, example) of each group."""
    return (
        (
            tr("Unit"),
            (
                ("unit_name", tr("Name of the unit"), "Công an tỉnh Minh Hải"),
                ("unit_code", tr("Code of the unit"), "CAT-MH"),
                ("superior_name", tr("Superior body"), "Bộ Công an"),
                ("department", tr("Drafting department"), "PV01"),
                ("place", tr("Place on the date line"), "Minh Hải"),
            ),
        ),
        (
            tr("The report on paper"),
            (
                ("symbol", tr("Symbol of the document"), "BC-CAT-PV01"),
                (
                    "recipients",
                    tr("Recipients, separated by semicolons"),
                    "Bộ Công an (qua V04); Lưu: VT, PV01",
                ),
                ("signing_authority", tr("Signing authority"), "KT. GIÁM ĐỐC"),
                ("signer_post", tr("Post of the signer"), "PHÓ GIÁM ĐỐC"),
                ("signer_rank", tr("Rank of the signer"), "Đại tá"),
                ("signer_name", tr("Name of the signer"), "Nguyễn Văn Mẫu"),
            ),
        ),
        (
            tr("Checks"),
            (("deposit_days", tr("Days to deposit with V04 after acceptance"), "30"),),
        ),
    )
