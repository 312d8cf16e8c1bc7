"""Pieces of WordprocessingML, written straight as text: a list of 5,000 rows is made in a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stdesk.reports.office_text import attribute, escaped

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
EMU = 12_700  # English Metric Units in a point
TWIP = 20  # twentieths of a point
BOX_ROOM = 4
"""Points between a frame and its text."""

_ALL_SIDES = ("top", "left", "bottom", "right")


@dataclass(frozen=True, slots=True)
class Shape:
    """How one paragraph differs from its style; lengths in points, ``None``: as the style says.

    Attributes:
        keep: on one page with what follows.
        before, after, line: room above and below, height of a line.
        left, right, first: indents; a ``first`` below 0 lets the other lines hang.
        align: ``left``, ``center``, ``right`` or ``both``.
        rule: a thin rule along the top of the paragraph.
        box: the colour of a frame around it, hexadecimal; "" for none.
        dots_to, tab_to: a tab stop here, the text before it ending there; reached over dots or blank.
    """

    keep: bool = False
    before: float | None = None
    after: float | None = None
    line: float | None = None
    left: float | None = None
    right: float | None = None
    first: float | None = None
    align: str = ""
    rule: bool = False
    box: str = ""
    dots_to: float | None = None
    tab_to: float | None = None

    def xml(self) -> str:
        """The properties in the order the schema wants them."""
        return "".join(
            (
                "<w:keepNext/>" if self.keep else "",
                self._borders(),
                self._tabs(),
                self._spacing(),
                self._indents(),
                f'<w:jc w:val="{self.align}"/>' if self.align else "",
            )
        )

    def _borders(self) -> str:
        if self.box:
            edges = "".join(
                f'<w:{side} w:val="single" w:sz="8" w:space="{BOX_ROOM}" w:color="{self.box}"/>'
                for side in _ALL_SIDES
            )
            return f"<w:pBdr>{edges}</w:pBdr>"
        rule = '<w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
        return f"<w:pBdr>{rule}</w:pBdr>" if self.rule else ""

    def _tabs(self) -> str:
        at, leader = (self.tab_to, "") if self.dots_to is None else (self.dots_to, 'w:leader="dot" ')
        if at is None:
            return ""
        return f'<w:tabs><w:tab w:val="right" {leader}w:pos="{round(at * TWIP)}"/></w:tabs>'

    def _spacing(self) -> str:
        set_ = _set(before=self.before, after=self.after, line=self.line)
        if not set_:
            return ""
        exact = ' w:lineRule="exact"' if self.line is not None else ""
        return f"<w:spacing{set_}{exact}/>"

    def _indents(self) -> str:
        first = self.first
        hanging = -first if first is not None and first < 0 else None
        first = None if hanging else first
        set_ = _set(left=self.left, right=self.right, hanging=hanging, firstLine=first)
        return f"<w:ind{set_}/>" if set_ else ""


def _set(**lengths: float | None) -> str:
    return "".join(f' w:{name}="{round(one * TWIP)}"' for name, one in lengths.items() if one is not None)


PLAIN = Shape()


def paragraph(style: str, content: str, shape: Shape = PLAIN, ends: str = "") -> str:
    """A paragraph of ``style`` (its id) holding runs; ``ends``: the properties of the section it ends."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{shape.xml()}{ends}</w:pPr>{content}</w:p>'


def run(
    text: str, size: float | None = None, *, bold: bool = False, italic: bool = False, colour: str = ""
) -> str:
    """A run of ``text``; what is not given is as the paragraph's style says."""
    made = look(size, bold=bold, italic=italic, colour=colour)
    return f"<w:r>{made}{words(text)}</w:r>" if text else ""


def look(size: float | None = None, *, bold: bool = False, italic: bool = False, colour: str = "") -> str:
    """The properties of a run; size in points."""
    inner = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    inner += f'<w:color w:val="{colour}"/>' if colour else ""
    if size is not None:
        inner += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def words(text: str) -> str:
    """The text of a run; line breaks stay."""
    clear = escaped(text).replace("\t", " ").replace("\r", "")
    if "\n" not in clear:
        return f'<w:t xml:space="preserve">{clear}</w:t>'
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in clear.split("\n"))


def field(name: str, size: float | None = None) -> str:
    """A field (PAGE, NUMPAGES) that the word processor fills in."""
    made = look(size)
    return (
        f'<w:r>{made}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{made}<w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        f'<w:r>{made}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{made}<w:t>1</w:t></w:r>'
        f'<w:r>{made}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def picture(number: int, relation: str, wide: float, high: float, told: str) -> str:
    """A run with a picture in the line, ``wide`` by ``high`` points; ``told``: what it shows."""
    size = f'cx="{round(wide * EMU)}" cy="{round(high * EMU)}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f"{_picture(number, relation, size, told)}</wp:inline></w:drawing></w:r>"
    )


def floating(number: int, relation: str, side: float, told: str, *, left: float, down: float) -> str:
    """A run with a square picture ``left`` points from the paper's edge, ``down`` below the text's area."""
    size = f'cx="{round(side * EMU)}" cy="{round(side * EMU)}"'
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(left * EMU)}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="bottomMargin"><wp:posOffset>{round(down * EMU)}</wp:posOffset>'
        f"</wp:positionV><wp:extent {size}/><wp:wrapNone/>"
        f"{_picture(number, relation, size, told)}</wp:anchor></w:drawing></w:r>"
    )


def _picture(number: int, relation: str, size: str, told: str) -> str:
    name = f'id="{number}" name="Hình {number}"'
    return (
        f'<wp:docPr {name} descr="{attribute(told)}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f"<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )


def watermark(text: str, colour: str) -> str:
    """A run with ``text`` large and aslant behind the page's text."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:380pt;height:170pt;rotation:315;"
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:page;"
        "mso-position-vertical:center;mso-position-vertical-relative:page"
    )
    return (
        '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
        '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '</v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        f'</v:shapetype><v:shape id="TrialMark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" '
        f'style="{style}" fillcolor="#{colour}" stroked="f">'
        f'<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt;font-weight:bold" '
        f'string="{attribute(text)}"/></v:shape></w:pict></w:r>'
    )


def cell(content: str, width: float) -> str:
    """A cell of a table that only sets things side by side."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{round(width * TWIP)}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


def side_by_side(rows: Iterable[Sequence[str]], widths: Sequence[float]) -> str:
    """A table without rules and margins whose rows are never split, of cells filled with paragraphs."""
    grid = "".join(f'<w:gridCol w:w="{round(width * TWIP)}"/>' for width in widths)
    made = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(cell(content, width) for content, width in zip(row, widths, strict=True))
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{round(sum(widths) * TWIP)}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"
    )
