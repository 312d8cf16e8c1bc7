"""The finished PDF as a file for the archive: PDF/A-2 level b (ISO 19005-2), tagged, the same bytes every time.

The library that draws the pages writes neither metadata nor tags, and ends its streams as PDF/A forbids. So its
objects are taken and written here, the many small ones of the structure packed together.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate, count
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

from stdesk import resources
from stdesk.reports.pdf_tags import Tags, structure, text_string

PROFILE = "sRGB-v2.icc"
_CREATOR = "STDesk"
_PRODUCER = "STDesk (ReportLab)"
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_STREAM_END = b"endstream\n"
_PACKED = 1000  # objects in one packed stream
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff￾￿]")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
<xmpMM:DocumentID>uuid:{identity}</xmpMM:DocumentID>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself.

    Attributes:
        created: UTC. identity: what tells this file from others (the snapshot's code, the sort of document).
    """

    title: str
    author: str
    subject: str
    created: datetime
    identity: str
    language: str = "vi-VN"

    @property
    def file_id(self) -> str:
        """Of the file, 32 hexadecimal digits."""
        said = "\0".join((self.identity, self.title, self.subject, self.created.isoformat()))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


class _Info(pdfdoc.PDFObject):
    """The older place for the same statements as the metadata's."""

    def __init__(self, about: About) -> None:
        moment = about.created.strftime("(D:%Y%m%d%H%M%S+00'00')")
        told = {"Title": about.title, "Author": about.author, "Subject": about.subject}
        said = {name: text_string(_plain(text)) for name, text in told.items()}
        said |= {"Creator": f"({_CREATOR})", "Producer": f"({_PRODUCER.replace('(', '[').replace(')', ']')})"}
        said |= {"CreationDate": moment, "ModDate": moment}
        self._said = "".join(f"/{name} {text}" for name, text in said.items())

    def format(self, _document: Any) -> bytes:
        return f"<<{self._said}>>".encode("ascii")


def write(canvas: Any, tags: Tags, about: About) -> bytes:
    """The file of all pages of ``canvas``; the canvas cannot be used after it."""
    document: Any = canvas._doc  # noqa: SLF001 - the library has no other way to its objects
    for place, page in enumerate(document.Pages.pages):
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = place, pdfdoc.PDFName("S")
    _describe(document, about)
    bodies = _bodies(document, canvas)
    root = document.idToObjectNumberAndVersion["Structure"][0]

    def page_number(page: int) -> int:
        return int(document.idToObjectNumberAndVersion[f"Page{page + 1}"][0])

    return _File(bodies, about.file_id).write(document, root, tags, page_number)


def _describe(document: Any, about: About) -> None:
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.__Refs__ = [one for one in catalog.__Refs__ if one not in ("MarkInfo", "ViewerPreferences")]
    document.info = _Info(about)
    catalog.Metadata = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}),
        _metadata(about),
    )
    profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), _profile(), [_Deflate()])
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": "(sRGB IEC61966-2.1)",
        "Info": "(sRGB IEC61966-2.1)",
        "RegistryName": "(http://www.color.org)",
        "DestOutputProfile": document.Reference(profile),
    }
    catalog.OutputIntents = pdfdoc.PDFArray([pdfdoc.PDFDictionary(intent)])
    catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
    catalog.ViewerPreferences = pdfdoc.PDFDictionary({"DisplayDocTitle": "true"})
    catalog.StructTreeRoot = document.Reference(pdfdoc.PDFDictionary({}), "Structure")


class _Deflate:
    pdfname = "FlateDecode"

    @staticmethod
    def encode(data: bytes) -> bytes:
        return zlib.compress(data)


@cache
def _profile() -> bytes:
    return resources.path("icc", PROFILE).read_bytes()


def _plain(text: str) -> str:
    return _NOT_XML.sub(" ", text)


def _metadata(about: About) -> bytes:
    identity = about.file_id
    texts = {
        "title": about.title,
        "author": about.author,
        "subject": about.subject,
        "language": about.language,
        "creator": _CREATOR,
        "producer": _PRODUCER.replace("(", "[").replace(")", "]"),
        "moment": about.created.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "identity": "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20], identity[20:])),
    }
    return _XMP.format(**{name: escape(_plain(text)) for name, text in texts.items()}).encode("utf-8")


def _bodies(document: Any, canvas: Any) -> list[bytes]:
    """The objects of the document in the order of their numbers; making one may bring further ones."""
    for font in document.delayedFonts:
        font.addObjects(document)
    document.Reference(document.Catalog)
    document.Reference(document.info)
    document.Outlines.prepare(document, canvas)
    if document.Outlines.ready < 0:
        document.Catalog.Outlines = None
    bodies: list[bytes] = []
    while len(bodies) + 1 in document.numberToId:
        found = document.idToObject[document.numberToId[len(bodies) + 1]]
        body: bytes = pdfdoc.format(found, document, toplevel=1)
        if body.endswith(_STREAM_END):
            body = body.removesuffix(_STREAM_END) + b"\n" + _STREAM_END
        bodies.append(body.rstrip(b"\n") + b"\n")
    return bodies


class _File:
    """A file being written: numbered objects, then where each of them lies."""

    def __init__(self, bodies: list[bytes], file_id: str) -> None:
        self._bodies = bodies
        self._id = file_id
        self._parts = [_HEADER]
        self._at = len(_HEADER)
        self._places = [b"\0\0\0\0\0\xff\xff"]  # of each object: its sort, where it lies

    def write(self, document: Any, root: int, tags: Tags, page_number: Any) -> bytes:
        told = structure(tags, root, len(self._bodies) + 1, page_number)
        self._bodies[root - 1] = told[0].encode("ascii") + b"\n"
        for number, body in enumerate(self._bodies, 1):
            self._places.append(self._add(number, body))
        first = len(self._bodies) + 1
        packs = [told[start : start + _PACKED] for start in range(1, len(told), _PACKED)]
        behind = first + len(told) - 1
        inside = [place.to_bytes(2, "big") for place in range(_PACKED)]
        for order, pack in enumerate(packs):
            sort = b"\2" + (behind + order).to_bytes(4, "big")
            self._places += [sort + place for place in inside[: len(pack)]]
        for order, pack in enumerate(packs):
            self._places.append(self._pack(behind + order, first + order * _PACKED, pack))
        self._finish(document)
        return b"".join(self._parts)

    def _add(self, number: int, body: bytes) -> bytes:
        """Write an object; returns its line of the list of places."""
        place = b"\1" + self._at.to_bytes(4, "big") + b"\0\0"
        whole = b"%d 0 obj\n%sendobj\n" % (number, body)
        self._parts.append(whole)
        self._at += len(whole)
        return place

    def _pack(self, number: int, first: int, bodies: list[str]) -> bytes:
        """Small objects in one compressed stream: thousands of cells would make the file many times as large."""
        ends = accumulate((len(body) + 1 for body in bodies), initial=0)
        head = " ".join([f"{place} {at}" for place, at in zip(count(first), ends, strict=False)][:-1]) + "\n"
        packed = zlib.compress((head + "\n".join(bodies)).encode("ascii"), 4)
        said = f"<</Type/ObjStm/N {len(bodies)}/First {len(head)}/Filter/FlateDecode/Length {len(packed)}>>"
        return self._add(number, said.encode("ascii") + b"\nstream\n" + packed + b"\nendstream\n")

    def _finish(self, document: Any) -> None:
        """The list of places, itself an object."""
        start, number = self._at, len(self._places)
        place = b"\1" + start.to_bytes(4, "big") + b"\0\0"
        packed = zlib.compress(b"".join(self._places) + place)
        catalog = document.idToObjectNumberAndVersion[document.Catalog.__InternalName__][0]
        info = document.idToObjectNumberAndVersion[document.info.__InternalName__][0]
        said = (
            f"<</Type/XRef/Size {number + 1}/W[1 4 2]/Root {catalog} 0 R/Info {info} 0 R"
            f"/ID[<{self._id}><{self._id}>]/Filter/FlateDecode/Length {len(packed)}>>"
        )
        self._add(number, said.encode("ascii") + b"\nstream\n" + packed + b"\nendstream\n")
        self._parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
