"""The order of a unit's packages, judged without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdesk.central.chain import Fit, Head, judge
from stdesk.package.content import PackageInfo

A, B = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


def info(line: str, sequence: int, previous: str) -> PackageInfo:
    """A package at a place."""
    return PackageInfo(
        "PC09", "", "2026", 1, {}, "thuong", "", "", "", "", "", line=line, sequence=sequence, previous=previous
    )  # fmt: skip


HEAD = Head(A, 3, "a3", "KHCN-PC09-2026-L03")
TAKEN = {"a1", "a2", "a3"}


@pytest.mark.parametrize(
    ("line", "sequence", "previous", "fit", "code"),
    [
        (A, 4, "a3", Fit.NEXT, ""),
        (A, 4, "a2", Fit.FORK, "central_fork_previous"),
        (A, 3, "a2", Fit.FORK, "central_fork"),
        (A, 1, "", Fit.FORK, "central_fork"),
        (A, 6, "a5", Fit.WAITS, "central_waits"),
        (B, 1, "a3", Fit.NEXT, ""),
        (B, 1, "a2", Fit.FORK, "central_line_behind"),
        (B, 1, "", Fit.FORK, "central_line_behind"),
        (B, 1, "a9", Fit.WAITS, "central_waits_before"),
        (B, 2, "b1", Fit.WAITS, "central_waits"),
    ],
)
def test_after_the_third_package(line: str, sequence: int, previous: str, fit: Fit, code: str) -> None:
    found = judge(info(line, sequence, previous), HEAD, {A}, TAKEN & {previous})
    assert (found.fit, found.code) == (fit, code)


@pytest.mark.parametrize(
    ("sequence", "previous", "fit"),
    [(1, "", Fit.NEXT), (1, "x", Fit.WAITS), (2, "x", Fit.WAITS), (9, "", Fit.WAITS)],
)
def test_before_the_first_package(sequence: int, previous: str, fit: Fit) -> None:
    assert judge(info(A, sequence, previous), Head(), set(), set()).fit is fit


def test_an_old_line_never_goes_on() -> None:
    found = judge(info(A, 4, "a3"), Head(B, 1, "b1", ""), {A, B}, {"a3"})
    assert (found.fit, found.code) == (Fit.FORK, "central_old_line")


def test_the_missing_ones_are_named() -> None:
    assert judge(info(A, 9, "a8"), HEAD, {A}, set()).params == {"sequence": "9", "missing": "4 - 8"}
    assert judge(info(A, 5, "a4"), HEAD, {A}, set()).params == {"sequence": "5", "missing": "4"}


@given(st.permutations(range(7)), st.integers(1, 6))
def test_in_whatever_order_they_come_they_are_taken_in_theirs(order: list[int], restored_after: int) -> None:
    """Seven packages, a new line after some of them: a centre that merges what is next, and then what waited."""
    chain: list[tuple[str, PackageInfo]] = []
    for n in range(7):
        line, sequence = (A, n + 1) if n < restored_after else (B, n - restored_after + 1)
        chain.append((f"f{n}", info(line, sequence, f"f{n - 1}" if n else "")))
    head = Head()
    taken: list[str] = []
    waiting: list[tuple[str, PackageInfo]] = []
    for n in order:
        waiting.append(chain[n])
        again = True
        while again:
            again = False
            for one in list(waiting):
                lines: set[Any] = {chain[int(name[1:])][1].line for name in taken}
                verdict = judge(one[1], head, lines, {one[1].previous} & set(taken))
                assert verdict.fit is not Fit.FORK, "none of them is one"
                if verdict.fit is Fit.NEXT:
                    waiting.remove(one)
                    taken.append(one[0])
                    head = replace(head, line=one[1].line, sequence=one[1].sequence, fingerprint=one[0])
                    again = True
    assert taken == [f"f{n}" for n in range(7)] and not waiting
