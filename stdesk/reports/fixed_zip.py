"""Office files whose bytes depend on their content only.

A ZIP carries times, an order and the maker's system in every entry, and Office files carry the
moment of saving in their properties. Both are set here to when the report was frozen.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = ("[Content_Types].xml", "_rels/.rels")  # readers look for them first
_CORE = "docProps/core.xml"
_DOS = (1980, 2107)  # the years a ZIP can write
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:description>{note}</dc:description>"
    "<dc:language>vi-VN</dc:language><cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
)


def fixed(content: bytes, *, moment: datetime, title: str, author: str, note: str) -> bytes:
    """The Office file ``content`` with its entries in a fixed order and every date set to ``moment``."""
    when = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    core = _PROPERTIES.format(title=escape(title), author=escape(author), note=escape(note), when=when)
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w") as target:
        names = sorted(set(source.namelist()), key=lambda name: (_place(name), name))
        for name in names:
            data = core.encode("utf-8") if name == _CORE else source.read(name)
            target.writestr(_entry(name, moment), data, ZIP_DEFLATED, 6)
    return out.getvalue()


def _place(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _entry(name: str, moment: datetime) -> ZipInfo:
    year = min(max(moment.year, _DOS[0]), _DOS[1])
    entry = ZipInfo(name, (year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    entry.create_system = 0
    entry.external_attr = 0
    return entry
