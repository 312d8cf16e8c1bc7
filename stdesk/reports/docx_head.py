"""What stands above and below the text of the DOCX: names, number, date, title, marks, signatures."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm

from stdesk.reports import docx_styles as styles
from stdesk.reports import layout
from stdesk.reports.document import (
    ADDRESS,
    COUNTRY,
    MOTTO,
    RECIPIENTS,
    Document,
    Head,
    Signature,
    addressees,
    letter_subject,
)
from stdesk.reports.docx_parts import BOX_ROOM, Shape, paragraph, run, side_by_side
from stdesk.reports.type_setting import face

_SINGLE = 1.15  # of the size: a single line of this typeface, between the lines of one name
_RULE_LINE = 2  # points: the paragraph that carries a rule
_LEFT_SHARE = 0.45  # of the width: the recipients
_SLACK = 2  # points: the word processor may count a little differently


def head(document: Document) -> Iterator[str]:
    """Boxes 1 to 5, 10 and 11: both columns of names with their rules, title or "V/v", marks, addressees."""
    wide = layout.text_width(landscape=False) * mm
    left = wide * layout.HEAD_LEFT_SHARE
    right = wide - left
    of = document.head
    yield side_by_side(
        ((_names(of, left), _country(right)), (_number(document, left), _place(of))), (left, right)
    )
    if of.type_name:
        yield _line(of.type_name, layout.SIZE_TYPE, bold=True, before=14)
        yield from _title(of.subject, wide)
    else:
        yield paragraph("Normal", "", Shape(line=14))
    yield from _address(of, wide)


def _line(
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float | None = None,
    side: float | None = None,
    leading: float = layout.LEADING,
) -> str:
    """A centred paragraph of one size, ``side`` points narrower on either side."""
    shape = Shape(line=size * leading, before=before, left=side, right=side)
    return paragraph(styles.CENTRED, run(text, size, bold=bold, italic=italic), shape)


def _evenly(text: str, style: str, size: float, width: float, aside: float = 0) -> tuple[float | None, float]:
    """How much narrower a centred text has to be for lines of about equal length; width of its last line."""
    lines = face(style).balanced(text, size, width)
    if len(lines) == 1:
        return None, lines[-1].width
    longest = max(line.width for line in lines)
    return aside + max((width - longest) / 2 - size * 0.4, 0), lines[-1].width


def _rule(length: float, width: float, before: float, after: float = 0) -> str:
    """A rule ``length`` points long in the middle of ``width`` points."""
    side = max((width - length) / 2, 0)
    shape = Shape(rule=True, before=before, after=after, line=_RULE_LINE, left=side, right=side)
    return paragraph(styles.CENTRED, "", shape)


def _names(of: Head, width: float) -> str:
    size = layout.SIZE_BODY_NAME
    narrow = width - 2 * mm
    above, _ = _evenly(of.superior, "regular", size, narrow)
    side, last = _evenly(of.issuer, "bold", size, narrow)
    return (
        _line(of.superior, size, side=above, leading=_SINGLE)
        + _line(of.issuer, size, bold=True, side=side, leading=_SINGLE)
        + _rule(last * layout.RULE_SHARE, width, 4)
    )


def _country(width: float) -> str:
    return (
        _line(COUNTRY, layout.SIZE_COUNTRY, bold=True, leading=_SINGLE)
        + _line(MOTTO, layout.SIZE_MOTTO, bold=True, leading=_SINGLE)
        + _rule(face("bold").width(MOTTO, layout.SIZE_MOTTO), width, 4)
    )


def _number(document: Document, width: float) -> str:
    """Number and symbol, below them what an official letter is about, and the stamped marks in frames."""
    of = document.head
    made = _line(f"Số: {of.number}", layout.SIZE_NUMBER, before=10)
    if not of.type_name:
        size, subject = layout.SIZE_LETTER_SUBJECT, letter_subject(of.subject)
        side, _ = _evenly(subject, "regular", size, width - 2 * mm)
        made += _line(subject, size, before=6, side=side)
    for place, mark in enumerate(document.marks.all):
        # Framed paragraphs alike would grow together without something between them.
        apart = 9.0 if place == 0 else layout.STAMP_APART * mm
        made += paragraph("Normal", "", Shape(line=apart)) + _stamp(mark, width)
    return made


def _stamp(mark: str, width: float) -> str:
    size, high = layout.SIZE_STAMP, layout.STAMP_HEIGHT * mm
    colour = layout.STAMP_COLOUR if mark in layout.STAMP_WIDTHS else "000000"
    wide = layout.STAMP_WIDTHS.get(mark, layout.STAMP_WIDE) * mm
    side = max((width - wide) / 2 + BOX_ROOM, 0)
    shape = Shape(box=colour, line=high - 2 * BOX_ROOM, left=side, right=side)
    return paragraph(styles.CENTRED, run(mark, size, bold=True, colour=colour), shape)


def _place(of: Head) -> str:
    return _line(of.place_date, layout.SIZE_PLACE, italic=True, before=10)


def _title(subject: str, width: float) -> Iterator[str]:
    if not subject:
        yield paragraph("Normal", "", Shape(line=8))
        return
    aside = 8 * mm
    side, last = _evenly(subject, "bold", layout.SIZE_TYPE, width - 2 * aside, aside)
    yield _line(subject, layout.SIZE_TYPE, bold=True, side=side)
    yield _rule(last * layout.RULE_SHARE, width, 5, after=8)


def _address(of: Head, width: float) -> Iterator[str]:
    """Kính gửi: one addressee on its line; several below it, their dashes under the colon."""
    if not of.address_to:
        return
    size, cut = layout.SIZE_TEXT, face()
    alone = len(of.address_to) == 1
    hang = cut.width(f"{ADDRESS} " if alone else ADDRESS[:-1], size)
    dash = "" if alone else "- "
    inner = hang + cut.width(dash, size)
    shown = of.address_to if alone else addressees(of)
    room = width - inner - (0 if alone else layout.INDENT * mm)
    widest = inner + max(line.width for one in shown for line in cut.balanced(one, size, room))
    left = max(width - widest, 0) / 2
    right = max(left - _SLACK, 0)
    if alone:
        shape = Shape(align="left", left=left + hang, first=-hang, right=right, after=8)
        yield paragraph(styles.CENTRED, run(f"{ADDRESS} {shown[0]}"), shape)
        return
    yield paragraph(styles.CENTRED, run(ADDRESS), Shape(align="left", left=left, keep=True))
    for place, one in enumerate(shown, 1):
        after = 8.0 if place == len(shown) else None
        shape = Shape(align="left", left=left + inner, first=hang - inner, right=right, after=after)
        yield paragraph(styles.CENTRED, run(f"{dash}{one}"), shape)


def ending(document: Document) -> Iterator[str]:
    """Who gets it on the left, who signs on the right; several who sign stand side by side above that."""
    wide = layout.text_width(landscape=False) * mm
    signed = [_signature(one) for one in document.signatures]
    yield paragraph("Normal", "", Shape(keep=True, line=12))
    if len(signed) == 1:
        left = wide * _LEFT_SHARE
        beside = _recipients(
            document, layout.SIZE_SIGNATURE * layout.LEADING - layout.SIZE_RECIPIENTS_HEAD * 1.25
        )
        yield side_by_side(((beside, signed[0]),), (left, wide - left))
        return
    yield side_by_side((signed,), (wide / len(signed),) * len(signed))
    if document.recipients or document.drafted:
        yield _recipients(document, 10)


def _recipients(document: Document, above: float) -> str:
    made = ""
    if document.recipients:
        named = run(RECIPIENTS, layout.SIZE_RECIPIENTS_HEAD, bold=True, italic=True)
        made = paragraph(styles.RECIPIENTS, named, Shape(before=max(above, 0), keep=True))
        made += "".join(paragraph(styles.RECIPIENTS, run(line)) for line in document.recipients)
    if document.drafted:
        made += paragraph(styles.RECIPIENTS, run(document.drafted, layout.SIZE_DRAFTER), Shape(before=4))
    return made or paragraph(styles.RECIPIENTS, "")


def _signature(one: Signature) -> str:
    lines = "".join(paragraph(styles.SIGNER, run(line), Shape(keep=True)) for line in one.lines)
    return lines + paragraph(styles.SIGNER, run(one.name), Shape(before=layout.SIGNATURE_ROOM * mm))
