"""The unit's settings: what stands on paper and steers checks."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stdesk.domain.records import Changes
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.ui import theme
from stdesk.ui.page import Page
from stdesk.ui.session import Session, Tone
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead

_LINE, _NUMBER = 560, 96  # widths of the lines
_NUMBERS = ("deposit_days",)
_MOST_DAYS = 3650
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
            editor.setMaximumWidth(_NUMBER if name in _NUMBERS else _LINE)
            if name in _NUMBERS:
                editor.setValidator(QIntValidator(0, _MOST_DAYS, editor))
            editor.returnPressed.connect(self.save)
            caption_of = label(text, wrap=True)
            caption_of.setFixedWidth(_LABELS)
            caption_of.setBuddy(editor)
            form.addRow(caption_of, editor)
            self.editors[name] = editor
        column.addLayout(form)
        return card

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
        for name, editor in self.editors.items():
            if not editor.isModified():
                editor.setText(unit.get(name, ""))

    def save(self) -> None:
        """Keep what was typed."""
        desk = self.session.desk
        typed = {name: editor.text().strip() for name, editor in self.editors.items()}
        for name, sentence in (
            ("unit_name", tr("The unit needs a name: it stands on every report.")),
            ("unit_code", tr("The unit needs a code: it names every package.")),
        ):
            if not typed[name]:
                self.session.say(sentence, Tone.FAIL)
                self.editors[name].setFocus()
                return

        def keep(_progress: Progress) -> Changes:
            return desk.set_unit(**typed)

        self.session.run(self, keep, self._kept)

    def _kept(self, changes: Changes) -> None:
        for editor in self.editors.values():
            editor.setModified(False)
        if changes.label:
            self.session.done(changes)
        else:
            self.session.say(tr("Nothing was changed."), Tone.INFO)


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
