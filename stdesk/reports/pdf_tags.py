"""The structure of a PDF for screen readers: what is a heading, a paragraph, a cell, and what is only decoration.

Everything drawn while a tag is open belongs to it; what is drawn outside of one, or directly inside a tag that
only holds others (a table, a row), is marked as an artifact, which readers pass over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

GROUPS = frozenset({"Document", "Part", "Sect", "Div", "Table", "THead", "TBody", "TR", "L", "LI"})
_ARTIFACT = "/Artifact BMC"
_END = "EMC"
_HEAD_OF_COLUMN = "/A<</O/Table/Scope/Column>>"


@dataclass(slots=True, eq=False)
class Element:
    """An element of the structure.

    Attributes:
        place: counted from the root, 0, in the order in which they were begun. above: place of the one it is in.
        kids: places of elements in it, and (page from 0, mark on that page) of what is drawn in it.
    """

    kind: str
    place: int
    above: int
    alt: str = ""
    box: tuple[float, float, float, float] | None = None
    kids: list[int | tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with its cells, which take the places after its own; a mark each, -1 for an empty cell."""

    kind: str
    place: int
    above: int
    page: int
    marks: list[int]


class Tags:
    """Keeps the structure while the pages of ``canvas`` are drawn."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._text: PDFTextObject | None = None
        root = Element("Document", 0, -1)
        self.elements: list[Element | Row] = [root]
        self._places = 1  # taken so far
        self.pages: list[list[int]] = []  # of each page, the place of the element each mark belongs to
        self._stack = [root]
        self._opened = ""

    def begin_page(self) -> None:
        """A page begins: what was open goes on there."""
        self.pages.append([])
        self._open()

    def end_page(self) -> None:
        """The page ends."""
        self._close()

    @property
    def inside(self) -> bool:
        """Whether what is drawn now belongs to a tag."""
        return self._stack[-1].kind not in GROUPS

    @contextmanager
    def tag(
        self, kind: str, alt: str = "", box: tuple[float, float, float, float] | None = None
    ) -> Iterator[None]:
        """What is drawn inside is a ``kind``; ``alt`` says in words what a figure shows, ``box`` where it lies."""
        element = Element(kind, self._places, self._stack[-1].place, alt, box)
        self.elements.append(element)
        self._stack[-1].kids.append(self._places)
        self._places += 1
        self._close()
        self._stack.append(element)
        self._open()
        try:
            yield
        finally:
            self._close()
            self._stack.pop()
            self._open()

    def cells(self, kind: str, written: Iterable[str]) -> None:
        """A row of ``kind`` (TD, TH) cells with the operators that show each: quick for thousands of rows."""
        self._close()
        page, code, place = self.pages[-1], self._code, self._places
        row = Row(kind, place, self._stack[-1].place, len(self.pages) - 1, [])
        self._stack[-1].kids.append(place)
        self.elements.append(row)
        for one in written:
            place += 1
            if one:
                row.marks.append(len(page))
                code.append(f"/{kind} <</MCID {len(page)}>> BDC {one} {_END}")
                page.append(place)
            else:
                row.marks.append(-1)
        self._places = place + 1
        self._open()

    @contextmanager
    def text(self) -> Iterator[PDFTextObject]:
        """One text object in which tags may be opened and closed: quick for tables."""
        self._close()
        text = self._canvas.beginText()
        self._text = text
        self._open()
        try:
            yield text
        finally:
            self._close()
            self._text = None
            self._canvas.drawText(text)
            self._open()

    @contextmanager
    def artifact(self, kind: str) -> Iterator[None]:
        """What is drawn inside is decoration of the page: Header, Footer or Watermark."""
        self._close()
        self._code.append(pagination(kind))
        try:
            yield
        finally:
            self._code.append(_END)
            self._open()

    @property
    def _code(self) -> list[str]:
        holder: Any = self._canvas if self._text is None else self._text
        code: list[str] = holder._code  # noqa: SLF001 - there is no other way in for marks
        return code

    def _open(self) -> None:
        element = self._stack[-1]
        if element.kind in GROUPS:
            self._opened = _ARTIFACT
        else:
            page = self.pages[-1]
            self._opened = f"/{element.kind} <</MCID {len(page)}>> BDC"
            element.kids.append((len(self.pages) - 1, len(page)))
            page.append(element.place)
        self._code.append(self._opened)

    def _close(self) -> None:
        code = self._code
        if code[-1] is not self._opened:
            code.append(_END)
            return
        code.pop()  # nothing was drawn: no empty mark
        if self._opened is not _ARTIFACT:
            self.pages[-1].pop()
            self._stack[-1].kids.pop()


def pagination(kind: str) -> str:
    """The operator that begins decoration every page carries; ``EMC`` ends it."""
    return f"/Artifact <</Type/Pagination/Subtype/{kind}>> BDC"


def structure(tags: Tags, root: int, first: int, page_number: Callable[[int], int]) -> list[str]:
    """The objects of the structure: the root of the tree, numbered ``root``, then all others from ``first`` on.

    Args:
        page_number: object number of a page, counted from 0.
    """
    pages = len(tags.pages)
    start = first + pages
    parents = " ".join(f"{page} {first + page} 0 R" for page in range(pages))
    tree = f"<</Type/StructTreeRoot/K {start} 0 R/ParentTree<</Nums[{parents}]>>/ParentTreeNextKey {pages}>>"
    objects = [tree]
    for owners in tags.pages:
        objects.append(f"[{' '.join([f'{start + place} 0 R' for place in owners])}]")
    numbers = [page_number(page) for page in range(pages)]
    for one in tags.elements:
        above = start + one.above if one.above >= 0 else root
        if isinstance(one, Row):
            objects += _row(one, above, start + one.place, numbers[one.page])
        else:
            objects.append(_element(one, above, start, numbers))
    return objects


def _row(row: Row, above: int, number: int, page: int) -> list[str]:
    cells = range(number + 1, number + 1 + len(row.marks))
    said = [f"<</S/TR/P {above} 0 R/K[{' '.join([f'{cell} 0 R' for cell in cells])}]>>"]
    start = f"<</S/{row.kind}/P {number} 0 R{_HEAD_OF_COLUMN if row.kind == 'TH' else ''}"
    shown = f"{start}/Pg {page} 0 R/K "
    return said + [f"{shown}{mark}>>" if mark >= 0 else f"{start}>>" for mark in row.marks]


def _element(one: Element, above: int, start: int, pages: list[int]) -> str:
    said = [f"<</S/{one.kind}/P {above} 0 R"]
    alone = one.kids[0] if len(one.kids) == 1 else None
    if isinstance(alone, tuple):
        said.append(f"/Pg {pages[alone[0]]} 0 R/K {alone[1]}")
    elif one.kids:
        kids = [
            f"{start + kid} 0 R"
            if isinstance(kid, int)
            else f"<</Type/MCR/Pg {pages[kid[0]]} 0 R/MCID {kid[1]}>>"
            for kid in one.kids
        ]
        said.append(f"/K[{' '.join(kids)}]")
    if one.alt:
        said.append(f"/Alt{text_string(one.alt)}")
    if one.kind == "TH":
        said.append(_HEAD_OF_COLUMN)
    if one.box:
        said.append(f"/A<</O/Layout/Placement/Block/BBox[{' '.join(f'{at:.2f}' for at in one.box)}]>>")
    return f"{''.join(said)}>>"


def text_string(text: str) -> str:
    """``text`` as a string object of a PDF: UTF-16 in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be', 'replace').hex().upper()}>"
