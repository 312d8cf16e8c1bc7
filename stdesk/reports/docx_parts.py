"""Pieces of WordprocessingML that python-docx has no words for, and fast ones for long tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
# What XML 1.0 forbids; the values were cleaned on their way in, a foreign snapshot's were not.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(text: str) -> str:
    """``text`` without characters an XML file cannot hold."""
    return _FORBIDDEN.sub("", text)


def set_fonts(properties: Any) -> None:
    """Times New Roman for all four kinds of script, no theme font, Vietnamese for the spelling check."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{slot}"), FONT)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    for slot in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{slot}"), LANGUAGE)
    properties.append(language)


def page_number(paragraph: Any) -> None:
    """The field PAGE in ``paragraph``."""
    for part in ("begin", None, "separate", "end"):
        run = paragraph.add_run()
        if part:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), part)
            run._r.append(mark)  # noqa: SLF001 - python-docx has no fields
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = " PAGE "
            run._r.append(code)  # noqa: SLF001 - python-docx has no fields


def rule_below(paragraph: Any) -> None:
    """A thin rule under ``paragraph``, as long as its indents leave it."""
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    )
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    properties.insert_element_before(borders, *_AFTER_BORDERS)


_AFTER_BORDERS = tuple(  # what the schema wants after a paragraph's borders
    f"w:{name}"
    for name in [
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "bidi",
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "textboxTightWrap",
        "outlineLvl",
        "divId",
        "cnfStyle",
        "rPr",
        "sectPr",
        "pPrChange",
    ]
)


def no_cell_margins(table: Any) -> None:
    """Let text in the cells of ``table`` use their whole width."""
    sides = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no cell margins
    properties.insert_element_before(
        margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange"
    )


def table_head(labels: Sequence[str], widths: Sequence[int], aside: int) -> str:
    """The beginning of a table's XML: properties, columns (widths in twentieths of a point), heading row."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{aside}" w:type="dxa"/>'
        f'<w:right w:w="{aside}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        + table_row(labels, widths, ["center"] * len(widths), bold=True, head=True)
    )


def table_row(
    texts: Iterable[str],
    widths: Sequence[int],
    aligns: Sequence[str],
    *,
    bold: bool = False,
    head: bool = False,
) -> str:
    """One row of a table as XML; a heading row is repeated on every page."""
    style = "TableHeading" if head else "TableText"
    run = "<w:rPr><w:b/></w:rPr>" if bold and not head else ""
    cells = []
    for text, width, align in zip(texts, widths, aligns, strict=True):
        justified = "" if align == "left" or head else f'<w:jc w:val="{align}"/>'
        lines = escape(safe(text)).split("\n")
        words = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
        middle = '<w:vAlign w:val="center"/>' if head else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{middle}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>'
            f"{justified}</w:pPr><w:r>{run}{words}</w:r></w:p></w:tc>"
        )
    repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else ""
    return f"<w:tr>{repeated}{''.join(cells)}</w:tr>"


def table_element(xml: str) -> Any:
    """The finished table."""
    return parse_xml(xml + "</w:tbl>")
