"""Measures of the page by Decree 30/2020/NĐ-CP, annex I, for every format alike.

Lengths in millimetres, sizes of type in points. Where the decree gives a range, the value here
lies in it.
"""

from __future__ import annotations

A4 = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 20.0, 20.0, 30.0, 15.0

SIZE_COUNTRY = 12  # quốc hiệu, capitals, bold
SIZE_MOTTO = 13  # tiêu ngữ, bold
SIZE_BODY_NAME = 12  # superior and issuing body, capitals
SIZE_NUMBER = 13  # Số: …, ký hiệu
SIZE_PLACE = 13  # place and date, italic
SIZE_TYPE = 14  # BÁO CÁO and its subject, bold
SIZE_TEXT = 14
SIZE_RECIPIENTS_HEAD, SIZE_RECIPIENTS = 12, 11
SIZE_SIGNATURE = 14
SIZE_LETTER_SUBJECT = 12  # V/v … below the number of an official letter
SIZE_STAMP = 13
SIZE_DRAFTER = 11
SIZE_PAGE_NUMBER = 13
SIZE_TABLE, SIZE_TABLE_HEAD = 10, 10

INDENT = 10.0  # first line
SPACE_BEFORE = 6  # points between paragraphs
RULE_SHARE = 0.4  # of the line above: between a third and a half
RULE_WEIGHT = 0.75  # points
LEADING = 1.25  # of the size: between single and one and a half

HEAD_LEFT_SHARE = 0.40  # of the text width: the issuing body; the rest is the national title
SIGNATURE_ROOM = 24.0  # for signature and stamp
PAGE_NUMBER_DOWN = 13.0  # from the top edge to the number's baseline
CELL_SIDE, CELL_ABOVE = 1.2, 0.8  # inside a table's cells
TRIAL_COLOUR = "EAEAEA"

STAMP_HEIGHT = 8.0  # framed marks, boxes 10a, 10b and 11
STAMP_WIDTHS = {
    "MẬT": 20.0,
    "TỐI MẬT": 30.0,
    "TUYỆT MẬT": 40.0,
    "KHẨN": 20.0,
    "THƯỢNG KHẨN": 40.0,
    "HỎA TỐC": 30.0,
}
STAMP_WIDE = 54.0  # any other mark
STAMP_APART = 2.5
STAMP_COLOUR = "D40000"  # bright red ink for secrecy and urgency; circulation is black


def text_width(*, landscape: bool) -> float:
    """Width between the margins in millimetres."""
    return (A4[1] if landscape else A4[0]) - LEFT - RIGHT


def shares(weights: list[float], width: float) -> list[float]:
    """``width`` divided by ``weights``."""
    whole = sum(weights)
    return [width * weight / whole for weight in weights]
