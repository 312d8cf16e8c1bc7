"""What is spelt in several ways, group by group, and the one spelling each is to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes
from stdesk.i18n import count, ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.spellings import Cluster
from stdesk.ui import theme
from stdesk.ui.bulk.act_view import ActView
from stdesk.ui.forms.choice_editor import QuietCombo
from stdesk.ui.icons import icon
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import label, plain

_Answer = tuple[int, list[Cluster]]
_LONGEST = 120  # characters of a spelling in a list
_TICKED, _CLEAR = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@dataclass(slots=True)
class Wish:
    """What the person wants of one cluster."""

    cluster: Cluster
    on: bool
    into: str
    left_out: set[str] = field(default_factory=set)

    def becomes(self) -> list[str]:
        """The spellings that are to go."""
        return [text for text, _ in self.cluster.spellings if text not in self.left_out and text != self.into]


class SpellingsView(ActView):
    """Clusters at the left with a tick each, the spellings of the current one at the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.wishes: list[Wish] = []
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.s)
        head = QHBoxLayout()
        head.setSpacing(t.s)
        self.field = QuietCombo()
        self.field.setAccessibleName(tr("Compare the spellings of"))
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.field.setMaximumWidth(360)
        name = label(tr("Compare the spellings of"), "soft")
        name.setBuddy(self.field)
        self.counts = label("", "soft")
        head.addWidget(name)
        head.addWidget(self.field)
        head.addWidget(self.counts)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.progress)
        self.places = QStackedWidget()
        self.empty = EmptyState("text-aa", "", "")
        self.places.addWidget(self.empty)
        self.places.addWidget(self._groups())
        column.addWidget(self.places, 1)
        self.field.currentIndexChanged.connect(self.look)

    def _groups(self) -> QWidget:
        t = theme.tokens()
        side = QWidget()
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.l)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Groups of spellings"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_group)
        self.list.itemChanged.connect(self._ticked)
        row.addWidget(self.list, 3)
        card = QFrame()
        card.setProperty("place", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(t.l, t.m, t.l, t.m)
        column.setSpacing(t.s)
        self.warning = label(
            tr("Their accents differ: perhaps they are different. Look before you tick this group."),
            "soft",
            wrap=True,
        )
        column.addWidget(self.warning)
        self.spellings = QListWidget()
        self.spellings.setWordWrap(True)
        self.spellings.itemChanged.connect(self._left_out)
        self.spellings.itemActivated.connect(self._keep)
        self._labelled(column, tr("Spellings (Space: take part; Enter: keep this one)"), self.spellings)
        self.into = QLineEdit()
        self.into.setMaxLength(2_000)
        self.into.textEdited.connect(self._written)
        self._labelled(column, tr("Write all of them as"), self.into)
        row.addWidget(card, 4)
        return side

    def _labelled(self, column: QVBoxLayout, text: str, control: QWidget) -> None:
        name = label(text, "label")
        name.setBuddy(control)
        control.setAccessibleName(text)
        column.addWidget(name)
        column.addWidget(control)

    # -- looking -----------------------------------------------------------------------------

    def show_kind(self, kind: Kind) -> None:
        """Speak of the records of ``kind``."""
        if self.kind is not kind:
            self.kind = kind
            self.field.blockSignals(True)
            self.field.clear()
            for one in self.session.desk.spellings.fields(kind.name):
                self.field.addItem(plain(str(one.label)), one.name)
            self.field.blockSignals(False)
        self.look()

    def look(self) -> None:
        """Find the groups of the field."""
        if not self._begin_look():
            return
        if self.kind is None or self.field.currentIndex() < 0:
            return
        self.ready.emit(0)
        name = self.field.currentData()
        work = partial(_clusters, self.session.desk, self.kind.name, name, self._asked)
        self._ask(work, self._show)

    def _show(self, answer: _Answer) -> None:
        asked, clusters = answer
        if asked != self._asked:
            return
        self.wishes = [Wish(one, on=not one.doubtful, into=one.proposed) for one in clusters]
        self.list.blockSignals(True)
        self.list.clear()
        for wish in self.wishes:
            self.list.addItem(_group_item(wish))
        self.list.blockSignals(False)
        self.counts.setText(ntr("{n} group", "{n} groups", len(clusters)) if clusters else "")
        if clusters:
            self.places.setCurrentIndex(1)
            self.list.setCurrentRow(0)
            self._show_group(0)
        else:
            self.empty.set_texts(
                tr("Spelt the same everywhere"),
                tr("No two spellings in this field differ only in accents, capitals, blanks or marks."),
            )
            self.places.setCurrentIndex(0)
        self._say_ready()

    def _wish(self) -> Wish | None:
        at = self.list.currentRow()
        return self.wishes[at] if 0 <= at < len(self.wishes) else None

    def _show_group(self, _at: int) -> None:
        wish = self._wish()
        if wish is None:
            return
        self.warning.setVisible(wish.cluster.doubtful)
        self.spellings.blockSignals(True)
        self.spellings.clear()
        for text, n in wish.cluster.spellings:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, text)
            item.setToolTip(text[:1_000])
            item.setCheckState(_CLEAR if text in wish.left_out else _TICKED)
            _say_fate(item, wish, text, n)
            self.spellings.addItem(item)
        self.spellings.blockSignals(False)
        if self.into.text() != wish.into:
            self.into.setText(wish.into)

    # -- choosing ----------------------------------------------------------------------------

    def _ticked(self, item: QListWidgetItem) -> None:
        at = self.list.row(item)
        if 0 <= at < len(self.wishes):
            self.wishes[at].on = item.checkState() == _TICKED
            self._say_ready()

    def _left_out(self, item: QListWidgetItem) -> None:
        wish = self._wish()
        if wish is not None:
            text = item.data(Qt.ItemDataRole.UserRole)
            act = wish.left_out.discard if item.checkState() == _TICKED else wish.left_out.add
            act(text)
            self.spellings.blockSignals(True)
            _say_fate(item, wish, text, dict(wish.cluster.spellings)[text])
            self.spellings.blockSignals(False)
            self._say_ready()

    def _keep(self, item: QListWidgetItem) -> None:
        wish = self._wish()
        if wish is not None:
            wish.into = item.data(Qt.ItemDataRole.UserRole)
            row = self.spellings.row(item)
            self._show_group(row)
            self.spellings.setCurrentRow(row)
            self._say_ready()

    def _written(self, text: str) -> None:
        wish = self._wish()
        if wish is not None:
            wish.into = text.strip()
            self.spellings.blockSignals(True)
            for at, (spelt, n) in enumerate(wish.cluster.spellings):
                _say_fate(self.spellings.item(at), wish, spelt, n)
            self.spellings.blockSignals(False)
            self._say_ready()

    def wanted(self) -> list[Wish]:
        """The groups that would be made one."""
        return [wish for wish in self.wishes if wish.on and wish.into and wish.becomes()]

    def _say_ready(self) -> None:
        self.ready.emit(len(self.wanted()))

    def focus_place(self) -> QWidget:
        """Where the keyboard begins."""
        return self.list if self.places.currentIndex() else self.field

    # -- doing -------------------------------------------------------------------------------

    def apply(self) -> Task | None:
        """Make the ticked groups one, as one act."""
        wanted = self.wanted()
        if not wanted or self.kind is None or self.task is not None:
            return None
        becomes: dict[str, list[str]] = {}
        for wish in wanted:
            becomes.setdefault(wish.into, []).extend(wish.becomes())
        work = partial(_unify, self.session.desk, self.kind.name, self.field.currentData(), becomes)
        return self._act(work)


def button_text(n: int) -> str:
    """What the page's button says."""
    return ntr("Unify {n} group", "Unify {n} groups", n) if n else tr("Unify")


def _group_item(wish: Wish) -> QListWidgetItem:
    cluster = wish.cluster
    spelt = ntr("{n} spelling", "{n} spellings", len(cluster.spellings))
    words = [spelt, tr("{n} uses", n=count(cluster.records))]
    if cluster.doubtful:
        words.append(tr("look first"))
    item = QListWidgetItem(f"{_short(cluster.proposed)}\n{'  ·  '.join(words)}")
    name, tone = ("warning", "amber") if cluster.doubtful else ("text-aa", "text_soft")
    item.setIcon(icon(name, tone))
    item.setCheckState(_TICKED if wish.on else _CLEAR)
    item.setToolTip(cluster.proposed[:1_000])
    return item


def _say_fate(item: QListWidgetItem, wish: Wish, text: str, n: int) -> None:
    """Say what becomes of one spelling."""
    if text == wish.into:
        picture, tone, fate = "check-circle", "green", tr("kept")
    elif text in wish.left_out:
        picture, tone, fate = "minus", "text_soft", tr("stays as it is")
    else:
        picture, tone, fate = "pencil-simple", "accent", tr("is changed")
    item.setIcon(icon(picture, tone))
    item.setText("  ·  ".join([_short(text), ntr("{n} record", "{n} records", n), fate]))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _clusters(desk: Desk, kind: str, name: str, asked: int, progress: Progress) -> _Answer:
    return asked, desk.spellings.clusters(kind, name, progress)


def _unify(desk: Desk, kind: str, name: str, becomes: Mapping[str, list[str]], progress: Progress) -> Changes:
    return desk.spellings.unify_many(kind, name, becomes, progress)
