"""The styles of the DOCX: real ones, so that the report stays editable and has an outline."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt, RGBColor

from stdesk.reports import layout
from stdesk.reports.docx_parts import set_fonts

BODY, BASIS, CENTRED, RECIPIENTS = "Body Text", "Legal Basis", "Centred", "Recipients"
HEADINGS = {"heading1": "Heading 1", "heading2": "Heading 2"}
ANNEX = "Annex Heading"
TABLE_TEXT, TABLE_HEAD = "Table Text", "Table Heading"


def make_styles(document: Any) -> None:
    """Set every style the report uses on python-docx's ``document``."""
    styles = document.styles
    defaults = styles.element.find(".//{*}docDefaults/{*}rPrDefault/{*}rPr")
    if defaults is not None:
        set_fonts(defaults)
    normal = _style(styles, "Normal", layout.SIZE_TEXT)
    _spaced(normal, before=0)
    body = _style(styles, BODY, layout.SIZE_TEXT)
    _spaced(body, before=layout.SPACE_BEFORE, align=ALIGN.JUSTIFY, indent=True)
    basis = _style(styles, BASIS, layout.SIZE_TEXT, italic=True, based_on=body)
    _spaced(basis, before=layout.SPACE_BEFORE, align=ALIGN.JUSTIFY, indent=True)
    for name in HEADINGS.values():
        heading = _style(styles, name, layout.SIZE_TEXT, bold=True)
        _spaced(heading, before=layout.SPACE_BEFORE, align=ALIGN.JUSTIFY, indent=True)
        heading.paragraph_format.keep_with_next = True
        heading.next_paragraph_style = body
    _spaced(_style(styles, CENTRED, layout.SIZE_TEXT), before=0, align=ALIGN.CENTER)
    annex = _style(styles, ANNEX, layout.SIZE_TYPE, bold=True, based_on=styles[HEADINGS["heading1"]])
    _spaced(annex, before=0, align=ALIGN.CENTER)
    annex.paragraph_format.first_line_indent = Mm(0)
    _spaced(_style(styles, RECIPIENTS, layout.SIZE_RECIPIENTS), before=0)
    _table_styles(styles)


def _table_styles(styles: Any) -> None:
    for name, size, bold, align in (
        (TABLE_TEXT, layout.SIZE_TABLE, False, ALIGN.LEFT),
        (TABLE_HEAD, layout.SIZE_TABLE_HEAD, True, ALIGN.CENTER),
    ):
        made = _style(styles, name, size, bold=bold)
        _spaced(made, before=0, align=align)
        made.paragraph_format.line_spacing = 1.0
        made.paragraph_format.space_before = made.paragraph_format.space_after = Mm(layout.CELL_ABOVE)


def _style(
    styles: Any, name: str, size: float, *, bold: bool = False, italic: bool = False, based_on: Any = None
) -> Any:
    if name in [style.name for style in styles]:
        made = styles[name]
    else:
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = based_on or styles["Normal"]
    made.font.size = Pt(size)
    made.font.bold, made.font.italic = bold, italic
    made.font.color.rgb = RGBColor(0, 0, 0)
    made.quick_style = True
    set_fonts(made.element.get_or_add_rPr())
    return made


def _spaced(style: Any, *, before: float, align: Any = None, indent: bool = False) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(0)
    form.line_spacing = Pt(style.font.size.pt * layout.LEADING)
    form.first_line_indent = Mm(layout.INDENT if indent else 0)
    form.widow_control = True
    form.keep_with_next = False
    if align is not None:
        form.alignment = align
