"""How states of a report look and read: each with its own word, picture and colour."""

from __future__ import annotations

from stdesk.clock import local_time
from stdesk.i18n import ntr, tr
from stdesk.services.answers import LENGTH as CODE_LENGTH
from stdesk.services.answers import CodeMeaning, Proposed, Read, Sending, state_word
from stdesk.ui.answers.looks import LOOKS
from stdesk.ui.tables.rows_model import Cell


def state_cell(state: str) -> Cell:
    """A state in a table."""
    picture, tone = LOOKS[state]
    return Cell(state_word(state), picture, tone, coloured=True)


def sending_row(one: Sending) -> tuple[object, ...]:
    """A sending in the table."""
    row = one.row
    return (
        Cell(row.name, tip=row.name),
        local_time(row.at),
        Cell(place_of(one), tip=row.place),
        result_cell(one),
    )


def place_of(one: Sending) -> str:
    """Where it was written to, as short as it still says which medium is meant."""
    row = one.row
    return f"{row.medium} ({row.place})" if row.medium and row.medium not in row.place else row.place


def extent_words(one: Sending) -> str:
    """What it carried, and whether only the centre can open it."""
    extent = tr("only what changed") if one.row.delta else tr("everything")
    if one.row.sealed:
        return tr("{extent}, sealed for the centre", extent=extent)
    return tr("{extent}, open", extent=extent)


def result_cell(one: Sending) -> Cell:
    """How the try ended and, when it was written, what the centre said of it last."""
    row = one.row
    if row.outcome == "failed":
        return Cell(tr("not written"), "x-circle", "red", row.detail, coloured=True)
    if row.outcome == "stopped":
        return Cell(tr("stopped"), "stop", "amber", row.detail, coloured=True)
    if row.trial:
        return Cell(tr("trial, never answered"), "flask", "text_soft")
    if one.answers:
        last = one.answers[-1]
        cell = state_cell(last.answer.status)
        return Cell(cell.text, cell.icon, cell.tone, answer_line(last), coloured=True)
    return state_cell("sent")


def answer_line(read: Read) -> str:
    """An answer in one line: number, state, day, how it came."""
    how = {"file": tr("by file"), "qr": tr("by QR code"), "code": tr("by telephone code")}[read.row.how]
    return tr(
        "Answer {number}: {state}, {at}, {how}",
        number=str(read.answer.number),
        state=state_word(read.answer.status).lower(),
        at=local_time(read.row.at),
        how=how,
    )


def meaning_line(meaning: CodeMeaning) -> tuple[str, str, str]:
    """What a typed code means: text, picture, tone."""
    if meaning.qr:
        return tr("The QR code of an answer. Enter takes it in."), "check", "text_soft"
    if meaning.unreadable:
        return (
            tr(
                "“{signs}” is in no code. Switch the Vietnamese typing off and type again.",
                signs=meaning.unreadable,
            ),
            "warning",
            "amber",
        )
    if meaning.wrong:
        return (
            tr("This code belongs to no package made here. Read it over again with the centre."),
            "x-circle",
            "red",
        )
    if not meaning.status:
        if not meaning.signs:
            return "", "", ""
        return tr("{n} of {all} signs", n=str(meaning.signs), all=str(CODE_LENGTH)), "", "text_soft"
    picture, tone = LOOKS[meaning.status]
    said = tr("{state}: {package}", state=state_word(meaning.status), package=meaning.package)
    return (f"{said} {tr('(taken in already)')}" if meaning.known else said), picture, tone


def left_out(count: int) -> str:
    """That something is not shown."""
    return ntr(
        "{n} thing is not shown: its record is above the library's secrecy level.",
        "{n} things are not shown: their records are above the library's secrecy level.",
        count,
    )


def proposal_row(one: Proposed) -> tuple[object, ...]:
    """A proposal in the table."""
    row = one.row
    return (
        Cell(record_name(one), tip=one.title),
        {
            "correction": one.label or row.field,
            "double": tr("Entered twice?"),
            "central_id": tr("Centre's number"),
        }[row.type],
        one.now,
        one.other if row.type == "double" else one.proposed,
        decision_cell(one),
    )


def record_name(one: Proposed) -> str:
    """Which record is meant."""
    name = tr("{kind} {number}", kind=one.kind_label, number=str(one.row.number))
    return f"{name}: {one.title}" if one.title else name


def decision_cell(one: Proposed) -> Cell:
    """What was decided, or what stands in the way."""
    if one.row.state == "accepted":
        return Cell(tr("taken over"), "check-circle", "green")
    if one.row.state == "refused":
        return Cell(tr("refused"), "prohibit", "text_soft", one.row.reason)
    if one.obstacle:
        return Cell(tr("cannot be taken over"), "warning", "amber", one.obstacle)
    return Cell(tr("waiting"), "hourglass", "text_soft")
