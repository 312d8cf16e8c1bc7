"""Doubles: what may be in the library twice, side by side, merged or told apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from stdesk.domain.kinds import Kind
from stdesk.domain.records import Changes
from stdesk.i18n import ntr, tr
from stdesk.progress import Progress
from stdesk.services.catalogue import Catalogue
from stdesk.services.desk import Desk
from stdesk.ui import theme
from stdesk.ui.bulk.target import Target, ids_of, target_of
from stdesk.ui.doubles.batch_view import BatchView
from stdesk.ui.doubles.compare_view import CompareView
from stdesk.ui.doubles.groups import Group, groups_of, numbers_in_words, without
from stdesk.ui.icons import icon
from stdesk.ui.page import Page
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.empty_state import EmptyState
from stdesk.ui.widgets.labels import plain
from stdesk.ui.widgets.page_head import PageHead
from stdesk.ui.widgets.progress_strip import ProgressStrip

BROWSE, BATCH, NONE = range(3)
_LEFT = 340  # pixels of the list at first
_LONGEST = 110  # characters of a title in the list
_MOST = 500  # groups in the list at once: more come when these are dealt with


class DoublesPage(Page):
    """A list of suspected doubles with the comparison beside it; or only a comparison."""

    name = "doubles"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind: Kind = next(iter(session.desk.kinds))
        self.groups: list[Group] = []
        self.task: Task | None = None
        self.chosen_only = False  # comparing what was chosen in a list or form
        self._asked = 0
        self._own_act = False
        self._by_tab = False  # the person is choosing among the kinds
        t = theme.tokens()
        column = QVBoxLayout(self)
        column.setContentsMargins(t.xl, t.l, t.xl, t.l)
        column.setSpacing(t.m)
        column.addWidget(self._head())
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Kind of record"))
        for kind in session.desk.kinds:
            self.tabs.addTab(plain(str(kind.plural)))
        self.tabs.currentChanged.connect(self._other_kind)
        column.addWidget(self.tabs)
        self.progress = ProgressStrip()
        column.addWidget(self.progress)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._browse())
        self.batch = BatchView()
        self.batch.left.connect(self.step_back)
        self.batch.wanted.connect(self._merge_many)
        self.stack.addWidget(self.batch)
        self.empty = EmptyState("copy", "", "")
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)
        self._show_groups()

    def _head(self) -> PageHead:
        self.head = PageHead(self.title())
        self.again_button = icon_button("arrow-clockwise", tr("Search again"))
        self.again_button.clicked.connect(self.look)
        self.all_button = QPushButton()
        self.all_button.setProperty("primary", True)
        self.all_button.clicked.connect(self._show_batch)
        self.head.add_action(self.again_button)
        self.head.add_action(self.all_button)
        return self.head

    def _browse(self) -> QWidget:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Suspected doubles"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._compare_current)
        self.compare = CompareView(self.session)
        self.list.itemActivated.connect(lambda _item: self.compare.table.setFocus())
        self.compare.merged.connect(self._acted)
        self.compare.told_apart.connect(self._acted)
        self.compare.refused.connect(self._refused)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.compare)
        self.splitter.setSizes([_LEFT, 3 * _LEFT])
        self.splitter.setStretchFactor(1, 1)
        return self.splitter

    def title(self) -> str:
        """The page's name."""
        return tr("Doubles")

    # -- what it speaks of -------------------------------------------------------------------

    def open_with(self, arguments: Any) -> None:
        """A :class:`Target`: with records they are compared, without the whole kind is looked through."""
        target = target_of(arguments, self.session.desk.kinds)
        if target is None:
            return
        if target.kind != self.kind.name:
            self.groups = []
        self.kind = self.session.desk.kinds[target.kind]
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(self.session.desk.kinds.names.index(self.kind.name))
        self.tabs.blockSignals(False)
        if not target.keys and not target.ids:
            self.look()
            return
        self._asked += 1
        self._stop()
        self._only_chosen(True)
        work = partial(_ids, self.session.desk.catalogue, target, self._asked)
        self.session.run(self, work, self._compare_chosen, beside=True)

    def _compare_chosen(self, answer: tuple[int, tuple[str, ...]]) -> None:
        asked, ids = answer
        if asked == self._asked:
            self.compare.compare(ids)
            self.compare.table.setFocus()

    def _only_chosen(self, only: bool) -> None:
        self.chosen_only = only
        self.list.setVisible(not only)
        self.tabs.setVisible(not only)
        self.head.set_title(f"{self.title()}  ·  {self.kind.plural}" if only else self.title())
        self.stack.setCurrentIndex(BROWSE)
        self._show_buttons()

    def _other_kind(self, at: int) -> None:
        self._by_tab = True
        self.kind = self.session.desk.kinds[self.session.desk.kinds.names[at]]
        self.groups = []
        self.look()

    # -- looking -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Something was changed, perhaps undone: look again, unless only what was chosen is compared."""
        if self.chosen_only:
            if self.compare.comparison is not None:
                self.compare.compare(tuple(one.id for one in self.compare.comparison.records))
        else:
            self.look()

    def concerns(self, changes: Changes) -> bool:
        """Its own acts it knows already."""
        return not self._own_act and (not changes.kinds or self.kind.name in changes.kinds)

    def look(self) -> None:
        """Look through every record of the kind."""
        self._asked += 1
        self._stale = False
        self._stop()
        self._only_chosen(False)
        work = partial(_look, self.session.desk, self.kind, self._asked)
        task = self.session.runner.run(self, work, slow=True)
        task.finished.connect(self._found)
        task.failed.connect(self.session.say_error)
        self.task = task
        task.ended.connect(partial(self._ended, task))
        self.progress.follow(task)
        if not self.groups:
            self._show_groups()

    def _stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _ended(self, task: Task) -> None:
        if self.task is task:
            self.task = None
            self._show_groups()

    def _found(self, answer: tuple[int, list[Group]]) -> None:
        asked, groups = answer
        if asked == self._asked:
            self.task = None
            self.groups = groups
            self._show_groups()
            self._by_tab = False

    def _show_groups(self) -> None:
        if self.chosen_only:
            return
        row = max(0, self.list.currentRow())
        held = self.focusWidget()
        self.list.blockSignals(True)
        self.list.clear()
        for group in self.groups[:_MOST]:
            self.list.addItem(_item(group))
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.list.blockSignals(False)
        self._say_empty()
        if self.stack.currentIndex() != BATCH or not self._certain():
            self.stack.setCurrentIndex(BROWSE if self.groups else NONE)
        self._show_buttons()
        self._compare_current(self.list.currentRow())
        # The button pressed to search is grey while it is searched, so that Qt moved the focus on.
        moved_on = held is self.tabs and not self._by_tab
        waiting = held is None or moved_on or not held.isVisibleTo(self)
        if self.task is None and waiting and self.isVisible():
            self.focus_place().setFocus()

    def _say_empty(self) -> None:
        if self.task is not None:
            self.empty.set_texts(tr("Looking for doubles"), tr("Every record is compared with the others."))
        else:
            self.empty.set_texts(
                tr("No doubles found"),
                tr("No two records of this kind have the same title, people and year, or nearly so."),
            )

    def _certain(self) -> list[Group]:
        return [group for group in self.groups if group.certain]

    def _show_buttons(self) -> None:
        n = len(self._certain())
        browsing = not self.chosen_only and self.stack.currentIndex() != BATCH
        self.again_button.setVisible(browsing)
        self.again_button.setEnabled(self.task is None)
        self.all_button.setVisible(browsing and n > 0)
        self.all_button.setEnabled(not self.session.desk.read_only)
        self.all_button.setText(ntr("Merge all that is certain ({n})", "Merge all that is certain ({n})", n))
        theme.mark(self.all_button, primary=n > 1)

    def _compare_current(self, at: int) -> None:
        if 0 <= at < len(self.groups):
            group = self.groups[at]
            self.compare.compare(group.ids, _why(group))

    # -- acts --------------------------------------------------------------------------------

    def _acted(self, changes: Changes, ids: Sequence[str]) -> None:
        self.groups = without(self.groups, ids)
        self._tell(changes)
        if self.chosen_only:
            self.chosen_only = False
            self.session.record_wanted.emit(self.kind.name, ids[0], "")
            self._stale = True
            return
        self._show_groups()
        self.focus_place().setFocus()

    def _tell(self, changes: Changes) -> None:
        self._own_act = True  # no news to this page
        self.session.done(changes)
        self._own_act = False

    def _refused(self, error: BaseException) -> None:
        self.session.say_error(error)
        if not self.chosen_only:
            at = self.list.currentRow()
            del self.groups[at : at + 1]
            self._show_groups()

    def _show_batch(self) -> None:
        self.batch.show_groups(self._certain())
        self.stack.setCurrentIndex(BATCH)
        self._show_buttons()
        self.batch.list.setFocus()

    def _merge_many(self, groups: Sequence[Group]) -> None:
        work = partial(_merge_many, self.session.desk, [group.ids for group in groups])
        again = partial(self._merge_many, groups)
        task = self.session.run(self, work, partial(self._merged_many, groups), again=again)
        self.progress.follow(task)
        self.batch.setEnabled(False)
        task.ended.connect(partial(self.batch.setEnabled, True))

    def _merged_many(self, groups: Sequence[Group], changes: Changes) -> None:
        gone = [one for group in groups for one in group.ids]
        self.groups = without(self.groups, gone)
        self.stack.setCurrentIndex(BROWSE)
        self._tell(changes)
        self._show_groups()
        self.focus_place().setFocus()

    def focus_place(self) -> QWidget:
        """The list, or what stands in its place."""
        if self.chosen_only:
            return self.compare.table
        if self.stack.currentIndex() == BATCH:
            return self.batch.list
        return self.list if self.groups else self.again_button

    def step_back(self) -> bool:
        """Esc: stop looking, leave the batch, from the comparison to the list; else the page before."""
        if self.task is not None:
            self._stop()
            return True
        if self.stack.currentIndex() == BATCH:
            self.stack.setCurrentIndex(BROWSE)
            self._show_buttons()
            self.list.setFocus()
            return True
        if not self.chosen_only and self.compare.isAncestorOf(self.focusWidget() or self):
            self.list.setFocus()
            return True
        return False


def _item(group: Group) -> QListWidgetItem:
    title = group.title if len(group.title) <= _LONGEST else f"{group.title[: _LONGEST - 1]}…"
    sure = tr("Certain") if group.certain else tr("Perhaps")
    item = QListWidgetItem(f"{title}\n{sure}  ·  {numbers_in_words(group)}")
    item.setIcon(icon("copy", "amber") if group.certain else icon("question", "blue"))
    item.setToolTip(f"{group.title[:1_000]}\n{group.why}")
    return item


def _why(group: Group) -> str:
    return f"{tr('Certain') if group.certain else tr('Perhaps')}: {group.why}"


def _look(desk: Desk, kind: Kind, asked: int, progress: Progress) -> tuple[int, list[Group]]:
    return asked, groups_of(kind, desk.merging.pairs(kind.name, progress))


def _merge_many(desk: Desk, groups: list[tuple[str, ...]], progress: Progress) -> Changes:
    return desk.merging.merge_many(groups, progress)


def _ids(
    catalogue: Catalogue, target: Target, asked: int, _progress: Progress
) -> tuple[int, tuple[str, ...]]:
    return asked, ids_of(catalogue, target)
