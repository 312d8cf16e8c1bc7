"""The narrative: the sentences of a report, section by section, worded by the unit, their numbers tied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.periods import Period
from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.desk import Desk
from stdesk.services.narrative import Sentence
from stdesk.ui import theme
from stdesk.ui.checks.period_chooser import PeriodChooser
from stdesk.ui.narrative.marks import Mark, Part, mark_of, next_open, parts_of
from stdesk.ui.narrative.section_list import SectionList
from stdesk.ui.narrative.sentence_card import SentenceCard, shown
from stdesk.ui.page import Page
from stdesk.ui.reporting.known import Known
from stdesk.ui.reporting.road import Road
from stdesk.ui.reporting.road_state import NARRATIVE
from stdesk.ui.session import Session, Tone
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

_SETTLING_MS = 400
_NARROW = 760  # below this the sections take less of the width
_WORDING = "worded_report"  # an act on words only: nothing has to be counted anew


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one report."""

    period: Period
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed and is not kept yet; ``template`` is what it was made of, when not what was shown."""

    text: str
    template: str | None


def _read(desk: Desk, code: str, anew: bool, progress: Progress) -> _Read:
    period = desk.preparation.period(code)
    found = desk.narrative.sentences(period, progress) if anew else desk.narrative.again(period)
    return _Read(period, found)


def _put(desk: Desk, code: str, sentence: str, typed: _Typed, _progress: Progress) -> Changes:
    return desk.narrative.put(desk.preparation.period(code), sentence, typed.text, typed.template)


def _accept(desk: Desk, code: str, sentence: str, _progress: Progress) -> Changes:
    return desk.narrative.accept(desk.preparation.period(code), sentence)


def _reset(desk: Desk, code: str, sentence: str, _progress: Progress) -> Changes:
    return desk.narrative.reset(desk.preparation.period(code), sentence)


class NarrativePage(Page):
    """Sections with their marks at the left, the sentences of the one in hand at the right.

    What is typed is held by the page until the library has it, whatever becomes of the editors.
    """

    name = "narrative"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self.known = Known.of(session)  # first: it must hear of a change before the page does
        super().__init__(session, parent)
        self.read: _Read | None = None
        self.cards: list[SentenceCard] = []
        self.unsaved: dict[tuple[str, str], _Typed] = {}
        self._saving: dict[tuple[str, str], _Typed] = {}
        self._wanted = ""
        self._uncovered: SentenceCard | None = None
        self._anew = True
        self._narrow = False
        self._task: Task | None = None
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.m)
        column.setSpacing(t.s)
        head = PageHead(self.title())
        self.chooser = PeriodChooser(session.desk.today())
        self.chooser.chosen.connect(lambda _period: self._another())
        self.next_button = icon_button("arrow-right", tr("Next to write"))
        self.next_button.setToolTip(
            tr("Keep this one, go to the next that is still to be written (Ctrl+Enter)")
        )
        self.next_button.clicked.connect(self.go_next)
        head.add_action(self.chooser)
        head.add_action(self.next_button)
        column.addWidget(head)
        self.road = Road(session)
        self.road.show(self.chooser.period, NARRATIVE)
        column.addWidget(self.road)
        self.summary = label("", "soft", wrap=True)
        column.addWidget(self.summary)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.stack = QStackedWidget()
        self.stack.addWidget(QWidget())  # before anything is read
        self.stack.addWidget(self._split())
        column.addWidget(self.stack, 1)
        for keys, act in (("Ctrl+S", self.save), ("Ctrl+Return", self.go_next), ("Ctrl+Enter", self.go_next)):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _split(self) -> QSplitter:
        t = theme.tokens()
        self.sections = SectionList()
        self.sections.currentItemChanged.connect(lambda *_: self._show_part())
        self.sections.itemActivated.connect(lambda _item: self._into_part())
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cards have it
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self._uncover())
        inner = QWidget()
        inner.setProperty("place", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(t.s, 0, t.s, 0)
        column.setSpacing(t.m)
        self.heading = label("", "heading", wrap=True)
        column.addWidget(self.heading)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(t.m)
        column.addLayout(self._cards)
        column.addStretch(1)
        self.area.setWidget(inner)
        split = self._sides = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.sections)
        split.addWidget(self.area)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 800])
        return split

    def title(self) -> str:
        """The page's name."""
        return tr("Narrative")

    def focus_place(self) -> QWidget:
        """The sections."""
        return self.sections

    # -- going about -------------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """{"period": code, "sentence": id}: that report, that sentence ("" = as it stands)."""
        if not isinstance(arguments, Mapping):
            return
        self._wanted = str(arguments.get("sentence", ""))
        code = str(arguments.get("period", "")) or self.chooser.period.code
        if code != self.chooser.period.code:
            self.save()
            self.chooser.show_period(code)
            self._another()
        elif self._is_current():
            self._show_wanted()

    def place(self) -> Any:
        """The report and the part in hand."""
        part = self._part()
        return {"period": self.chooser.period.code, "sentence": part.sentences[0].id if part else ""}

    def step_back(self) -> bool:
        """Esc: from the words to the sections."""
        if self.area.isAncestorOf(self.focusWidget()) and self.sections.isVisible():
            self.sections.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def may_leave(self) -> bool:
        """Always: what was typed is kept on leaving."""
        self.save()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the words get most of the room; between, it is as the person drew it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            sections = 240 if narrow else 300
            self._sides.setSizes([sections, self.width() - sections])

    def hideEvent(self, event: QHideEvent) -> None:
        """Kept whichever way the page goes."""
        super().hideEvent(event)
        self.save()

    def go_next(self) -> None:
        """Keep what was typed and go to the next sentence that wants a person."""
        part = self._part()
        if self.read is None or part is None:
            return
        self.save()
        card = self._card_in_hand()
        before = self.read.sentences.index(part.sentences[0]) - 1  # from the list: this part first
        here = card.sentence.id if card else self.read.sentences[before].id if before >= 0 else ""
        found = next_open([one for one in self.read.sentences if not self._is_written(one)], here)
        if found is None:
            self.session.say(tr("Nothing is left to write."), Tone.DONE)
            return
        self._wanted = found.id
        self._show_wanted()

    def _is_written(self, one: Sentence) -> bool:
        """Whether it was just written, and only the library does not know yet."""
        typed = self.unsaved.get((self._code, one.id))
        card = self._card_in_hand()
        in_hand = card is not None and card.sentence.id == one.id
        return typed is not None and not in_hand and any(char.isalnum() for char in typed.text)

    def _card_in_hand(self) -> SentenceCard | None:
        return next((card for card in self.cards if card.isAncestorOf(self.focusWidget())), None)

    def _is_current(self) -> bool:
        return self.read is not None and self.read.period.code == self.chooser.period.code

    # -- reading -----------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        self._anew = self._anew or changes.label != _WORDING
        super()._on_changed(changes)

    def _another(self) -> None:
        self.save()
        self._anew = True
        self.refresh()

    def refresh(self) -> None:
        """Read the sentences; after a change of words only, without counting anew."""
        anew, self._anew = self._anew or not self._is_current(), False
        if self._task is not None:
            self._task.cancel()
        work = partial(_read, self.session.desk, self.chooser.period.code, anew)
        task = self._task = self.session.runner.run(self, work, slow=anew)
        task.finished.connect(self._show)
        task.failed.connect(self._not_read)
        task.cancelled.connect(partial(self._stopped, anew))
        task.ended.connect(partial(self._ended, task))
        if anew:
            self.progress.follow(task)

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _stopped(self, anew: bool) -> None:
        self._anew = self._anew or anew

    def _not_read(self, error: BaseException) -> None:
        self._anew = True
        self.session.say_error(error)

    def _show(self, read: _Read) -> None:
        if read.period.code != self.chooser.period.code:
            return
        keep = self._is_current()
        self.read = read
        self.known.note_narrative(read.period.code, sum(one.blank for one in read.sentences))
        self.road.show(read.period, NARRATIVE)
        self._drop_settled()
        self.sections.show_parts(parts_of(read.sentences), keep=keep)
        self._show_part()
        self._summarise()
        self.stack.setCurrentIndex(1)
        if self._wanted:
            self._show_wanted()

    def _drop_settled(self) -> None:
        """Forget typing that says what is kept anyway."""
        code = self._code
        for one in self.read.sentences if self.read else ():
            typed = self.unsaved.get((code, one.id))
            if typed is not None and typed.text == shown(one):
                del self.unsaved[code, one.id]

    @property
    def _code(self) -> str:
        return self.read.period.code if self.read else ""

    def _summarise(self) -> None:
        marks = [mark_of(one) for one in self.read.sentences] if self.read else []
        blank = sum(mark in (Mark.MISSING, Mark.BLANK) for mark in marks)
        changed = sum(mark is Mark.CHANGED for mark in marks)
        said = [ntr("{n} sentence to write", "{n} sentences to write", blank)] if blank else []
        if changed:
            said.append(ntr("{n} whose numbers changed", "{n} whose numbers changed", changed))
        self.summary.setText(
            " · ".join(said) if said else tr("Every sentence is written and its numbers agree.")
        )
        self.next_button.setEnabled(bool(said))

    # -- the part in hand --------------------------------------------------------------------

    def _part(self) -> Part | None:
        return self.sections.part()

    def _show_part(self) -> None:
        part = self._part()
        if part is None or self.read is None:
            return
        self.heading.setText(part.title)
        if [card.sentence.id for card in self.cards] != [one.id for one in part.sentences]:
            self._build_cards(part)
        read_only = self.session.desk.read_only
        for card, one in zip(self.cards, part.sentences, strict=True):
            typed = self.unsaved.get((self._code, one.id))
            card.show_sentence(one, typed.text if typed else None, read_only=read_only)
        self._order()

    def _order(self) -> None:
        """The keyboard goes as one reads: the cards were made one by one, their figures later still."""
        before: QWidget = self.sections
        for card in self.cards:
            for control in card.controls():
                QWidget.setTabOrder(before, control)
                before = control

    def _build_cards(self, part: Part) -> None:
        self.save()
        for old in self.cards:
            self._cards.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cards = []
        for place, one in enumerate(part.sentences, 1):
            title = (
                part.title if len(part.sentences) == 1 else f"{part.title} ({place}/{len(part.sentences)})"
            )
            card = SentenceCard(one, title)
            card.typed.connect(self._typed)
            card.left.connect(self.save)
            card.accept_wanted.connect(partial(self._act, _accept))
            card.reset_wanted.connect(self._reset)
            card.figure_wanted.connect(self._open_figure)
            card.chips_changed.connect(self._order)
            self._cards.addWidget(card)
            self.cards.append(card)
        self.area.verticalScrollBar().setValue(0)

    def _into_part(self) -> None:
        if self.cards:
            waiting = (card for card in self.cards if mark_of(card.sentence).is_open)
            self._enter(next(waiting, self.cards[0]))

    def _enter(self, card: SentenceCard) -> None:
        card.go_in()
        self._uncovered = card
        self._uncover()
        QTimer.singleShot(_SETTLING_MS, card, self._let_go)

    def _uncover(self) -> None:
        """Scroll to the card gone into; the cards find their heights in several turns."""
        card = self._uncovered
        if card is not None and card in self.cards:
            self.area.verticalScrollBar().setValue(max(0, card.y() - theme.tokens().m))

    def _show_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if self.sections.choose(wanted):
            self._enter(next(card for card in self.cards if card.sentence.id == wanted))

    def _let_go(self) -> None:
        self._uncovered = None  # from now on the person scrolls

    def _open_figure(self, figure: str) -> None:
        self.session.page_wanted.emit("figures", {"period": self._code, "figure": figure})

    # -- keeping -----------------------------------------------------------------------------

    def _typed(self, sentence: str, text: str, template: str | None) -> None:
        key = (self._code, sentence)
        held = self.unsaved.get(key)
        if template is None and held is not None and text.strip():
            template = held.template  # what was taken over and edited further
        self.unsaved[key] = _Typed(text, template)

    def save(self) -> None:
        """Keep what was typed, each sentence as one act."""
        if self.session.desk.read_only:
            return
        self._drop_settled()
        for key, typed in list(self.unsaved.items()):
            if self._saving.get(key) != typed:
                self._saving[key] = typed
                task = self.session.run(
                    self,
                    partial(_put, self.session.desk, *key, typed),
                    partial(self._kept, key, typed),
                    again=self.save,
                )
                task.ended.connect(partial(self._saved, key, typed))

    def _kept(self, key: tuple[str, str], typed: _Typed, changes: Changes) -> None:
        if self.unsaved.get(key) == typed:
            del self.unsaved[key]
        self._told(changes)

    def _saved(self, key: tuple[str, str], typed: _Typed) -> None:
        if self._saving.get(key) == typed:
            del self._saving[key]

    def _told(self, changes: Changes) -> None:
        if changes.action:
            self.session.done(changes)
        elif self.isVisible():
            self.refresh()

    def _reset(self, sentence: str) -> None:
        self.unsaved.pop((self._code, sentence), None)
        self._act(_reset, sentence)

    def _act(self, act: Any, sentence: str) -> None:
        self.save()
        self.session.run(self, partial(act, self.session.desk, self._code, sentence), self._told)

    def put_down(self) -> None:
        """Keep what was typed at once: the window is about to go."""
        if self.session.desk.read_only:
            return
        self._drop_settled()
        for (code, sentence), typed in list(self.unsaved.items()):
            _put(self.session.desk, code, sentence, typed, Progress())
            del self.unsaved[code, sentence]
