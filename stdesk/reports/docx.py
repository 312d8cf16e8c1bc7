"""A paper as DOCX: the same content and layout as the PDF, with real styles, to be edited in Word."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import docx_styles as styles
from stdesk.reports import layout, words
from stdesk.reports.abreast import draw_row, in_rows
from stdesk.reports.annexes import Annex
from stdesk.reports.blocks import Table
from stdesk.reports.charts import Chart
from stdesk.reports.column_widths import column_widths
from stdesk.reports.document import Document, Paragraph, build_document
from stdesk.reports.docx_head import ending, head
from stdesk.reports.docx_package import Package, section
from stdesk.reports.docx_parts import Shape, paragraph, picture, run
from stdesk.reports.docx_table import END, RowWriter
from stdesk.reports.snapshot import Snapshot

_ROWS_A_STEP = 50
_ROWS_TOGETHER = 20  # a table this short stays on the page of its title
_CHART_DPI = 200


def render_docx(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The report of ``snapshot`` with its annexes, the same bytes every time.

    Raises:
        UserError: the program's form or font is missing.
        Cancelled: the person stopped it.
    """
    return render(build_document(snapshot, kinds), progress)


def render(document: Document, progress: Progress | None = None) -> bytes:
    """``document`` with its annexes, the same bytes every time."""
    if progress:
        progress.start(document.row_count)
    package = Package(document)
    return package.write(_Body(document, package, progress).pieces())


class _Body:
    def __init__(self, document: Document, package: Package, progress: Progress | None) -> None:
        self._document = document
        self._package = package
        self._progress = progress
        self._landscape = False

    def pieces(self) -> Iterator[str]:
        """The text's XML, piece by piece."""
        document = self._document
        yield from head(document)
        for line in document.basis:
            yield paragraph(styles.BASIS, run(line))
        last = len(document.body) - 1
        for place, block in enumerate(document.body):
            if isinstance(block, Paragraph):
                # The last lines of the text stand on the page of the signature.
                yield from _text(block, keep=place == last)
            else:
                yield from self._block(block)
        yield from ending(document)
        for place, annex in enumerate(document.annexes):
            # A section's properties stand in the last paragraph of it.
            yield paragraph("Normal", "", Shape(line=1), ends=section(document, place))
            self._landscape = True
            yield from self._annex(annex)
        yield section(document, len(document.annexes))

    def _block(self, block: Table | Chart, number: int = 0) -> Iterator[str]:
        if isinstance(block, Table):
            yield from self._table(block, number)
        else:
            yield self._charts((block,))

    def _annex(self, annex: Annex) -> Iterator[str]:
        yield paragraph(styles.ANNEX, run(annex.number))
        yield paragraph(styles.ANNEX_TITLE, run(annex.title))
        note = Shape(line=layout.SIZE_NUMBER * layout.LEADING, after=8)
        yield paragraph(styles.CENTRED, run(annex.note, layout.SIZE_NUMBER, italic=True), note)
        tables = 0
        for block in in_rows(annex.blocks):
            if isinstance(block, Table):
                tables += 1
                yield from self._table(block, tables)
            else:
                yield self._charts(block)

    def _charts(self, row: tuple[Chart, ...]) -> str:
        """Charts side by side in one line."""
        from stdesk.reports.drawing_png import png  # late: only where there is one

        shown = ""
        for drawing in draw_row(row, layout.text_width(landscape=self._landscape) * mm):
            number, relation = self._package.picture(png(drawing, _CHART_DPI))
            shown += picture(number, relation, drawing.width, drawing.height, drawing.words)
        return paragraph(styles.PICTURE, shown, Shape(before=6, after=6))

    def _table(self, table: Table, number: int) -> Iterator[str]:
        wide = layout.text_width(landscape=self._landscape) * mm
        writer = RowWriter(
            column_widths(table, wide), [one.align for one in table.columns], layout.CELL_SIDE * mm
        )
        if table.title:
            numbered = f"{number}. {table.title}" if number else table.title
            above = Shape(before=12 if number != 1 else 0)
            yield paragraph(styles.CAPTION, run(numbered), above)
        yield writer.begin()
        yield writer.head([one.label for one in table.columns])
        together = bool(table.title) and len(table.rows) <= _ROWS_TOGETHER
        last = len(table.rows) - 1
        for place, row in enumerate(table.rows):
            if self._progress and place % _ROWS_A_STEP == 0:
                self._progress.step(min(_ROWS_A_STEP, len(table.rows) - place))
            texts = [words.shown(cell) for cell in row]
            yield writer.row(texts, bold=table.total and place == last, keep=together and place < last)
        yield END


def _text(one: Paragraph, *, keep: bool = False) -> Iterator[str]:
    style = styles.HEADINGS.get(one.style, styles.BODY)
    if not one.open_end:
        yield paragraph(style, run(one.text), Shape(keep=keep))
        return
    edge = layout.text_width(landscape=False) * mm
    yield paragraph(
        style, run(f"{one.text} " if one.text else "") + "<w:r><w:tab/></w:r>", Shape(dots_to=edge)
    )
    yield paragraph(styles.BODY, "<w:r><w:tab/></w:r>", Shape(before=0, first=0, dots_to=edge))
