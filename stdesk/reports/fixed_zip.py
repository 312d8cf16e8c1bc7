"""Office files whose bytes depend on their content only.

A ZIP carries times, an order and the maker's system in every entry, and Office files carry the
moment of saving in their properties. Both are set here to when the report was frozen. Long parts
are written as they are made, so that a list of any length takes little memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Protocol
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from stdesk.reports.office_text import safe

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CORE = "docProps/core.xml"
APP = "docProps/app.xml"
_DOS = (1980, 2107)  # the years a ZIP can write
_CHUNK = 1 << 16  # characters gathered before they are compressed
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>{author}</dc:creator>"
    "<dc:description>{note}</dc:description>"
    "<dc:language>vi-VN</dc:language><cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>STDesk</Application><Company>{company}</Company></Properties>"
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
)
_PACKAGE = "application/vnd.openxmlformats-package."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_METADATA = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


class Described(Protocol):
    """What the properties of a file tell of it; a report's document has all of it."""

    @property
    def title(self) -> str:
        """Of the document."""

    @property
    def author(self) -> str:
        """The unit."""

    @property
    def created(self) -> datetime:
        """When the report was frozen, UTC."""


class FixedZip:
    """An Office file being written: parts in the order they are given, all dates the same."""

    def __init__(self, moment: datetime) -> None:
        self._out = BytesIO()
        self._zip = ZipFile(self._out, "w", ZIP_DEFLATED)
        self._moment = moment

    def write(self, name: str, content: str | bytes) -> None:
        """A part that is at hand as a whole."""
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        self._zip.writestr(self._entry(name), data)

    def stream(self, name: str, pieces: Iterable[str]) -> None:
        """A part of XML made piece by piece."""
        with self._zip.open(self._entry(name), "w", force_zip64=False) as part:
            kept, size = [DECLARATION], 0
            for piece in pieces:
                kept.append(piece)
                size += len(piece)
                if size >= _CHUNK:
                    part.write("".join(kept).encode("utf-8"))
                    kept, size = [], 0
            part.write("".join(kept).encode("utf-8"))

    def properties(self, of: Described, *, subject: str, note: str) -> None:
        """The parts that say what the document is, who made it and when."""
        title, author, subject, note = (escape(safe(one)) for one in (of.title, of.author, subject, note))
        when = of.created.strftime("%Y-%m-%dT%H:%M:%SZ")
        core = _CORE.format(title=title, author=author, subject=subject, note=note, when=when)
        self.write(CORE, DECLARATION + core)
        self.write(APP, DECLARATION + _APP.format(company=author))

    def finish(self) -> bytes:
        """The whole file."""
        self._zip.close()
        return self._out.getvalue()

    def _entry(self, name: str) -> ZipInfo:
        moment = self._moment
        year = min(max(moment.year, _DOS[0]), _DOS[1])
        entry = ZipInfo(name, (year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
        entry.compress_type = ZIP_DEFLATED
        entry.create_system = 0
        entry.external_attr = 0
        return entry


def content_types(parts: Iterable[tuple[str, str]]) -> str:
    """``[Content_Types].xml``: ``parts`` are names and what comes after "…officedocument." of their types."""
    listed = [*((name, _OFFICE + kind) for name, kind in parts)]
    listed += [
        (CORE, f"{_PACKAGE}core-properties+xml"),
        (APP, f"{_OFFICE}extended-properties+xml"),
    ]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in listed)
    return f"{DECLARATION}{_TYPES}{overrides}</Types>"


def relations(targets: Iterable[tuple[str, str, str]]) -> str:
    """A part's relations: id, last word of the type, and target inside the file."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_METADATA if kind == "core-properties" else _RELATIONS + kind}" '
        f'Target="{target}"/>'
        for name, kind, target in targets
    )
    return (
        f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{rows}</Relationships>"
    )


def package_relations(main: str) -> str:
    """Where readers find the main part and the properties."""
    return relations(
        (
            ("rId1", "officeDocument", main),
            ("rId2", "core-properties", CORE),
            ("rId3", "extended-properties", APP),
        )
    )
