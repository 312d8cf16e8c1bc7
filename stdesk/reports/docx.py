"""The report as DOCX: the same content and layout as the PDF, with real styles, to be edited in Word."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document as DocxFile
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from reportlab.lib.units import mm

from stdesk.domain.kinds import Kinds
from stdesk.progress import Progress
from stdesk.reports import docx_styles as styles
from stdesk.reports import layout, words
from stdesk.reports.annexes import Annex, Table
from stdesk.reports.column_widths import column_widths
from stdesk.reports.document import COUNTRY, MOTTO, TRIAL_NOTE, Document, Head, build_document
from stdesk.reports.docx_parts import (
    no_cell_margins,
    page_number,
    rule_below,
    safe,
    table_element,
    table_head,
    table_row,
)
from stdesk.reports.fixed_zip import fixed
from stdesk.reports.snapshot import Snapshot
from stdesk.reports.type_setting import face

_ROWS_A_STEP = 50
_HEADER_DOWN = 8.5  # mm from the paper's edge; the number's baseline then lies where the PDF has it


def render_docx(snapshot: Snapshot, kinds: Kinds, progress: Progress | None = None) -> bytes:
    """The report of ``snapshot`` with its annexes, the same bytes every time.

    Raises:
        UserError: the program's form or font is missing.
        Cancelled: the person stopped it.
    """
    document = build_document(snapshot, kinds)
    if progress:
        progress.start(sum(len(table.rows) for annex in document.annexes for table in annex.tables))
    made = _Docx(document, progress).make()
    note = f"{document.head.subject} [{document.reference}]"
    return fixed(made, moment=document.created, title=document.title, author=document.author, note=note)


class _Docx:
    def __init__(self, document: Document, progress: Progress | None) -> None:
        self._document = document
        self._progress = progress
        self._docx = DocxFile()
        self._body = self._docx.element.body

    def make(self) -> bytes:
        document = self._document
        styles.make_styles(self._docx)
        self._page()
        self._head(document.head)
        self._address(document.head)
        for line in document.basis:
            self._paragraph(line, styles.BASIS)
        for one in document.body:
            self._text(one.text, one.style, one.open_end)
        self._ending()
        for annex in document.annexes:
            self._annex(annex)
        out = BytesIO()
        self._docx.save(out)
        return out.getvalue()

    def _page(self) -> None:
        section = self._docx.sections[0]
        section.page_width, section.page_height = Mm(layout.A4[0]), Mm(layout.A4[1])
        _margins(section)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        self._centre(number, layout.SIZE_PAGE_NUMBER)
        page_number(number)
        self._centre(section.first_page_header.paragraphs[0], layout.SIZE_PAGE_NUMBER)
        if self._document.trial:
            for header in (section.header, section.first_page_header):
                mark = header.paragraphs[0] if header is section.first_page_header else header.add_paragraph()
                self._centre(mark, layout.SIZE_PAGE_NUMBER)
                mark.add_run(TRIAL_NOTE).bold = True

    def _centre(self, paragraph: Any, size: float) -> None:
        paragraph.style = styles.CENTRED
        paragraph.paragraph_format.line_spacing = Pt(size * 1.1)
        for run in paragraph.runs:
            run.font.size = Pt(size)

    def _paragraph(self, text: str, style: str = styles.CENTRED, where: Any = None) -> Any:
        made = (where or self._docx).add_paragraph(style=style)
        if text:
            made.add_run(safe(text))
        return made

    def _line(
        self,
        where: Any,
        text: str,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        first: bool = False,
    ) -> Any:
        """A centred paragraph of one size; ``first`` uses the paragraph a cell begins with."""
        made = where.paragraphs[0] if first else where.add_paragraph()
        made.style = styles.CENTRED
        run = made.add_run(safe(text))
        run.font.size, run.bold, run.italic = Pt(size), bold, italic
        made.paragraph_format.line_spacing = Pt(size * layout.LEADING)
        return made

    def _rule(self, where: Any, length: float, width: float, after: float = 0) -> None:
        """A rule ``length`` points long in the middle of ``width`` points."""
        made = where.add_paragraph(style=styles.CENTRED)
        form = made.paragraph_format
        side = max((width - length) / 2, 0)
        form.left_indent = form.right_indent = Pt(side)
        form.line_spacing, form.space_after, form.space_before = Pt(2), Pt(after), Pt(5)
        made.add_run("").font.size = Pt(2)
        rule_below(made)

    def _narrowed(
        self, paragraph: Any, text: str, style: str, size: float, width: float, aside: float = 0
    ) -> float:
        """Indent a centred title so that its lines come out about equally long; returns the last one's."""
        lines = face(style).balanced(text, size, width)
        longest = max(line.width for line in lines)
        if len(lines) > 1:
            side = aside + max((width - longest) / 2 - size * 0.4, 0)
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(side)
        return lines[-1].width

    def _head(self, head: Head) -> None:
        width = layout.text_width(landscape=False) * mm
        left, right = width * layout.HEAD_LEFT_SHARE, width * (1 - layout.HEAD_LEFT_SHARE)
        table = self._grid(2, (left, right))
        body, country = table.rows[0].cells
        self._line(body, head.superior, layout.SIZE_BODY_NAME, first=True)
        name = self._line(body, head.issuer, layout.SIZE_BODY_NAME, bold=True)
        last = self._narrowed(name, head.issuer, "bold", layout.SIZE_BODY_NAME, left - 2 * mm)
        self._rule(body, max(last * 0.4, 16 * mm), left)
        self._line(country, COUNTRY, layout.SIZE_COUNTRY, bold=True, first=True)
        self._line(country, MOTTO, layout.SIZE_MOTTO, bold=True)
        self._rule(country, face("bold").width(MOTTO, layout.SIZE_MOTTO), right)
        number, place = table.rows[1].cells
        self._line(number, f"Số: {head.number}", layout.SIZE_NUMBER, first=True)
        self._line(place, head.place_date, layout.SIZE_PLACE, italic=True, first=True)
        kind = self._line(self._docx, head.type_name, layout.SIZE_TYPE, bold=True)
        kind.paragraph_format.space_before = Pt(14)
        subject = self._line(self._docx, head.subject, layout.SIZE_TYPE, bold=True)
        wide = width - 16 * mm
        last = self._narrowed(subject, head.subject, "bold", layout.SIZE_TYPE, wide, aside=8 * mm)
        self._rule(self._docx, min(max(last * 0.4, 20 * mm), 60 * mm), width, after=10)

    def _address(self, head: Head) -> None:
        if len(head.address_to) == 1:
            self._paragraph(f"Kính gửi: {head.address_to[0]}").paragraph_format.space_after = Pt(8)
            return
        self._paragraph("Kính gửi:")
        for place, one in enumerate(head.address_to, 1):
            self._paragraph(f"- {one}{'.' if place == len(head.address_to) else ';'}")

    def _text(self, text: str, style: str, open_end: bool) -> None:
        made = self._paragraph(text, styles.HEADINGS.get(style, styles.BODY))
        if open_end:
            edge = Pt(layout.text_width(landscape=False) * mm)
            for paragraph, dots in (
                (made, " \t" if text else "\t"),
                (self._paragraph("", styles.BODY), "\t"),
            ):
                paragraph.paragraph_format.tab_stops.add_tab_stop(
                    edge, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
                )
                paragraph.add_run(dots)
            paragraph.paragraph_format.first_line_indent = Pt(0)
            paragraph.paragraph_format.space_before = Pt(0)

    def _ending(self) -> None:
        width = layout.text_width(landscape=False) * mm
        table = self._grid(1, (width * 0.45, width * 0.55))
        listed, signed = table.rows[0].cells
        head = listed.paragraphs[0]
        head.style = styles.RECIPIENTS
        head.paragraph_format.space_before = Pt(12)
        run = head.add_run("Nơi nhận:")
        run.bold = run.italic = True
        run.font.size = Pt(layout.SIZE_RECIPIENTS_HEAD)
        for line in self._document.recipients:
            self._paragraph(line, styles.RECIPIENTS, listed)
        signature = self._document.signature
        for place, line in enumerate(signature.lines):
            made = self._line(signed, line, layout.SIZE_SIGNATURE, bold=True, first=place == 0)
            if place == 0:
                made.paragraph_format.space_before = Pt(12)
        name = self._line(signed, signature.name, layout.SIZE_SIGNATURE, bold=True)
        name.paragraph_format.space_before = Mm(layout.SIGNATURE_ROOM)

    def _grid(self, rows: int, widths: tuple[float, float]) -> Any:
        """A table without rules whose rows are not split, to set things side by side."""
        table = self._docx.add_table(rows, len(widths))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        no_cell_margins(table)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        for row in table.rows:
            unsplit = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(unsplit)  # noqa: SLF001 - python-docx has no such property
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Pt(width)
        return table

    def _annex(self, annex: Annex) -> None:
        section = self._docx.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(layout.A4[1]), Mm(layout.A4[0])
        _margins(section)
        section.different_first_page_header_footer = False
        self._paragraph(annex.number, styles.ANNEX)
        self._line(self._docx, annex.title, layout.SIZE_TYPE, bold=True)
        note = self._line(self._docx, annex.note, layout.SIZE_NUMBER, italic=True)
        note.paragraph_format.space_after = Pt(8)
        for place, table in enumerate(annex.tables, 1):
            if table.title:
                title = self._paragraph(f"{place}. {table.title}", styles.HEADINGS["heading2"])
                title.paragraph_format.first_line_indent = Pt(0)
                title.paragraph_format.space_before = Pt(12 if place > 1 else 0)
                title.paragraph_format.space_after = Pt(3)
                title.runs[0].font.size = Pt(layout.SIZE_NUMBER)
            self._table(table)

    def _table(self, table: Table) -> None:
        wide = layout.text_width(landscape=True) * mm
        widths = [round(width * 20) for width in column_widths(table, wide)]
        parts = [table_head([one.label for one in table.columns], widths, round(layout.CELL_SIDE * mm * 20))]
        aligns = [one.align for one in table.columns]
        last = len(table.rows) - 1
        for place, row in enumerate(table.rows):
            bold = table.total and place == last
            parts.append(table_row((words.shown(cell) for cell in row), widths, aligns, bold=bold))
            if self._progress and place % _ROWS_A_STEP == 0:
                self._progress.step(min(_ROWS_A_STEP, len(table.rows) - place))
        element = table_element("".join(parts))
        self._keep_together(element, table)
        self._body.insert_element_before(element, "w:sectPr")

    def _keep_together(self, element: Any, table: Table) -> None:
        """A short table with a title stays on the page of its title."""
        if not table.title or len(table.rows) > 20:
            return
        paragraphs = list(_paragraphs_of(element))
        for paragraph in paragraphs[: -len(table.columns)]:
            properties = paragraph.get_or_add_pPr()
            keep = OxmlElement("w:keepNext")
            properties.insert_element_before(
                keep, "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:jc"
            )


def _paragraphs_of(element: Any) -> Iterator[Any]:
    yield from element.iter(qn("w:p"))


def _margins(section: Any) -> None:
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    section.header_distance, section.footer_distance = Mm(_HEADER_DOWN), Mm(_HEADER_DOWN)
