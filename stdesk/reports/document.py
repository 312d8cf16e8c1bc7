"""A paper of the unit, whatever it is drawn with: PDF, DOCX and XLSX show this and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from stdesk.domain.kinds import Kinds
from stdesk.reports import words
from stdesk.reports.annexes import Annex, Table, build_annexes
from stdesk.reports.charts import Chart
from stdesk.reports.forms import Form, read_form
from stdesk.reports.paper_code import code_of
from stdesk.reports.paper_head import (
    Head,
    Marks,
    Signature,
    closed,
    copies_of,
    head_of,
    marks_of,
    on_paper,
    recipients_of,
    signature_of,
    symbol,
)
from stdesk.reports.snapshot import Snapshot
from stdesk.text import clean

__all__ = [
    "Annex",
    "Block",
    "Document",
    "Head",
    "Marks",
    "Paragraph",
    "Signature",
    "addressees",
    "build_document",
    "letter_subject",
    "symbol",
    "with_end_mark",
]

TRIAL = "THỬ"
TRIAL_NOTE = "BẢN THỬ - KHÔNG CÓ GIÁ TRỊ BÁO CÁO"
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS = "Nơi nhận:"
ADDRESS = "Kính gửi:"
END_MARK = "./."


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        style: ``body``, ``heading1`` ("I. …"), ``heading2`` ("1. …") or ``heading3`` ("a) …").
        open_end: a person has to go on; dots to the end of the line and over one line more.
    """

    style: str
    text: str
    open_end: bool = False


Block: TypeAlias = Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper.

    Attributes:
        kind: ``report`` (of any period), ``letter`` that goes with it, ``note`` of handing over.
        basis: legal bases, each with its closing mark.
        recipients: the lines under "Nơi nhận", each with its dash and closing mark.
        signatures: one, or two side by side.
        title: for the file's properties.
        author: the unit.
        created: when the report was frozen, UTC.
        trial: every page says that it is a trial.
        code: of the snapshot (:mod:`stdesk.reports.paper_code`), so that paper and file can be matched.
        drafter: initials of who wrote it; "" for none.
        copies: how many are issued; "" for unsaid.
        annexes_apart: every annex counts its own pages, as the decree has it.
    """

    kind: Literal["report", "letter", "note"]
    head: Head
    basis: tuple[str, ...]
    body: tuple[Block, ...]
    recipients: tuple[str, ...]
    signatures: tuple[Signature, ...]
    annexes: tuple[Annex, ...]
    title: str
    author: str
    created: datetime
    trial: bool
    code: str
    marks: Marks = field(default_factory=Marks)
    drafter: str = ""
    copies: str = ""
    annexes_apart: bool = True

    @property
    def signature(self) -> Signature:
        """The first signature: the only one of a report and a letter."""
        return self.signatures[0]

    @property
    def drafted(self) -> str:
        """Box 12, the drafter's initials and the number of copies: "NVA (15)"."""
        number = f"({self.copies})" if self.copies else ""
        return " ".join(one for one in (self.drafter, number) if one)

    @property
    def subject(self) -> str:
        """What it is about, for the file's properties, with the code of the snapshot."""
        return f"{self.head.subject} [{self.code}]"

    @property
    def tables(self) -> Iterator[Table]:
        """Every table in it, in order."""
        for block in (*self.body, *(one for annex in self.annexes for one in annex.blocks)):
            if isinstance(block, Table):
                yield block

    @property
    def row_count(self) -> int:
        """Rows of all its tables: the measure of how long it takes to draw."""
        return sum(len(table.rows) for table in self.tables)


def build_document(snapshot: Snapshot, kinds: Kinds, *, annexes: bool = True) -> Document:
    """The report, plan or review that ``snapshot`` describes, in the form of its own year.

    Args:
        annexes: ``False`` leaves them out, which is far quicker when only the text is wanted.
    """
    form = read_form(snapshot.form)
    settings = on_paper(snapshot)
    basis_day = str(form.data.get("basis_day", "end"))
    head = head_of(
        snapshot,
        type_name=form.text("type_name"),
        type_code=form.text("type_code"),
        subject=form.text("subject").replace("{period}", snapshot.period["label"]),
        address_to=form.texts("address_to"),
    )
    return Document(
        kind="report",
        head=head,
        basis=closed(form.basis(date.fromisoformat(snapshot.period[basis_day])), last="."),
        body=with_end_mark([part for one in snapshot.narrative for part in _paragraphs(one)]),
        recipients=recipients_of(settings, form.texts("recipients")),
        signatures=(signature_of(settings),),
        annexes=build_annexes(snapshot, kinds, form, _annex_note(form, head, settings)) if annexes else (),
        title=form.text("title").replace("{period}", snapshot.period["label"]),
        author=clean(settings.get("unit_name", "")) or "…",
        created=snapshot.moment,
        trial=snapshot.trial,
        code=code_of(snapshot.sha512),
        marks=marks_of(settings),
        drafter=clean(settings.get("drafter", "")).upper(),
        copies=copies_of(settings),
        annexes_apart=form.data.get("annex_pages", "apart") == "apart",
    )


def _paragraphs(one: Mapping[str, Any]) -> Iterator[Paragraph]:
    """A paragraph of the narrative; where a person pressed Enter a new one begins."""
    text, blank = str(one["text"]), bool(one.get("blank"))
    if blank:
        text = text.removesuffix(words.OPEN_END).rstrip()
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    for place, line in enumerate(lines, 1):
        yield Paragraph(one["style"], line, open_end=blank and place == len(lines))


def with_end_mark(body: Sequence[Block]) -> tuple[Block, ...]:
    """``body`` with "./." after its last sentence, there once and nowhere else."""
    told: list[Block] = [_without_end_mark(one) if isinstance(one, Paragraph) else one for one in body]
    last = told[-1] if told else None
    if isinstance(last, Paragraph) and not last.open_end:
        told[-1] = replace(last, text=f"{last.text.rstrip(' ./;,')}{END_MARK}")
    return tuple(told)


def _without_end_mark(one: Paragraph) -> Paragraph:
    bare = one.text.rstrip()
    if not bare.endswith(END_MARK):
        return one
    return replace(one, text=f"{bare.rstrip(' ./')}.")


def letter_subject(subject: str) -> str:
    """What an official letter says below its number: "V/v …"."""
    return subject if subject.startswith("V/v") else f"V/v {subject}"


def addressees(head: Head) -> tuple[str, ...]:
    """Several addressees as they are listed under "Kính gửi:", without their dashes."""
    return closed(head.address_to, last=".")


def _annex_note(form: Form, head: Head, settings: Mapping[str, str]) -> str:
    dated = head.place_date.partition(", ")[2]
    issuer = clean(settings.get("unit_name", "")) or words.BLANK
    return f"({form.text('annex_note')} {head.number} {dated} của {issuer})"
