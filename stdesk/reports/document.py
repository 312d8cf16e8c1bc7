"""The report as a document, whatever it is drawn with: PDF, DOCX and XLSX show this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stdesk.domain.kinds import Kinds
from stdesk.reports import words
from stdesk.reports.annexes import Annex, build_annexes
from stdesk.reports.forms import Form, read_form
from stdesk.reports.snapshot import Snapshot
from stdesk.text import clean

__all__ = ["Annex", "Document", "Head", "Paragraph", "Signature", "build_document"]

TRIAL = "THỬ"
TRIAL_NOTE = "BẢN THỬ - KHÔNG CÓ GIÁ TRỊ BÁO CÁO"
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
SUPERIOR = "Bộ Công an"
_AUTHORITIES = ("TM.", "Q.", "KT.", "TL.", "TUQ.")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the text (Decree 30/2020, annex I, boxes 1 to 5a).

    Every text is filled, with dots where nothing is known.
    """

    superior: str
    issuer: str
    number: str
    place_date: str
    type_name: str
    subject: str
    address_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``style`` is body, heading1 or heading2.

    ``open_end``: a person has to go on; dots to the end of the line and over one line more.
    """

    style: str
    text: str
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Authority and post in capitals, room for signature and stamp, rank and name."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report.

    Attributes:
        basis: legal bases, each with its closing mark.
        recipients: the lines under "Nơi nhận", each with its dash and closing mark.
        title: for the file's properties.
        author: the unit.
        created: when the report was frozen, UTC.
        trial: every page says that it is a trial.
        reference: short code of the snapshot, so that paper and file can be matched.
    """

    head: Head
    basis: tuple[str, ...]
    body: tuple[Paragraph, ...]
    recipients: tuple[str, ...]
    signature: Signature
    annexes: tuple[Annex, ...]
    title: str
    author: str
    created: datetime
    trial: bool
    reference: str


def build_document(snapshot: Snapshot, kinds: Kinds) -> Document:
    """The document that ``snapshot`` describes, in the form of its own year."""
    form = read_form(snapshot.form)
    unit = snapshot.unit
    head = _head(snapshot, form)
    short = f"Báo cáo công tác thông tin khoa học và công nghệ {snapshot.period['label']}"
    return Document(
        head=head,
        basis=_closed(form.basis(date.fromisoformat(snapshot.period["end"])), last="."),
        body=tuple(_paragraph(one) for one in snapshot.narrative),
        recipients=_recipients(unit, form),
        signature=_signature(unit),
        annexes=build_annexes(snapshot, kinds, form, _annex_note(form, head, unit)),
        title=short,
        author=clean(unit.get("unit_name", "")) or "…",
        created=snapshot.moment,
        trial=snapshot.trial,
        reference=snapshot.sha512[:12],
    )


def _paragraph(one: Mapping[str, Any]) -> Paragraph:
    text = str(one["text"])
    if one.get("blank"):
        return Paragraph(one["style"], text.removesuffix(words.OPEN_END).rstrip(), open_end=True)
    return Paragraph(one["style"], text)


def _head(snapshot: Snapshot, form: Form) -> Head:
    unit = snapshot.unit
    issued = _day(unit.get("report_date", ""))
    return Head(
        superior=(clean(unit.get("superior_name", "")) or SUPERIOR).upper(),
        issuer=clean(unit.get("unit_name", "")).upper() or words.BLANK,
        number=symbol(unit, form.text("type_code")),
        place_date=words.place_and_date(
            clean(unit.get("place", "")), issued or snapshot.day, day_known=issued is not None
        ),
        type_name=form.text("type_name"),
        subject=form.text("subject").replace("{period}", snapshot.period["label"]),
        address_to=form.texts("address_to"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def symbol(unit: Mapping[str, str], type_code: str) -> str:
    """Number and symbol by the unit's pattern: ``……/BC-CAT-PV01``.

    The setting ``symbol`` is a pattern ("{so}/{loai}-{coquan}-{donvi}"), the part after the type
    ("CAT-PV01") or the whole of it ("BC-CAT-PV01", "123/BC-CAT-PV01"). Numbers below 10 get a
    leading zero (Decree 30/2020); what is not known is dotted, to be written by hand.
    """
    number = clean(unit.get("report_number", ""))
    number = number.zfill(2) if number.isdigit() else number or "……"
    said = clean(unit.get("symbol", ""))
    if said and "{" not in said:
        tail = said.lstrip("…./ ")
        if "/" in said and said[0].isdigit():
            return said
        return (
            f"{number}/{tail}" if tail.upper().startswith(f"{type_code}-") else f"{number}/{type_code}-{tail}"
        )
    pattern = said or "{so}/{loai}-{coquan}-{donvi}"
    values = {
        "so": number,
        "loai": type_code,
        "coquan": clean(unit.get("authority_code", "")) or "…",
        "donvi": clean(unit.get("department", "")) or "…",
    }
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def _closed(lines: tuple[str, ...], *, last: str) -> tuple[str, ...]:
    bare = [line.rstrip(" ;.") for line in lines]
    return tuple(f"{line}{';' if place < len(bare) else last}" for place, line in enumerate(bare, 1))


def _recipients(unit: Mapping[str, str], form: Form) -> tuple[str, ...]:
    own = [clean(line).lstrip("-– ") for line in unit.get("recipients", "").replace(";", "\n").split("\n")]
    department = clean(unit.get("department", ""))
    lines = [line for line in own if line] or [
        line.replace("{department}", f", {department}" if department else "")
        for line in form.texts("recipients")
    ]
    return tuple(f"- {line}" for line in _closed(tuple(lines), last="."))


def _signature(unit: Mapping[str, str]) -> Signature:
    authority = clean(unit.get("signing_authority", "")).upper()
    post = clean(unit.get("signer_post", "")).upper()
    lines = [one for one in (authority, post) if one]
    if authority in _AUTHORITIES and post:  # "KT." alone belongs before the post it stands in for
        lines = [f"{authority} {post}"]
    name = " ".join(one for one in (clean(unit.get(k, "")) for k in ("signer_rank", "signer_name")) if one)
    return Signature(tuple(lines) or ("THỦ TRƯỞNG ĐƠN VỊ",), name or words.BLANK)


def _annex_note(form: Form, head: Head, unit: Mapping[str, str]) -> str:
    dated = head.place_date.partition(", ")[2]
    issuer = clean(unit.get("unit_name", "")) or words.BLANK
    return f"({form.text('annex_note')} {head.number} {dated} của {issuer})"
