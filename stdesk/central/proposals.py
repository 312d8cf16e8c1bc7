"""What the centre proposes to a unit with an answer: doubles elsewhere, corrections, the centre's own numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from stdesk.central import decisions
from stdesk.central.agency import Agency
from stdesk.central.doubles import Double, Handle, Row, compared, find_doubles, groups_of
from stdesk.central.model import MergedRecord, PackageRow
from stdesk.domain.secrecy import ORDINARY
from stdesk.errors import UserError
from stdesk.package.answer import Proposal
from stdesk.progress import Progress

PREFIX = "VN-KHCN"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is misread
_SIGNS = 12

_WHY = {
    "same": "Hai hồ sơ ghi như nhau.",
    "identity": "Cùng tên và cùng số định danh (ISBN, DOI hoặc mã số).",
    "title_people": "Cùng tên và cùng người thực hiện.",
    "title_identity": "Cùng tên, thời gian và địa điểm.",
    "title_differs": "Cùng tên nhưng có chi tiết khác nhau.",
    "title_other_people": "Cùng tên nhưng người thực hiện khác nhau.",
    "near_title": "Tên gần giống nhau, có người thực hiện chung.",
    "same_number": "Cùng số định danh (DOI, ISBN).",
}


def compared_rows(
    agency: Agency, period: str | None = None, progress: Progress | None = None
) -> Iterator[Row]:
    """Every merged record as doubles are told from it; those above the ordinary level are left out.

    A unit is told the title of another's record, so no record with a secrecy level may stand here.
    """
    since = {one.fingerprint: one.merged_at for one in agency.packages(period)}
    for one in (progress or Progress()).each(agency.records(period)):
        record = one.record
        if record.kind in agency.kinds and record.secrecy == ORDINARY:
            kind = agency.kinds[record.kind]
            title = str(record.get(kind.title) or "")
            yield Row(
                one.unit, record.id, record.kind, record.number, title, compared(kind, record.values),
                since.get(one.package, ""),
            )  # fmt: skip


def doubles_of(
    agency: Agency,
    period: str | None = None,
    *,
    unit: str = "",
    with_decided: bool = False,
    progress: Progress | None = None,
) -> list[Double]:
    """Records of different units that may be one work, certain ones first.

    Args:
        unit: only pairs one of which is this unit's.
        with_decided: those too that were told apart.
    """
    rows = list(compared_rows(agency, period, progress))
    about = [one.handle for one in rows if one.unit == unit] if unit else None
    apart = () if with_decided else agency.decided(decisions.APART)
    return find_doubles(
        rows, agency.kinds, about=about, apart={frozenset(one) for one in apart}, progress=progress
    )


def works(agency: Agency) -> list[tuple[Handle, ...]]:
    """Groups of records that a person decided to be one work."""
    return groups_of(agency.decided(decisions.SAME))


def central_id(unit: str, record: str) -> str:
    """The centre's number for a record, ``VN-KHCN-XXXX-XXXX-XXXX-C``: always the same for the same record.

    Made from unit and id, so that no counter has to be shared; the last sign catches a slip of the pen.
    """
    digest = hashlib.sha512(f"{PREFIX}\n{unit}\n{record}".encode()).digest()
    bits = int.from_bytes(digest[:8], "big") >> 4
    signs = "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_SIGNS)))
    return f"{PREFIX}-{signs[:4]}-{signs[4:8]}-{signs[8:]}-{_check(signs)}"


def is_central_id(text: str) -> bool:
    """Whether ``text`` is a number of the centre with the right last sign."""
    parts = text.strip().upper().removeprefix(f"{PREFIX}-").split("-")
    signs, check = "".join(parts[:-1]), parts[-1]
    good = len(signs) == _SIGNS and set(signs) <= set(_ALPHABET)
    return good and check == _check(signs)


def _check(signs: str) -> str:
    """A sum over GF(32), sign times power of its place: finds every wrong sign and every two that changed places."""
    total = 0
    for sign in signs:
        total = _times_two(total ^ _ALPHABET.index(sign))
    return _ALPHABET[total]


def _times_two(number: int) -> int:
    """Multiplied by x modulo x^5 + x^2 + 1, whose powers run through all 31 numbers."""
    doubled = number << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled


def for_acceptance(agency: Agency, package: PackageRow, progress: Progress | None = None) -> list[Proposal]:
    """What goes with accepting a package: a number for each record that has none, and possible doubles."""
    mine = list(agency.records(package.period, unit=package.unit))
    return [*_numbers(agency, mine), *double_proposals(agency, package, progress)]


def _numbers(agency: Agency, mine: Sequence[MergedRecord]) -> Iterator[Proposal]:
    """One work has one number, whichever unit sent it."""
    first = {handle: group[0] for group in works(agency) for handle in group}
    for one in mine:
        leader = first.get((one.unit, one.record.id), (one.unit, one.record.id))
        given = one.central_id or _given(agency, leader) or central_id(*leader)
        record = one.record
        yield Proposal("", "central_id", record.kind, record.id, record.number, value=given)


def _given(agency: Agency, leader: Handle) -> str:
    found = agency.record(*leader)
    return found.central_id if found else ""


def double_proposals(
    agency: Agency, package: PackageRow, progress: Progress | None = None
) -> Iterator[Proposal]:
    """Records of the package's unit that another unit may have sent too, within the period."""
    names = {one.code: one.name for one in agency.registry.units()}
    for double in doubles_of(agency, package.period, unit=package.unit, progress=progress):
        mine, other = double.one, double.other
        if mine.unit != package.unit:
            mine, other = other, mine
        told = {
            "unit": other.unit, "unit_name": names.get(other.unit, ""), "kind": other.kind, "id": other.id,
            "number": other.number, "title": other.title[:2_000],
        }  # fmt: skip
        text = f"{'Trùng' if double.certain else 'Có thể trùng'}. {_WHY.get(double.why, '')}".strip()
        yield Proposal("", "double", mine.kind, mine.id, mine.number, other=told, text=text)


def record_called(agency: Agency, typed: str) -> Handle:
    """The record meant by ``unit/id``.

    Raises:
        UserError: ``central_no_record``.
    """
    unit, _, record = typed.partition("/")
    if agency.record(unit, record) is None:
        raise UserError("central_no_record", record=typed[:80])
    return unit, record
