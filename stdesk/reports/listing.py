"""A list of records as PDF: A4 across, in the tables of the report's annexes."""

from __future__ import annotations

from datetime import datetime

from reportlab.lib.units import mm

from stdesk.progress import Progress
from stdesk.reports import layout
from stdesk.reports.annexes import Column, Table
from stdesk.reports.document import Document, Head, Signature
from stdesk.reports.pdf_head import stamps
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.pdf_table import TableWriter
from stdesk.reports.type_setting import face

__all__ = ["Column", "Table", "render_list"]

_SIZE_NOTE = 10


class _ListPages(Pages):
    """Pages that lie across from the first on, every one numbered."""

    def new_page(self, *, landscape: bool | None = None, apart: bool = False) -> None:
        """End this page and begin another."""
        del landscape
        super().new_page(landscape=True, apart=apart)


def render_list(
    title: str,
    notes: tuple[str, ...],
    table: Table,
    *,
    author: str,
    created: datetime,
    progress: Progress | None = None,
    mark: str = "",
) -> bytes:
    """The list as a PDF.

    Args:
        title: above it, in capitals.
        notes: lines below the title: what is listed, when, how many.
        table: the rows, with shares of the width by column.
        author, created: for the file's properties.
        mark: the secrecy mark stamped above it, "MẬT"; "" for none.

    Raises:
        Cancelled: the person stopped it.
    """
    empty = Head("", "", "", "", "", title, ())
    document = Document(
        "note", empty, (), (), (), (Signature((), ""),), (), title, author, created, trial=False, code=""
    )
    pages = _ListPages(document, progress)
    middle = pages.left + pages.width / 2
    down = stamps(pages, (mark,), pages.left + pages.width - 25 * mm, 0) if mark else 0
    down = pages.centred(author, "regular", _SIZE_NOTE, middle, pages.width, down)
    down = pages.centred(title.upper(), "bold", layout.SIZE_TYPE, middle, pages.width, down + 2)
    for note in notes:
        down = pages.centred(note, "italic", _SIZE_NOTE, middle, pages.width, down + 1)
    pages.y -= down + 3 * mm
    if table.rows:
        TableWriter(pages, table).write()
    else:
        pages.y -= _SIZE_NOTE * layout.LEADING
        pages.line("…", "regular", _SIZE_NOTE, middle - face().width("…", _SIZE_NOTE) / 2, pages.y)
    return pages.finish()
