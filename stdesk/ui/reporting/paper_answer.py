"""What a printed page or a scan turned out to be, in words and on a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import count, ntr, tr
from stdesk.services.paper import FrozenReport, Identified, Scanned, ScannedPart
from stdesk.ui import theme
from stdesk.ui.icons import icon_label
from stdesk.ui.times import shown_time
from stdesk.ui.widgets.buttons import give_icon
from stdesk.ui.widgets.labels import label, plain

_MOST_RANGES = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """One card: its tone and picture, what it says, what belongs to it.

    Attributes:
        report: the frozen report that it is about; ``None`` when there is none.
        near: reports to try instead.
    """

    tone: str
    picture: str
    title: str
    lines: tuple[str, ...] = ()
    report: FrozenReport | None = None
    near: tuple[FrozenReport, ...] = field(default=())


class AnswerCard(QFrame):
    """Shows one :class:`Answer`."""

    def __init__(self, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        t = theme.tokens()
        self.answer = answer
        self.setProperty("place", "note")
        self.setProperty("tone", answer.tone)
        self.setAccessibleName("\n".join((answer.title, *answer.lines)))
        row = QHBoxLayout(self)
        row.setContentsMargins(t.l, t.m, t.l, t.m)
        row.setSpacing(t.m)
        row.addWidget(icon_label(answer.picture, answer.tone, 24), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(t.xs)
        column.addWidget(label(answer.title, "heading", wrap=True))
        said = label("\n".join(answer.lines), wrap=True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said.setVisible(bool(answer.lines))
        column.addWidget(said)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(t.s)
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        row.addLayout(column, 1)

    def add_button(self, text: str, picture: str) -> QPushButton:
        """A further thing to do about it."""
        button = QPushButton(plain(text), self)
        give_icon(button, picture)
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button


def name_of(report: FrozenReport) -> str:
    """A frozen report in words: what it is, of when, which submission."""
    try:
        period = str(parse_period(report.period).name)
    except UserError:  # of a later version of the program
        period = report.period
    if report.trial:
        return tr("{period}, a trial", period=period)
    return tr("{period}, submission {n}", period=period, n=str(report.submission))


def of_code(found: Identified, typed: str) -> Answer:
    """What a typed code is."""
    if found.report is not None:
        lines = [*_about(found.report, found.damage)]
        if found.page:
            lines.insert(0, tr("Page {page} of {pages}.", page=count(found.page), pages=count(found.pages)))
        tone, picture = _look(found.report, found.damage)
        return Answer(tone, picture, name_of(found.report), tuple(lines), found.report)
    if found.near:
        return Answer(
            "amber", "warning", tr("No report has this code, but one with a very similar code is here"),
            (tr("Compare letter by letter with the paper. Is it one of these?"),), near=found.near,
        )  # fmt: skip
    if not found.code:
        return Answer(
            "amber", "warning", tr("“{text}” is no such code", text=typed.strip()[:40]),
            (tr("The code stands at the foot of every page: 12 letters and digits, in three groups of four."),),
        )  # fmt: skip
    return Answer(
        "red", "x-circle", tr("This is no report of this library"),
        (
            tr("No frozen report here, trial or real, has the code {code}.", code=found.code),
            tr("It was printed from another library, or from a preview that was never frozen."),
        ),
    )  # fmt: skip


def of_scan(scanned: Scanned) -> list[Answer]:
    """What a scan holds: a card for each document in it, then what could not be read."""
    answers = [_of_part(part) for part in scanned.parts]
    if not scanned.parts:
        answers.append(
            Answer(
                "amber", "warning", tr("No page of “{name}” has a code that can be read", name=scanned.path.name),
                (
                    tr("The QR code stands at the bottom left. Scan the whole sheet, at 150 dpi or more."),
                    tr("Or type the code that is printed beside it."),
                ),
            )
        )  # fmt: skip
    elif scanned.blank:
        pages = pages_in_words(scanned.blank)
        text = tr("No code was found on these pages of the scan: {pages}.", pages=pages)
        answers.append(Answer("amber", "warning", text, (tr("Scan them again, or look at them yourself."),)))
    if scanned.seen < scanned.pages:
        text = tr("Only the first {n} pages were looked at.", n=count(scanned.seen))
        answers.append(Answer("amber", "warning", text))
    return answers


def _of_part(part: ScannedPart) -> Answer:
    at = tr("Pages of the scan: {pages}.", pages=pages_in_words(part.at))
    if part.report is None:
        return Answer(
            "red", "x-circle", tr("Pages of no report of this library"),
            (tr("They carry the code {code}.", code=part.code), at),
        )  # fmt: skip
    lines: list[str] = []
    whole = not part.missing
    if part.pages and whole:
        lines.append(ntr("Its only page is there.", "All its {n} pages are there.", part.pages))
    elif part.pages:
        lines.append(tr("{n} of {all} pages are there.", n=count(len(part.found)), all=count(part.pages)))
        lines.append(tr("Missing: {pages}.", pages=pages_in_words(part.missing)))
    if part.doubled:
        lines.append(tr("There more than once: {pages}.", pages=pages_in_words(part.doubled)))
    tone, picture = _look(part.report, part.damage)
    if not whole or part.doubled:
        tone, picture = ("red", "warning") if tone == "red" else ("amber", "warning")
    return Answer(
        tone, picture, name_of(part.report), (*lines, at, *_about(part.report, part.damage)), part.report
    )


def _about(report: FrozenReport, damage: str) -> tuple[str, ...]:
    when = shown_time(report.at)
    frozen = (
        tr("Frozen on {when} by {who}.", when=when, who=report.by)
        if report.by
        else tr("Frozen on {when}.", when=when)
    )
    whole = damage or tr("What was frozen is kept unchanged: the paper can be compared with it.")
    trial = (tr("It is a trial and must not be handed in."),) if report.trial else ()
    return (frozen, *trial, whole)


def _look(report: FrozenReport, damage: str) -> tuple[str, str]:
    if damage:
        return "red", "warning-circle"
    return ("amber", "flask") if report.trial else ("green", "seal-check")


def pages_in_words(pages: Sequence[int]) -> str:
    """``1–3, 5, 9``; a very long list ends in dots."""
    spans: list[list[int]] = []
    for page in sorted(set(pages)):
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in spans[:_MOST_RANGES]]
    return ", ".join(shown) + (", …" if len(spans) > _MOST_RANGES else "")
