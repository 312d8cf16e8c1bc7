"""Looking at an attachment inside the window: pages, picture, text, or what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from stdesk.errors import UserError
from stdesk.i18n import count, message, tr
from stdesk.progress import Progress
from stdesk.services.attachments import (
    PDF,
    Attachments,
    Foreign,
    PdfPages,
    Picture,
    draw_page,
    is_picture,
    is_runnable,
    look,
    read_picture,
)
from stdesk.ui import theme
from stdesk.ui.attachments.picture_view import PictureView
from stdesk.ui.attachments.words import kind_word, show_size
from stdesk.ui.icons import icon
from stdesk.ui.reporting.pages_view import PagesView
from stdesk.ui.session import Session
from stdesk.ui.tasks import Task, TaskRunner, Work
from stdesk.ui.widgets.buttons import icon_button
from stdesk.ui.widgets.labels import label

_TEXT_BYTES = 300_000
_LONGEST = 2_000  # characters of a line


class FilePages(PagesView):
    """Pages of a PDF that somebody else made: drawn by another process, so that it cannot harm this one."""

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(runner, parent)
        self._file: Foreign | None = None

    def show_file(self, file: Foreign, pages: PdfPages) -> None:
        """Show the PDF ``file``."""
        self._file = file
        self.show_pdf(b"", list(pages.sizes))

    def drawing(self, page: int, width: int) -> Work:
        """Have the other process draw."""
        assert self._file is not None  # pages have sizes only after show_file
        return partial(draw_page, self._file, page, width)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file turned out to be: one of pages, picture, text; or ``why`` it is not shown."""

    file: Foreign
    kind: str
    pages: PdfPages | None = None
    picture: Picture | None = None
    text: str | None = None
    why: str = ""


class FileViewer(QWidget):
    """Shows one attachment.

    Signals:
        outside_wanted: the person wants another program to open it.
    """

    outside_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._asked = 0
        self._task: Task | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens().xs)
        column.addLayout(self._bar())
        self.stack = QStackedWidget()
        self.facts = self._facts()
        self.pages = FilePages(session.runner)
        self.pages.page_changed.connect(self._page_changed)
        self.picture = PictureView()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(tr("Text of the file"))
        self.text.setTabChangesFocus(True)
        for part in (self.facts, self.pages, self.picture, self.text):
            self.stack.addWidget(part)
        column.addWidget(self.stack, 1)
        self.clear()

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.tokens().xs)
        self.outside = icon_button("export", tr("Open in another program"))
        self.outside.clicked.connect(self.outside_wanted)
        row.addWidget(self.outside)
        row.addStretch(1)
        self.number = label("", "soft")
        row.addWidget(self.number)
        self.turn = _tool(row, "arrow-clockwise", tr("Turn (R)"), lambda: self.picture.turn())
        self.smaller = _tool(row, "magnifying-glass-minus", tr("Smaller (Ctrl+−)"), lambda: self._zoom(-1))
        self.fit = _tool(row, "scan", tr("Fit (Ctrl+0)"), lambda: self._zoom(0))
        self.larger = _tool(row, "magnifying-glass-plus", tr("Larger (Ctrl++)"), lambda: self._zoom(1))
        return row

    def _facts(self) -> QWidget:
        t = theme.tokens()
        facts = QWidget()
        column = QVBoxLayout(facts)
        column.setContentsMargins(t.l, t.l, t.l, t.l)
        column.setSpacing(t.s)
        column.addStretch(1)
        self.headline = label("", "strong", wrap=True)
        self.about = label("", "soft", wrap=True)
        for part in (self.headline, self.about):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addStretch(2)
        return facts

    # -- showing -----------------------------------------------------------------------------

    def clear(self, text: str = "") -> None:
        """Show nothing but ``text``."""
        self._stop()
        self.pages.clear()
        self.picture.clear()
        self.text.clear()
        self.headline.setText("")
        self.about.setText(text)
        self.outside.hide()
        self._show(self.facts)

    def show_item(self, item: Mapping[str, Any]) -> None:
        """Show the file of ``item``; a late answer for another one is dropped."""
        self.clear(tr("Reading…"))
        asked, wanted = self._asked, dict(item)
        work = partial(_see, self.session.desk.attachments, wanted)
        task = self.session.runner.run(self, work, beside=True)
        task.finished.connect(lambda seen: self._shown(asked, wanted, seen))
        task.failed.connect(lambda error: self._failed(asked, wanted, error))
        self._task = task
        task.ended.connect(lambda: self._ended(task))

    def _stop(self) -> None:
        self._asked += 1
        if self._task is not None:
            self._task.cancel()

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _failed(self, asked: int, item: Mapping[str, Any], error: BaseException) -> None:
        if asked == self._asked:
            text = str(error) if isinstance(error, UserError) else message("internal_error")
            self.headline.setText(str(item.get("name", "")))
            self.about.setText(text)

    def _shown(self, asked: int, item: Mapping[str, Any], seen: _Seen) -> None:
        if asked != self._asked:
            return
        name = str(item.get("name", ""))
        runs = is_runnable(name, seen.kind)
        self.outside.setVisible(not runs)
        self.headline.setText(name)
        size = show_size(int(item.get("size") or 0))
        facts = f"{kind_word(name, seen.kind)} · {size}"
        self.about.setText("\n".join(part for part in (facts, seen.why) if part))
        if seen.pages is not None:
            self._show(self.pages)
            self.pages.show_file(seen.file, seen.pages)
        elif seen.picture is not None:
            self._show(self.picture)
            self.picture.show_picture(seen.picture)
        elif seen.text is not None:
            self.text.setPlainText(seen.text)
            self._show(self.text)
        else:
            self._show(self.facts)

    def _show(self, part: QWidget) -> None:
        self.stack.setCurrentWidget(part)
        self.turn.setVisible(part is self.picture)
        for tool in (self.smaller, self.fit, self.larger):
            tool.setVisible(part in (self.pages, self.picture))
        self.number.setVisible(part is self.pages)

    def _page_changed(self, page: int, pages: int) -> None:
        self.number.setText(tr("Page {n}/{all}", n=count(page), all=count(pages)))

    def _zoom(self, steps: int) -> None:
        if self.stack.currentWidget() is self.picture:
            self.picture.zoom(steps)
        else:
            self.pages.zoom(steps)

    def focus_place(self) -> QWidget:
        """What is looked at."""
        return self.stack.currentWidget() or self


def _see(attachments: Attachments, item: Mapping[str, Any], progress: Progress) -> _Seen:
    file, kind = attachments.source(item), attachments.media_type(item)
    try:
        if is_runnable(file.name, kind):
            return _Seen(file, kind, why=message("attachment_runs", name=file.name))
        if kind == PDF:
            pages = look(file, progress)
            return (
                _Seen(file, kind, pages=pages) if pages.sizes else _Seen(file, kind, why=message("pdf_empty"))
            )
        if is_picture(kind):
            return _Seen(file, kind, picture=read_picture(file, progress=progress))
        if kind.startswith("text/"):
            return _Seen(file, kind, text=_text(file))
    except UserError as error:
        return _Seen(file, kind, why=str(error))
    return _Seen(file, kind, why=tr("This kind of file is not shown here; another program can open it."))


def _text(source: Foreign) -> str:
    with source.open() as file:
        content = file.read(_TEXT_BYTES)
        more = bool(file.read(1))
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = content.decode(encoding, "replace").replace("\x00", "")
    lines = (
        line[at : at + _LONGEST] for line in text.split("\n") for at in range(0, len(line) or 1, _LONGEST)
    )
    text = "\n".join(lines)  # one endless line would keep the view busy for seconds
    return f"{text}\n\n[…]" if more else text


def _tool(row: QHBoxLayout, picture: str, name: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setProperty("quiet", True)
    button.setIcon(icon(picture, "text_soft"))
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.clicked.connect(lambda: act())
    row.addWidget(button)
    return button
