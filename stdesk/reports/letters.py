"""The letter that goes with a report (công văn), and the note of handing it over (phiếu giao nhận).

Both are made from the frozen report alone, and from what is known of the package that travels with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stdesk import resources
from stdesk.domain.kinds import Kinds
from stdesk.errors import Exit, UserError
from stdesk.reports import words
from stdesk.reports.blocks import Column, Table
from stdesk.reports.document import Block, Document, Paragraph, build_document, with_end_mark
from stdesk.reports.forms import filled
from stdesk.reports.paper_head import (
    Signature,
    copies_of,
    head_of,
    marks_of,
    on_paper,
    recipients_of,
    signature_of,
)
from stdesk.reports.snapshot import Snapshot
from stdesk.text import clean

LETTER, NOTE = "covering-letter", "delivery-note"
MOST_FILES = 40
"""Files of a package named one by one; a sheet of paper is no manifest."""

_GROUP = 8  # letters of a check code read at one go
_UNITS = ("byte", "KB", "MB", "GB", "TB")
_ATTACHMENTS = "data/files/"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file in the package: its name there, size in bytes, SHA-512 in hexadecimal."""

    name: str
    size: int
    sha512: str


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What is known of a package that was written.

    Attributes:
        name: of its file.
        size: in bytes.
        sha512: of the file, hexadecimal; "" when it was not worked out.
        files: what lies in it.
        sealed: whether it is encrypted.
        fingerprint: of the key it is signed with; "" for none.
        parts: its files when there are several, because the medium takes no larger ones.
    """

    name: str
    size: int
    sha512: str
    files: tuple[FileFacts, ...] = ()
    sealed: bool = False
    fingerprint: str = ""
    parts: tuple[FileFacts, ...] = ()


def build_letter(
    snapshot: Snapshot,
    kinds: Kinds,
    package: PackageFacts | None = None,
    pages: Mapping[str, int] | None = None,
) -> Document:
    """The official letter that goes with the report of ``snapshot``.

    Args:
        package: that is sent with it, when it is written already.
        pages: key of an annex, or "report" -> its number of pages, when they are known.
    """
    form = _form(LETTER, snapshot)
    report = build_document(snapshot, kinds)
    settings = on_paper(snapshot)
    said = _said(snapshot, report, settings)
    head = head_of(
        snapshot,
        type_name="",
        type_code="",
        subject=_filled(form["subject"], said),
        address_to=form["address_to"],
        number=settings.get("letter_number", ""),
    )
    said["to"] = head.address_to[0] if len(head.address_to) == 1 else "quý cơ quan"
    body = list(_letter_body(form, said, _sent(form, said, report, package, pages or {}), snapshot))
    return Document(
        kind="letter",
        head=head,
        basis=(),
        body=with_end_mark([Paragraph("body", text) for text in body]),
        recipients=recipients_of(settings, form["recipients"]),
        signatures=(signature_of(settings),),
        annexes=(),
        title=_filled(form["title"], said),
        author=report.author,
        created=report.created,
        trial=report.trial,
        code=report.code,
        marks=marks_of(settings),
        drafter=report.drafter,
        copies=copies_of(settings),
    )


def build_note(snapshot: Snapshot, kinds: Kinds, package: PackageFacts | None = None) -> Document:
    """The note both sides sign when the report of ``snapshot`` and its data change hands."""
    form = _form(NOTE, snapshot)
    report = build_document(snapshot, kinds)
    settings = on_paper(snapshot)
    said = _said(snapshot, report, settings)
    head = head_of(
        snapshot,
        type_name=form["type_name"],
        type_code=form["type_code"],
        subject=_filled(form["subject"], said),
        address_to=(),
        number="",
    )
    said["date"] = head.place_date.partition(", ")[2]
    said["receiver"] = form["receiver"]
    return Document(
        kind="note",
        head=replace(head, address_to=()),
        basis=(),
        body=tuple(_note_body(form, said, snapshot, kinds, report, package)),
        recipients=(),
        signatures=tuple(Signature((side, form["sign"]), words.BLANK) for side in form["sides"]),
        annexes=(),
        title=_filled(form["title"], said),
        author=report.author,
        created=report.created,
        trial=report.trial,
        code=report.code,
        marks=marks_of(settings),
    )


def receiver_of(snapshot: Snapshot) -> str:
    """To whom papers and data are handed, as the form of its time has it."""
    return str(_form(NOTE, snapshot)["receiver"])


def _form(letter: str, snapshot: Snapshot) -> Mapping[str, Any]:
    """The words of ``letter`` in force at the period's end; the oldest for days before the first."""
    files = sorted(resources.path("letters").glob(f"{letter}-*.toml"))
    found = [resources.read_toml("letters", file.name) for file in files]
    if not found:
        raise UserError("report_form_missing", Exit.ENVIRONMENT, form=letter)
    on = date.fromisoformat(snapshot.period["end"])
    found.sort(key=lambda form: form["valid_from"])
    before = [form for form in found if form["valid_from"] <= on]
    return (before or found[:1])[-1]


def _said(snapshot: Snapshot, report: Document, settings: Mapping[str, str]) -> dict[str, str]:
    """What the sentences speak of."""
    kind = report.head.type_name
    return {
        "document": kind.lower(),
        "type": _capital(kind.lower()),
        "number": report.head.number,
        "subject": _lowered(report.head.subject),
        "period": clean(snapshot.period["label"]),
        "unit": clean(settings.get("unit_name", "")) or words.BLANK,
        "place": clean(settings.get("place", "")) or words.BLANK[:8],
        "medium": clean(settings.get("medium", "")),
        "submission": words.number(snapshot.submission),
        "reason": clean(snapshot.reopened).rstrip(" ."),
    }


def _filled(sentence: str, said: Mapping[str, str]) -> str:
    return filled(sentence, lambda name: said.get(name, words.OPEN_END))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(subject: str) -> str:
    """A subject as it goes on in a sentence: "kết quả thực hiện …"; abbreviations stay."""
    return subject if subject[:2].isupper() else subject[:1].lower() + subject[1:]


def _sent(
    form: Mapping[str, Any],
    said: Mapping[str, str],
    report: Document,
    package: PackageFacts | None,
    pages: Mapping[str, int],
) -> Iterator[str]:
    """What is sent, one thing a sentence."""
    yield _filled(form["report"], said) + _counted(pages.get("report"))
    if report.annexes:
        listed = "; ".join(
            f"{annex.number} - {annex.title[:1]}{annex.title[1:].lower()}{_counted(pages.get(annex.key))}"
            for annex in report.annexes
        )
        yield _filled(form["annexes"], {**said, "annexes": listed}).rstrip(".")
    medium = said["medium"] or form["missing_medium"]
    if package:
        told = {**said, "package": clean(package.name), "size": size_of(package.size), "medium": medium}
        yield _filled(form["package"], told).rstrip(".")
    else:
        yield _filled(form["medium"], {**said, "medium": medium}).rstrip(".")


def _counted(pages: int | None) -> str:
    return f" ({words.number(pages)} trang)" if pages else ""


def _letter_body(
    form: Mapping[str, Any], said: Mapping[str, str], sent: Iterator[str], snapshot: Snapshot
) -> Iterator[str]:
    yield _filled(form["opening"], said)
    things = list(sent)
    for place, one in enumerate(things, 1):
        yield f"{place}. {one}{'.' if place == len(things) else ';'}"
    if snapshot.submission > 1:
        sentence = form["correction" if said["reason"] else "correction_plain"]
        before = {**said, "submission": words.number(snapshot.submission - 1)}
        yield _capital(_filled(sentence, before))
    yield _filled(form["answer"], said)
    yield _filled(form["closing"], said)


def _note_body(
    form: Mapping[str, Any],
    said: Mapping[str, str],
    snapshot: Snapshot,
    kinds: Kinds,
    report: Document,
    package: PackageFacts | None,
) -> Iterator[Block]:
    yield Paragraph("body", _filled(form["today"], said))
    for side in ("giving", "receiving"):
        yield Paragraph("heading1", _filled(form[side], said))
        yield Paragraph("body", form["person"])
    yield Paragraph("body", form["handed"])
    yield _papers(form, said, report)
    yield _data(form, said, snapshot, package)
    yield _counts(form, snapshot, kinds)
    if package and package.files:
        yield _files(form, package)
    yield Paragraph("body", form["condition"].rstrip(), open_end=True)
    closing = [Paragraph("body", _filled(form["closing"], {"copies": form["copies"]}))]
    yield from with_end_mark(closing)


def _papers(form: Mapping[str, Any], said: Mapping[str, str], report: Document) -> Table:
    columns = (
        Column("TT", 0.8, "center"),
        Column("Tên văn bản, tài liệu", 9),
        Column("Số bản", 1.2, "center"),
        Column("Số trang", 1.2, "center"),
        Column("Ghi chú", 2.4),
    )
    number = said["number"]
    listed = [(f"{said['type']} số {number} {said['subject']}", f"Mã bản in {report.code}")]
    listed += [(f"{annex.number}. {annex.title}", "") for annex in report.annexes]
    listed.append((f"Công văn gửi kèm {said['document']}", ""))
    rows = tuple((place, name, "", "", note) for place, (name, note) in enumerate(listed, 1))
    return Table(form["papers"], columns, rows)


def _data(
    form: Mapping[str, Any], said: Mapping[str, str], snapshot: Snapshot, package: PackageFacts | None
) -> Table:
    columns = (Column("Nội dung", 4), Column("Thông tin", 11))
    blank = words.BLANK
    rows = [("Vật mang tin (loại, số đăng ký)", said["medium"] or blank)]
    if package and len(package.parts) > 1:
        rows.append(("Gói dữ liệu", f"{clean(package.name)}, {len(package.parts)} tệp"))
        rows.append(("Dung lượng", size_of(package.size)))
        for one in package.parts:
            rows.append((clean(one.name), f"{size_of(one.size)}; mã kiểm tra SHA-512: {grouped(one.sha512)}"))
    else:
        rows += [
            ("Tên tệp gói dữ liệu", clean(package.name) if package else blank),
            ("Dung lượng", size_of(package.size) if package else blank),
            ("Mã kiểm tra SHA-512", grouped(package.sha512) if package and package.sha512 else blank),
        ]
    if package:
        rows.append(("Mã hóa", "Có" if package.sealed else "Không"))
    if package and package.fingerprint:
        rows.append(("Chìa khóa ký của đơn vị", clean(package.fingerprint)))
    rows.append(("Lần nộp", said["submission"]))
    rows.append(("Thời điểm chốt báo cáo", words.day(snapshot.day)))
    return Table(form["data"], columns, tuple(rows))


def _counts(form: Mapping[str, Any], snapshot: Snapshot, kinds: Kinds) -> Table:
    columns = (Column("TT", 0.8, "center"), Column("Loại hồ sơ", 10), Column("Số hồ sơ", 3, "right"))
    names = {kind.name: kind.label.vi for kind in kinds}
    order = [*names, *sorted(kind for kind in snapshot.records if kind not in names)]
    listed = [
        (names.get(kind, kind), len(snapshot.records[kind])) for kind in order if snapshot.records.get(kind)
    ]
    rows = [(place, name, count) for place, (name, count) in enumerate(listed, 1)]
    whole = ("", "Tổng số", sum(count for _, count in listed))
    return Table(form["counts"], columns, (*rows, whole), total=True)


def _files(form: Mapping[str, Any], package: PackageFacts) -> Table:
    """The files of the package; attachments are summed up, their check codes stand in the manifest."""
    columns = (
        Column("TT", 0.8, "center"),
        Column("Tên tệp", 4.5),
        Column("Dung lượng (byte)", 2, "right"),
        Column("Mã kiểm tra SHA-512", 8),
    )
    own = [one for one in package.files if not one.name.startswith(_ATTACHMENTS)]
    named, rest = own[:MOST_FILES], own[MOST_FILES:]
    rest += [one for one in package.files if one.name.startswith(_ATTACHMENTS)]
    rows: list[tuple[words.Cell, ...]] = [
        (place, clean(one.name), one.size, grouped(one.sha512)) for place, one in enumerate(named, 1)
    ]
    if rest:
        told = f"{words.number(len(rest))} tệp khác, tệp đính kèm"
        rows.append((len(rows) + 1, told, sum(one.size for one in rest), "Ghi trong manifest-sha512.txt"))
    return Table(form["files"], columns, tuple(rows))


def grouped(code: str) -> str:
    """A check code in groups that can be read aloud and that break between lines."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def size_of(size: int) -> str:
    """A size in words: ``1.234.567 byte (1,18 MB)``."""
    exact = f"{words.number(size)} byte"
    value, unit = float(size), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{exact} ({words.number(round(value, 2))} {_UNITS[unit]})" if unit else exact
