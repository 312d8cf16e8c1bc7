"""The long tables of the annexes as WordprocessingML, a row at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stdesk.reports.docx_parts import TWIP, words

_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_LONG = 1_500  # characters in a cell; a row with more may be too high to stay on one page
_TEXT, _HEAD = "TableText", "TableHeading"


class RowWriter:
    """Rows of one table; what is the same in every row is put together once.

    Args:
        widths: of the columns in points.
        aligns: ``left``, ``center`` or ``right`` for each column.
        aside: room at the sides of a cell in points.
    """

    def __init__(self, widths: Sequence[float], aligns: Sequence[str], aside: float) -> None:
        self._twips = [round(width * TWIP) for width in widths]
        self._aligns = aligns
        self._aside = round(aside * TWIP)
        self._open = {
            (bold, keep): [self._cell(place, bold=bold, keep=keep) for place in range(len(widths))]
            for bold in (False, True)
            for keep in (False, True)
        }

    def begin(self) -> str:
        """The table up to its first row."""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in self._twips)
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(self._twips)}" w:type="dxa"/>'
            f'<w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f'<w:tblCellMar><w:left w:w="{self._aside}" w:type="dxa"/>'
            f'<w:right w:w="{self._aside}" w:type="dxa"/></w:tblCellMar>'
            f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        )

    def head(self, labels: Iterable[str]) -> str:
        """The row of headings, repeated on every page."""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{_HEAD}"/><w:keepNext/></w:pPr><w:r>{words(text)}</w:r></w:p></w:tc>'
            for text, width in zip(labels, self._twips, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"

    def row(self, texts: Sequence[str], *, bold: bool = False, keep: bool = False) -> str:
        """One row; it stays on one page unless it is too long for that.

        Args:
            keep: on the page of the row after it.
        """
        cells = "".join(
            f"{opened}{words(text)}</w:r></w:p></w:tc>" if text else f"{opened}</w:r></w:p></w:tc>"
            for text, opened in zip(texts, self._open[bold, keep], strict=True)
        )
        whole = "" if any(len(text) > _LONG for text in texts) else "<w:trPr><w:cantSplit/></w:trPr>"
        return f"<w:tr>{whole}{cells}</w:tr>"

    def _cell(self, place: int, *, bold: bool, keep: bool) -> str:
        align = self._aligns[place]
        aligned = "" if align == "left" else f'<w:jc w:val="{align}"/>'
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{self._twips[place]}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{_TEXT}"/>{"<w:keepNext/>" if keep else ""}{aligned}</w:pPr>'
            f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}"
        )


END = "</w:tbl>"
