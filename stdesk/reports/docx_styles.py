"""The styles of the DOCX: real ones, so that the report stays editable and has an outline."""

from __future__ import annotations

from dataclasses import dataclass

from stdesk.reports import layout
from stdesk.reports.docx_parts import NAMESPACES, TWIP, Shape
from stdesk.reports.fixed_zip import DECLARATION

FONT = "Times New Roman"
LANGUAGE = "vi-VN"

BODY, BASIS, CENTRED, RECIPIENTS = "BodyText", "LegalBasis", "Centred", "Recipients"
HEADINGS = {"heading1": "Heading1", "heading2": "Heading2", "heading3": "Heading3"}
ANNEX, ANNEX_TITLE, CAPTION, SIGNER = "AnnexHeading", "AnnexTitle", "TableCaption", "Signer"
TABLE_TEXT, TABLE_HEAD = "TableText", "TableHeading"
HEADER, FOOTER, PICTURE = "Header", "Footer", "Picture"

_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style; sizes and lengths in points, no ``line``: as high as the text."""

    id: str
    name: str
    size: float
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float | None = None
    first: float = 0
    align: str = "left"
    outline: int | None = None
    next: str = ""


def _leaded(size: float) -> float:
    return size * layout.LEADING


def _listed() -> tuple[_Style, ...]:
    text, above, first = layout.SIZE_TEXT, layout.SPACE_BEFORE, layout.INDENT * _MM
    cell = layout.CELL_ABOVE * _MM
    number = layout.SIZE_PAGE_NUMBER
    return (
        _Style(BODY, "Body Text", text, before=above, line=_leaded(text), first=first, align="both"),
        _Style(
            BASIS,
            "Legal Basis",
            text,
            italic=True,
            before=above,
            line=_leaded(text),
            first=first,
            align="both",
        ),
        *(
            _Style(
                style,
                f"heading {level}",
                text,
                bold=True,
                italic=level == 3,
                before=above,
                line=_leaded(text),
                first=first,
                align="both",
                outline=level - 1,
                next=BODY,
            )
            for level, style in enumerate(HEADINGS.values(), 1)
        ),
        _Style(CENTRED, "Centred", text, line=_leaded(text), align="center"),
        _Style(SIGNER, "Signer", layout.SIZE_SIGNATURE, bold=True, line=_leaded(text), align="center"),
        _Style(RECIPIENTS, "Recipients", layout.SIZE_RECIPIENTS, line=_leaded(layout.SIZE_RECIPIENTS)),
        _Style(
            ANNEX,
            "Annex Heading",
            layout.SIZE_TYPE,
            bold=True,
            line=_leaded(layout.SIZE_TYPE),
            align="center",
            outline=0,
            next=BODY,
        ),
        _Style(
            ANNEX_TITLE,
            "Annex Title",
            layout.SIZE_TYPE,
            bold=True,
            line=_leaded(layout.SIZE_TYPE),
            align="center",
        ),
        _Style(
            CAPTION,
            "Table Caption",
            layout.SIZE_NUMBER,
            bold=True,
            before=12,
            after=3,
            line=_leaded(layout.SIZE_NUMBER),
            outline=1,
        ),
        _Style(TABLE_TEXT, "Table Text", layout.SIZE_TABLE, before=cell, after=cell),
        _Style(
            TABLE_HEAD,
            "Table Heading",
            layout.SIZE_TABLE_HEAD,
            bold=True,
            before=cell,
            after=cell,
            align="center",
        ),
        _Style(PICTURE, "Picture", text, align="center"),
        _Style(HEADER, "header", number, line=number * 1.1, align="center"),
        _Style(FOOTER, "footer", 9),
    )


def styles_xml() -> str:
    """``word/styles.xml``."""
    fonts = " ".join(f'w:{slot}="{FONT}"' for slot in ("ascii", "hAnsi", "cs", "eastAsia"))
    tongue = " ".join(f'w:{slot}="{LANGUAGE}"' for slot in ("val", "eastAsia", "bidi"))
    size = layout.SIZE_TEXT * 2
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:widowControl/><w:spacing w:before="0" w:after="0"/></w:pPr>'
        f"{_run(fonts, tongue, layout.SIZE_TEXT)}</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    listed = "".join(_style(one, fonts, tongue) for one in _listed())
    return (
        f"{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts {fonts}/><w:color w:val="000000"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        f"<w:lang {tongue}/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>{normal}{listed}</w:styles>"
    )


def _style(one: _Style, fonts: str, tongue: str) -> str:
    heading = one.outline is not None
    level = f'<w:outlineLvl w:val="{one.outline}"/>' if heading else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{one.id}"><w:name w:val="{one.name}"/>'
        f'<w:basedOn w:val="Normal"/>{_next(one)}<w:qFormat/>'
        f"<w:pPr>{'<w:keepNext/><w:keepLines/>' if heading else ''}<w:widowControl/>{_lengths(one)}"
        f"{level}</w:pPr>"
        f"{_run(fonts, tongue, one.size, bold=one.bold, italic=one.italic)}</w:style>"
    )


def _next(one: _Style) -> str:
    return f'<w:next w:val="{one.next}"/>' if one.next else ""


def _lengths(one: _Style) -> str:
    shape = Shape(
        before=one.before, after=one.after, line=one.line, left=0, right=0, first=one.first, align=one.align
    )
    return shape.xml()


def _run(fonts: str, tongue: str, size: float, *, bold: bool = False, italic: bool = False) -> str:
    half = round(size * 2)
    return (
        f"<w:rPr><w:rFonts {fonts}/>{'<w:b/><w:bCs/>' if bold else ''}{'<w:i/><w:iCs/>' if italic else ''}"
        f'<w:color w:val="000000"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/><w:lang {tongue}/></w:rPr>'
    )


def twips(length_mm: float) -> int:
    """Millimetres as twentieths of a point."""
    return round(length_mm * _MM * TWIP)
