"""The parts of the DOCX beside its text: settings, page heads and feet, pictures, how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

import segno

from stdesk.reports import docx_parts as parts
from stdesk.reports import docx_styles as styles
from stdesk.reports import layout, pdf_foot
from stdesk.reports.document import TRIAL, TRIAL_NOTE, Document
from stdesk.reports.fixed_zip import DECLARATION, FixedZip, content_types, package_relations, relations

_MM = 72 / 25.4
HEADER_DOWN = 8.5  # mm from the paper's edge; the number's baseline then lies where the PDF has it
_FOOT_UP = pdf_foot.EDGE  # mm
_FOOT_SIZE = 9
_QR_NUMBER = 900_001  # far from the numbers of the pictures in the text
_WORD = "wordprocessingml."
_PARTS = (
    ("word/document.xml", f"{_WORD}document.main+xml"),
    ("word/styles.xml", f"{_WORD}styles+xml"),
    ("word/settings.xml", f"{_WORD}settings+xml"),
    ("word/header1.xml", f"{_WORD}header+xml"),
    ("word/header2.xml", f"{_WORD}header+xml"),
)
_RELATIONS = (
    ("rId1", "styles", "styles.xml"),
    ("rId2", "settings", "settings.xml"),
    ("rId3", "header", "header1.xml"),
    ("rId4", "header", "header2.xml"),
)
_SETTINGS = (
    f'<w:settings {parts.NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
    'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{styles.LANGUAGE}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
    "</w:settings>"
)


class Package:
    """A DOCX being written."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._zip = FixedZip(document.created)
        self._pictures: list[bytes] = []

    def picture(self, data: bytes) -> tuple[int, str]:
        """Keep a PNG; its number in the document and the id to refer to it."""
        self._pictures.append(data)
        number = len(self._pictures)
        return number, f"rIdP{number}"

    def write(self, body: Iterable[str]) -> bytes:
        """The whole file; ``body`` is the text's XML in pieces, pictures are kept while it is read."""
        package, document = self._zip, self._document
        feet = list(_feet(document))
        listed = [*_PARTS, *((f"word/{name}.xml", f"{_WORD}footer+xml") for name, _, _ in feet)]
        package.write("[Content_Types].xml", content_types(listed))
        package.write("_rels/.rels", package_relations("word/document.xml"))
        package.stream("word/document.xml", _wrapped(body))
        package.write("word/styles.xml", styles.styles_xml())
        package.write("word/settings.xml", DECLARATION + _SETTINGS)
        self._heads()
        for name, _, foot in feet:
            package.write(f"word/{name}.xml", f"{DECLARATION}<w:ftr {parts.NAMESPACES}>{foot}</w:ftr>")
            if document.code:
                package.write(
                    f"word/_rels/{name}.xml.rels", relations([("rIdCode", "image", "media/code.png")])
                )
        if document.code:
            package.write("word/media/code.png", qr_png(document.code))
        targets = [*_RELATIONS, *((id_, "footer", f"{name}.xml") for name, id_, _ in feet)]
        for number, data in enumerate(self._pictures, 1):
            package.write(f"word/media/image{number}.png", data)
            targets.append((f"rIdP{number}", "image", f"media/image{number}.png"))
        package.write("word/_rels/document.xml.rels", relations(targets))
        package.properties(document, subject=document.head.subject, note=f"[{document.code}]")
        return package.finish()

    def _heads(self) -> None:
        mark = _trial() if self._document.trial else ""
        for name, number in (("header1", parts.field("PAGE", layout.SIZE_PAGE_NUMBER)), ("header2", "")):
            head = parts.paragraph(styles.HEADER, number + mark)
            self._zip.write(f"word/{name}.xml", f"{DECLARATION}<w:hdr {parts.NAMESPACES}>{head}</w:hdr>")


def _wrapped(body: Iterable[str]) -> Iterator[str]:
    yield f"<w:document {parts.NAMESPACES}><w:body>"
    yield from body
    yield "</w:body></w:document>"


def _trial() -> str:
    return parts.watermark(TRIAL, layout.TRIAL_COLOUR)


def _apart(document: Document) -> bool:
    return document.annexes_apart and bool(document.annexes)


def _feet(document: Document) -> Iterator[tuple[str, str, str]]:
    """Name, id and content of each foot: the document's, and one for each annex that counts its own pages.

    Each is there twice: for the first page of its section and for the others.
    """
    whole = [""]
    if _apart(document):
        whole += [annex.number for annex in document.annexes]
    for place, where in enumerate(whole):
        foot = _foot(document, where)
        for turn in ("", "first"):
            yield f"footer{place + 1}{turn}", f"rIdF{place + 1}{turn}", foot


def _foot(document: Document, where: str) -> str:
    """Code, page of pages, and the code as a picture.

    Pages of an annex that counts its own cannot be counted through the whole file by a word processor.
    """
    note = parts.paragraph(
        styles.FOOTER,
        parts.run(TRIAL_NOTE, _FOOT_SIZE, bold=True) if document.trial else "",
        parts.Shape(align="center"),
    )
    if not document.code:
        return note
    side = pdf_foot.QR_SIDE * _MM
    down = (layout.BOTTOM - pdf_foot.QR_BOTTOM - pdf_foot.QR_SIDE) * _MM
    told = f"Mã QR của bản in {document.code}"
    symbol = parts.floating(_QR_NUMBER, "rIdCode", side, told, left=pdf_foot.QR_LEFT * _MM, down=down)
    edge = layout.text_width(landscape=bool(where)) * _MM
    text = (
        parts.run(f"{pdf_foot.CODE_LABEL} ", _FOOT_SIZE)
        + parts.run(document.code, _FOOT_SIZE, bold=True)
        + "<w:r><w:tab/></w:r>"
        + (parts.run(f"{where}, trang ") if where else parts.run("trang "))
        + parts.field("PAGE")
        + (parts.run(" (cả văn bản ") if where else parts.run("/"))
        + parts.field("NUMPAGES")
        + (parts.run(" trang)") if where else "")
    )
    return note + parts.paragraph(styles.FOOTER, symbol + text, parts.Shape(tab_to=edge))


def qr_png(code: str) -> bytes:
    """The QR code of a paper code, without a page: an editable file cannot know its pages."""
    out = BytesIO()
    symbol = segno.make_qr(code.replace("-", ""), error="m", boost_error=False)
    symbol.save(out, kind="png", scale=10, border=0)
    return out.getvalue()


def section(document: Document, place: int) -> str:
    """The properties of a section: 0 is the text itself, then the annexes, on landscape paper."""
    wide, high = (styles.twips(one) for one in layout.A4)
    size = f'w:w="{high}" w:h="{wide}" w:orient="landscape"' if place else f'w:w="{wide}" w:h="{high}"'
    top, bottom, left, right = (
        styles.twips(one) for one in (layout.TOP, layout.BOTTOM, layout.LEFT, layout.RIGHT)
    )
    apart = _apart(document)
    foot = f"rIdF{place + 1}" if apart else "rIdF1"
    references = (
        '<w:headerReference w:type="default" r:id="rId3"/><w:headerReference w:type="first" r:id="rId4"/>'
        f'<w:footerReference w:type="default" r:id="{foot}"/>'
        f'<w:footerReference w:type="first" r:id="{foot}first"/>'
    )
    numbered = '<w:pgNumType w:start="1"/>' if place and apart else ""
    return (
        f'<w:sectPr>{references if apart or not place else ""}<w:type w:val="nextPage"/><w:pgSz {size}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" '
        f'w:header="{styles.twips(HEADER_DOWN)}" w:footer="{styles.twips(_FOOT_UP)}" w:gutter="0"/>'
        f"{numbered}{'<w:titlePg/>' if apart or not place else ''}</w:sectPr>"
    )
