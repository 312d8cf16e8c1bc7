"""A centre of the tests: its key, its roster, and answers signed with it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from stdesk.package.answer import ENVELOPE, MOST_BYTES, Answer, Line, Proposal, to_body
from stdesk.package.envelope import read_envelope, seal_envelope
from stdesk.package.keys import SecretKey
from stdesk.package.roster import CentreInfo, KeyLine, Roster, seal_roster

CENTRE_KEY = SecretKey.from_seed(hashlib.sha256(b"the centre of the tests").digest())
UNIT_KEY = SecretKey.from_seed(hashlib.sha256(b"a unit of the tests").digest())
STRANGER = SecretKey.from_seed(hashlib.sha256(b"somebody else").digest())
RECORD = "01900000-0000-7000-8000-000000000001"


def identity(number: int) -> str:
    """A UUID for the tests."""
    return f"01900000-0000-7000-8000-{number:012d}"


def roster(
    *, version: int = 1, expires: str = "2027-12-31", key: SecretKey = CENTRE_KEY, **days: str
) -> Roster:
    """A roster naming one key of the centre."""
    centre = CentreInfo("Cục Viễn thông và Cơ yếu (V04)", (KeyLine(key.public.line, **days),))
    return Roster(version, "2026-01-02T00:00:00Z", expires, centre)


def roster_file(**arguments: Any) -> bytes:
    """The same as a signed file."""
    return seal_roster(roster(**arguments), arguments.get("key", CENTRE_KEY))


def answer(**changes: Any) -> Answer:
    """A whole answer."""
    made = Answer(
        answer=identity(900),
        number=1,
        previous="",
        unit="PC09",
        period="2026",
        submission=1,
        fingerprint="ab" * 64,
        status="returned",
        at="2026-11-19T02:00:00Z",
        centre="Cục Viễn thông và Cơ yếu (V04)",
        sequence=1,
        line=identity(800),
        roster=1,
        counts={"publication": 3, "research_task": 1},
        note="Sửa hai chỗ dưới đây rồi nộp lại.\nCảm ơn đơn vị.",
        by="Thiếu tá Đỗ Thị Ổn",
        lines=(
            Line(
                "publication", RECORD, 3, "issn", "publication_issn", "ISSN sai số kiểm tra: 0866-756X",
                "Xem lại trang bìa tạp chí.", "Lần trước cũng vậy.",
            ),
            Line(error="Thiếu chữ ký trên phiếu giao nhận.", advice="Gửi lại phiếu có chữ ký."),
        ),
        proposals=(
            Proposal(identity(901), "correction", "publication", RECORD, 3, "publisher", "NXB CAND", "NXB Công an"),
            Proposal(
                identity(902), "double", "publication", RECORD, 3,
                other={"unit": "PC02", "kind": "publication", "id": identity(2), "number": 7, "title": "Điều tra số"},
                text="Cùng nhan đề, cùng tác giả.",
            ),
            Proposal(identity(903), "central_id", "publication", RECORD, 3, value="TW-2026-000041"),
        ),
    )  # fmt: skip
    return replace(made, **changes)


def sealed(made: Answer, key: SecretKey = CENTRE_KEY) -> bytes:
    """The file of an answer."""
    comment = f"{made.unit} {made.period} L{made.submission:02d} {made.status} {made.number}"
    return seal_envelope(ENVELOPE, to_body(made), key, comment)


def digest(raw: bytes) -> str:
    """What the answer after this one names as the one before."""
    return hashlib.sha512(read_envelope(raw, ENVELOPE, MOST_BYTES).text).hexdigest()


def short(made: Answer, key: SecretKey = CENTRE_KEY) -> bytes:
    """The short form, for a QR code, of an answer."""
    return sealed(made.shortened(read_envelope(sealed(made, key), ENVELOPE).text), key)
