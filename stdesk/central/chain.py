"""A unit's packages in their order: whether one is next, waits for another, or stands where it cannot be.

Order is by sequence and fingerprint, never by time. Within a line (one library's row of packages) each has
the next number and names the one before. A library that was restored from a backup begins a new line, which
must follow the last package the centre has: otherwise the library does not know what it handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stdesk.package.content import PackageInfo


class Fit(StrEnum):
    """How a package fits."""

    NEXT = "next"
    WAITS = "waits"  # an earlier one is missing
    FORK = "fork"  # another stands there, or the rows part


@dataclass(frozen=True, slots=True)
class Head:
    """A unit's last package in order.

    Attributes:
        line, sequence, fingerprint: of it; "" and 0 before the first.
        name: of it, for sentences.
    """

    line: str = ""
    sequence: int = 0
    fingerprint: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, with the code of its sentence and its values when it is not :attr:`Fit.NEXT`."""

    fit: Fit
    code: str = ""
    params: Mapping[str, Any] | None = None


NEXT = Verdict(Fit.NEXT)


def judge(info: PackageInfo, head: Head, lines: Collection[str], known: Collection[str]) -> Verdict:
    """Where a package that the centre does not have yet fits.

    Args:
        lines: lines of the unit's packages taken in order.
        known: fingerprints among them, at least ``info.previous`` when it is one.
    """
    if not head.fingerprint:
        return _first(info)
    if info.line == head.line:
        return _same_line(info, head)
    if info.line in lines:
        return _fork("central_old_line", info, head)
    if info.previous == head.fingerprint:
        return NEXT
    if info.previous in known or (info.sequence == 1 and not info.previous):
        return _fork("central_line_behind", info, head)
    return _waits(info, 1)


def _first(info: PackageInfo) -> Verdict:
    if info.sequence == 1 and not info.previous:
        return NEXT
    return _waits(info, 1)


def _same_line(info: PackageInfo, head: Head) -> Verdict:
    if info.sequence <= head.sequence:
        return _fork("central_fork", info, head)
    if info.sequence > head.sequence + 1:
        return _waits(info, head.sequence + 1)
    return NEXT if info.previous == head.fingerprint else _fork("central_fork_previous", info, head)


def _waits(info: PackageInfo, first: int) -> Verdict:
    last = info.sequence - 1
    missing = f"{first}" if first >= last else f"{first} - {last}"
    if last < first:  # the first of its line, following one that never came
        return Verdict(Fit.WAITS, "central_waits_before", {"sequence": str(info.sequence)})
    return Verdict(Fit.WAITS, "central_waits", {"sequence": str(info.sequence), "missing": missing})


def _fork(code: str, info: PackageInfo, head: Head) -> Verdict:
    found = {"sequence": str(info.sequence), "last": str(head.sequence), "name": head.name}
    return Verdict(Fit.FORK, code, found)
