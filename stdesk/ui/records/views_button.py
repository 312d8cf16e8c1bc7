"""The button of the saved views: keep how the list is looked at, come back to it, tidy up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from stdesk.domain.kinds import Kind
from stdesk.errors import UserError
from stdesk.i18n import tr
from stdesk.progress import Progress
from stdesk.services.views import View, Views
from stdesk.ui import theme
from stdesk.ui.icons import icon
from stdesk.ui.session import Message, Session, Tone
from stdesk.ui.widgets.labels import label, plain

Act = Callable[[Views], tuple[View, ...]]


def _do(views: Views, act: Act, _progress: Progress) -> tuple[View, ...]:
    return act(views)


class NameLine(QFrame):
    """One line that asks for the name of a view, in its place above the list.

    Signals:
        named: the name.
        ended: the line was put away.
    """

    named = Signal(str)
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("place", "note")
        t = theme.tokens()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.m, t.s, t.s, t.s)
        row.setSpacing(t.s)
        self.edit = QLineEdit()
        self.edit.setMaxLength(80)
        self.edit.setAccessibleName(tr("Name of the view"))
        before = label(tr("Name of the view"), "soft")
        before.setBuddy(self.edit)
        self.save = QPushButton(tr("Save"))
        self.save.setProperty("primary", True)
        self.cancel = QPushButton(tr("Cancel"))
        for widget in (before, self.edit, self.save, self.cancel):
            row.addWidget(widget, 1 if widget is self.edit else 0)
        self.edit.returnPressed.connect(self._name)
        self.save.clicked.connect(self._name)
        self.cancel.clicked.connect(self.end)
        self.hide()

    def ask(self, name: str = "") -> None:
        """Ask for a name, ``name`` to begin with."""
        self.edit.setText(name)
        self.edit.selectAll()
        self.show()
        self.edit.setFocus()

    def end(self) -> bool:
        """Put the line away; False when it was not there."""
        was = not self.isHidden()
        self.hide()
        if was:
            self.ended.emit()
        return was

    def _name(self) -> None:
        name = self.edit.text()
        if name.strip():
            self.hide()
            self.named.emit(name)
            self.ended.emit()


class ViewsButton(QToolButton):
    """A menu of the views of a kind.

    Args:
        present: the view that is seen now, without a name.

    Signals:
        wanted: the view to be seen; one without a name: as at first.
    """

    wanted = Signal(object)

    def __init__(
        self, kind: Kind, session: Session, present: Callable[[], View], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._session = session
        self._present = present
        self._old = ""  # the view that is being renamed
        self._warned = False
        self.setIcon(icon("bookmark-simple", "text_soft"))
        self.setProperty("quiet", True)
        self.setToolTip(tr("Views: filters, order and columns kept under a name"))
        self.setAccessibleName(self.toolTip())
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_of_views = QMenu(self)
        self.setMenu(self.menu_of_views)
        self.menu_of_views.aboutToShow.connect(self.fill)
        self.line = NameLine()
        self.line.named.connect(self._named)
        self.line.ended.connect(self.setFocus)
        QShortcut(QKeySequence.StandardKey.Cancel, self.line, self.line.end)

    def views(self) -> tuple[View, ...]:
        """The views there are; of damaged ones it is said once."""
        try:
            return self._session.desk.views.of(self._kind.name)
        except UserError as error:
            if not self._warned:
                self._warned = True
                self._session.say(str(error), Tone.WARN)
            return ()

    def fill(self) -> None:
        """The menu as it is now."""
        menu = self.menu_of_views
        menu.clear()
        views = self.views()
        for view in views:
            menu.addAction(plain(view.name), partial(self.wanted.emit, view))
        if views:
            menu.addSeparator()
        menu.addAction(tr("Save this view…"), self.ask)
        if views:
            rename, delete = menu.addMenu(tr("Rename a view")), menu.addMenu(tr("Delete a view"))
            for view in views:
                rename.addAction(plain(view.name), partial(self.ask, view.name))
                delete.addAction(plain(view.name), partial(self.delete, view))
        menu.addSeparator()
        menu.addAction(tr("List as at first"), partial(self.wanted.emit, View("")))

    def ask(self, old: str = "") -> None:
        """Ask for the name of the present view, or for another name of ``old``."""
        self._old = old
        self.line.ask(old)

    def _named(self, name: str) -> None:
        kind, old = self._kind.name, self._old
        if old:
            self._run(lambda views: views.rename(kind, old, name), tr("View renamed to “{name}”.", name=name))
        else:
            view = replace(self._present(), name=name)
            self._run(lambda views: views.save(kind, view), tr("View “{name}” saved.", name=name))

    def delete(self, view: View) -> None:
        """Delete ``view`` and offer it back."""
        kind = self._kind.name
        text = tr("View “{name}” deleted.", name=view.name)
        back = tr("View “{name}” saved.", name=view.name)
        self._run(
            lambda views: views.delete(kind, view.name),
            text,
            tr("Undo"),
            lambda: self._run(lambda views: views.save(kind, view), back),
        )

    def _run(self, act: Act, text: str, label: str = "", action: Callable[[], None] | None = None) -> None:
        message = Message(text, Tone.DONE, label, action)
        work = partial(_do, self._session.desk.views, act)
        self._session.run(self, work, lambda _views: self._session.said.emit(message))
