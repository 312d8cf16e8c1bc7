"""The end of the text in the PDF: who gets it on the left, who signs on the right (boxes 7, 9b and 12)."""

from __future__ import annotations

from reportlab.lib.units import mm

from stdesk.reports import layout
from stdesk.reports.document import RECIPIENTS, Document, Signature
from stdesk.reports.pdf_pages import Pages
from stdesk.reports.type_setting import face

_LEFT_SHARE = 0.45  # of the width: the recipients
_ABOVE = 12  # points between the text and the ending
_APART = 10  # between what is signed and what stands below it
_RECIPIENTS_LEADING = layout.SIZE_RECIPIENTS * layout.LEADING
_SIGNED = layout.SIZE_SIGNATURE * layout.LEADING


class Ending:
    """Measured first, so that the last lines of the text come onto the page of the signature."""

    def __init__(self, pages: Pages, document: Document) -> None:
        self._pages = pages
        self._signatures = document.signatures
        self._drafted = document.drafted
        self._beside = len(self._signatures) == 1  # the recipients stand beside the only signature
        left = pages.width * _LEFT_SHARE
        self._signing = (pages.width - left) if self._beside else pages.width / len(self._signatures) - 4 * mm
        wide = left - 4 * mm if self._beside else pages.width
        self._listed = [
            line.text
            for one in document.recipients
            for line in face().break_lines(one, layout.SIZE_RECIPIENTS, wide)
        ]
        listed, signed = self._listed_height(), max(map(self._signed_height, self._signatures))
        whole = max(listed, signed) if self._beside else signed + (_APART + listed if listed else 0)
        self.height = min(_ABOVE + whole, pages.full * 0.8)

    def draw(self) -> None:
        """Set it on the page of the pen when it fits there, else on the next one."""
        pages = self._pages
        pages.need(self.height)
        pages.y -= _ABOVE
        if self._beside:
            start = pages.y
            self._sign(self._signatures[0], pages.right - self._signing / 2)
            signed, pages.y = pages.y, start
            self._list()
            pages.y = min(signed, pages.y)
            return
        start, lowest = pages.y, pages.y
        column = pages.width / len(self._signatures)
        for place, signature in enumerate(self._signatures):
            pages.y = start
            self._sign(signature, pages.left + column * (place + 0.5))
            lowest = min(lowest, pages.y)
        pages.y = lowest - _APART
        self._list()

    def _listed_height(self) -> float:
        lines = (layout.SIZE_RECIPIENTS_HEAD * layout.LEADING) if self._listed else 0.0
        lines += len(self._listed) * _RECIPIENTS_LEADING
        return lines + (_RECIPIENTS_LEADING + 4 if self._drafted else 0)

    def _signed_height(self, one: Signature) -> float:
        bold, size = face("bold"), layout.SIZE_SIGNATURE
        count = sum(len(bold.balanced(line, size, self._signing)) for line in (*one.lines, one.name))
        return count * _SIGNED + layout.SIGNATURE_ROOM * mm

    def _sign(self, one: Signature, centre: float) -> None:
        pages, size = self._pages, layout.SIZE_SIGNATURE
        down = 0.0
        for text in one.lines:
            style = "italic" if text.startswith("(") else "bold"  # what is asked for: "(Ký, ghi rõ họ tên)"
            down = pages.centred(text, style, size, centre, self._signing, down)
        down += layout.SIGNATURE_ROOM * mm
        pages.y -= pages.centred(one.name, "bold", size, centre, self._signing, down)

    def _list(self) -> None:
        """Nơi nhận on the line of the authority, its list, then the drafter; goes over pages when it must."""
        pages = self._pages
        if self._listed:
            pages.y -= layout.SIZE_SIGNATURE * layout.LEADING
            with pages.tag("P"):
                pages.line(RECIPIENTS, "bold_italic", layout.SIZE_RECIPIENTS_HEAD, pages.left, pages.y)
            with pages.tag("P"):
                for text in self._listed:
                    pages.need(_RECIPIENTS_LEADING)
                    pages.y -= _RECIPIENTS_LEADING
                    pages.line(text, "regular", layout.SIZE_RECIPIENTS, pages.left, pages.y)
        if self._drafted:
            pages.need(_RECIPIENTS_LEADING + 4)
            pages.y -= _RECIPIENTS_LEADING + 4
            shown = face().printable(self._drafted)
            with pages.tag("P"):
                pages.line(shown, "regular", layout.SIZE_DRAFTER, pages.left, pages.y)
