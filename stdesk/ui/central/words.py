"""States, outcomes and what has to be done at the centre: each with its own word, picture and colour."""

from __future__ import annotations

from stdesk.central.model import (
    ACCEPTED,
    NOT_SENT,
    QUARANTINED,
    RECEIVED,
    RETURNED,
    VALID,
    WAITING,
    WAITS,
    PackageRow,
    RegisteredKey,
    RegisteredUnit,
    Taken,
    UnitStatus,
)
from stdesk.clock import local_time
from stdesk.domain.kinds import Kinds
from stdesk.domain.periods import parse_period
from stdesk.errors import UserError
from stdesk.i18n import count, message, ntr, tr
from stdesk.ui.tables.rows_model import Cell

# state -> picture, tone. Only "accepted" is green and has the seal; red is kept for what is overdue.
LOOKS = {
    NOT_SENT: ("circle-dashed", "text_soft"),
    WAITING: ("hourglass", "amber"),
    QUARANTINED: ("warning", "amber"),
    RECEIVED: ("tray", "amber"),
    VALID: ("shield-check", "blue"),
    ACCEPTED: ("seal-check", "green"),
    RETURNED: ("arrow-bend-down-right", "text_soft"),
}
OUTCOMES = {
    "merged": ("check", "text"),
    "again": ("clock-counter-clockwise", "text_soft"),
    "waiting": ("hourglass", "amber"),
    "part": ("hourglass", "amber"),
    "quarantined": ("warning", "amber"),
    "returned": ("arrow-bend-down-right", "amber"),
    "refused": ("x-circle", "red"),
}
ALL, SENT, LATE = "all", "sent", "late"
FILTERS = (ALL, SENT, VALID, ACCEPTED, RETURNED, WAITING, NOT_SENT, LATE)


def state_word(state: str) -> str:
    """What a state is called."""
    return {
        NOT_SENT: tr("Not sent"),
        WAITING: tr("Waits for the one before"),
        QUARANTINED: tr("Set aside"),
        RECEIVED: tr("Did not pass the check"),
        VALID: tr("Passed the check"),
        ACCEPTED: tr("Accepted"),
        RETURNED: tr("Returned"),
    }[state]


def filter_word(name: str) -> str:
    """What a filter of the units is called."""
    return {
        ALL: tr("All"),
        SENT: tr("Sent"),
        VALID: tr("Passed the check"),
        ACCEPTED: tr("Accepted"),
        RETURNED: tr("Returned"),
        WAITING: tr("Waiting"),
        NOT_SENT: tr("Not sent"),
        LATE: tr("Overdue"),
    }[name]


def state_cell(state: str) -> Cell:
    """A state in a table."""
    picture, tone = LOOKS[state]
    return Cell(state_word(state), picture, tone, coloured=True)


def outcome_word(outcome: str) -> str:
    """What became of a file."""
    said = message(f"central_outcome_{outcome}")
    return said[:1].upper() + said[1:]


def event_word(outcome: str) -> str:
    """What a line of the log is about."""
    known = {
        "registered": tr("Card registered"),
        "key": tr("Words compared"),
        "revoked": tr("Key revoked"),
        "roster": tr("Roster written"),
        "answer": tr("Answered"),
        "unit": tr("Unit changed"),
        "doubles": tr("Doubles decided"),
    }
    return known.get(outcome) or (outcome_word(outcome) if outcome in OUTCOMES else outcome)


def is_in(one: UnitStatus, name: str) -> bool:
    """Whether a unit is counted under the filter ``name``."""
    return {
        ALL: True,
        SENT: one.state in (RECEIVED, VALID, ACCEPTED, RETURNED),
        WAITING: one.state == WAITING or bool(one.missing) or bool(one.blocked),
        NOT_SENT: one.state == NOT_SENT,
        LATE: is_overdue(one),
    }.get(name, one.state == name)


def is_overdue(one: UnitStatus) -> bool:
    """Whether the last day is over and nothing came: what was sent late is late no more."""
    return one.late and one.state == NOT_SENT


def urgency(one: UnitStatus) -> int:
    """Place among what has to be done: decisions first, then calls, then what others have to do."""
    if one.blocked:
        return 0
    if one.state in (VALID, RECEIVED):
        return 1 if one.state == VALID else 2
    if is_overdue(one):
        return 3
    if one.missing or one.state == WAITING:
        return 4
    return {NOT_SENT: 5, RETURNED: 6}.get(one.state, 7)


def to_do(one: UnitStatus) -> Cell:
    """What has to be done about a unit."""
    if one.blocked:
        return Cell(tr("Decide about what is set aside"), "warning", "amber", one.blocked[0])
    if one.state == VALID:
        return Cell(tr("Accept or return"), "pencil-simple", "text")
    if one.state == RECEIVED:
        return Cell(tr("Look at what the rules found"), "pencil-simple", "text")
    if is_overdue(one):
        text = ntr("Call: {n} day overdue", "Call: {n} days overdue", one.days_late)
        return Cell(text, "warning", "red", coloured=True)
    if one.missing:
        return Cell(
            tr("Ask for package no. {numbers}", numbers=", ".join(map(str, one.missing))),
            "hourglass",
            "amber",
        )
    if one.state == RETURNED:
        return Cell(tr("The unit corrects and sends again"))
    if one.state == NOT_SENT:
        return Cell(tr("due {day}", day=f"{one.due:%d/%m/%Y}"))
    return Cell("")


def unit_row(one: UnitStatus) -> tuple[object, ...]:
    """A unit in the first page's table."""
    package = one.package
    return (
        one.unit,
        one.unit_name,
        state_cell(QUARANTINED if one.blocked and one.state == NOT_SENT else one.state),
        to_do(one),
        Cell(local_time(one.sent_at) if one.sent_at else "", tip=package.name if package else ""),
    )


def why_of(package: PackageRow) -> str:
    """Why a package was set aside or refused; "" when it was not."""
    return message(package.why, **package.why_params) if package.why else ""


def is_waiting(package: PackageRow) -> bool:
    """Whether a set-aside package goes in by itself when the one before it comes."""
    return package.state == QUARANTINED and package.why in WAITS


def package_state(package: PackageRow) -> str:
    """Its state as it is shown: one that waits is not one that a person has to look at."""
    return WAITING if is_waiting(package) else package.state


def package_row(package: PackageRow) -> tuple[object, ...]:
    """A package in a unit's table."""
    return (
        Cell(package.name, "lock" if package.sealed else "package"),
        period_word(package.period),
        str(package.sequence),
        tr("changes") if package.delta else tr("full"),
        local_time(package.taken_at) if package.taken_at else "",
        state_cell(package_state(package)),
    )


def holds(package: PackageRow, kinds: Kinds) -> str:
    """What a package carries, in a line."""
    parts = [
        f"{kinds[kind].plural if kind in kinds else kind}: {count(n)}"
        for kind, n in package.counts.items()
        if n
    ]
    if package.withdrawn:
        parts.append(tr("withdrawn: {n}", n=count(package.withdrawn)))
    if package.left_out:
        parts.append(tr("kept back for secrecy: {n}", n=count(package.left_out)))
    return "  ·  ".join(parts) or tr("no records")


def period_word(code: str) -> str:
    """A period as it is read."""
    try:
        said = str(parse_period(code).label)
    except UserError:
        return code
    return said[:1].upper() + said[1:]


def taken_row(one: Taken) -> tuple[object, ...]:
    """A file that was taken in, in the table."""
    picture, tone = OUTCOMES[one.outcome]
    package = one.package
    state = state_cell(package_state(package)) if package else Cell("")
    said = [one.sentence] if one.sentence else []
    if one.followed:
        said.append(tr("also went in: {names}", names=", ".join(it.name for it in one.followed)))
    text = " ".join(said)
    return (
        Cell(package.name if package else one.file, tip=one.file),
        one.unit,
        Cell(outcome_word(one.outcome), picture, tone, coloured=tone in ("red", "amber")),
        state,
        Cell(text, tip=text),
    )


def key_look(unit: RegisteredUnit) -> tuple[str, str, str]:
    """Words, picture and tone of a unit's newest key."""
    key = unit.keys[0] if unit.keys else None
    if key is None:
        return tr("no key"), "circle-dashed", "text_soft"
    return one_key_look(key)


def one_key_look(key: RegisteredKey) -> tuple[str, str, str]:
    """Words, picture and tone of a key."""
    if key.revoked:
        return tr("revoked"), "prohibit", "text_soft"
    if not key.checked:
        return tr("words not compared yet"), "question", "amber"
    if key.until:
        return tr("in use until {day}", day=local_time(key.until)[:10]), "hourglass", "text_soft"
    return tr("compared"), "check", "text_soft"


def kind_word(kinds: Kinds, kind: str) -> str:
    """What a kind is called; "" stays ""."""
    return str(kinds[kind].label) if kind in kinds else kind


def field_word(kinds: Kinds, kind: str, field: str) -> str:
    """What a field of a kind is called."""
    if kind in kinds and field in kinds[kind].by_name:
        return str(kinds[kind].field(field).label)
    return tr("Figures") if "." in field else field  # a finding about figures names one by its own name
