"""What changed between two frozen reports: base and delta together are the new report, whatever was edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stdesk.domain.kinds import all_kinds
from stdesk.domain.records import Record, State, to_json
from stdesk.services import delta
from stdesk.services.delta import Table, between, content_of, hashes, why

KINDS = all_kinds()
NAMES = ("publication", "research_task", "training_session")


def record(
    kind: str, number: int, version: int = 1, secrecy: str = "thuong", **values: Any
) -> dict[str, Any]:
    made = Record(
        f"{kind}-{number}", kind, number, version, State.COMPLETE, secrecy, values,
        "2026-01-01T00:00:00Z", "Lan", "2026-01-01T00:00:00Z", "Lan",
    )  # fmt: skip
    return to_json(made)


def table(*records: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in NAMES}
    for one in records:
        found[str(one["kind"])].append(one)
    return found


def contents(records: Table) -> dict[str, str]:
    return {str(one["id"]): content_of(KINDS, kind, one) for kind, found in records.items() for one in found}


def laid_over(state: Mapping[str, str], way: delta.Delta) -> dict[str, str]:
    """What the centre has after the package, where it had ``state`` before."""
    withdrawn = {one.id for one in way.withdrawn}
    return {key: value for key, value in state.items() if key not in withdrawn} | contents(way.records)


titles = st.sampled_from(["Đề án 06", "De an 06", "Hoà", "Hòa", "hòa", "Ma túy  ", "x"])
records = st.builds(
    lambda kind, number, version, title, issued, note: record(
        kind, number, version,
        **{name: value for name, value in {"title": title, "notes": note}.items() if value},
        **({"issued": issued} if issued and kind == "publication" else {}),
    ),
    st.sampled_from(NAMES), st.integers(1, 6), st.integers(1, 4), titles,
    st.sampled_from(["", "2026", "2026-03"]), st.sampled_from(["", "nội bộ"]),
)  # fmt: skip
reports = st.lists(records, max_size=12).map(lambda found: table(*{one["id"]: one for one in found}.values()))


@settings(max_examples=150, deadline=None)
@given(base=reports, now=reports)
def test_base_and_delta_are_the_whole(base: Table, now: Table) -> None:
    way = between(base, now, KINDS)
    assert laid_over(contents(base), way) == contents(now)
    unchanged = [key for key, value in contents(now).items() if contents(base).get(key) == value]
    assert not set(unchanged) & set(contents(way.records)), "what did not change is not carried"
    assert way.added + way.changed == len(contents(way.records))
    assert bool(way) == (contents(base) != contents(now))


@settings(max_examples=150, deadline=None)
@given(base=reports, since=st.lists(reports, max_size=2), now=reports)
def test_the_outcome_is_the_same_whichever_package_between_the_centre_merged(
    base: Table, since: Sequence[Table], now: Table
) -> None:
    way = between(base, now, KINDS, since)
    for held in (base, *since):
        assert laid_over(contents(held), way) == contents(now)


@given(base=reports, now=reports)
def test_nothing_is_withdrawn_that_is_handed_in(base: Table, now: Table) -> None:
    way = between(base, now, KINDS)
    assert not {one.id for one in way.withdrawn} & set(contents(now))
    order = [(NAMES.index(one.kind), one.number) for one in way.withdrawn]
    assert order == sorted(order)


def test_a_record_saved_without_a_difference_has_not_changed() -> None:
    before = table(record("publication", 1, 1, title="Đề án 06"))
    after = table(record("publication", 1, 9, title="Đề án 06"))
    assert not between(before, after, KINDS)


def test_what_stays_at_home_makes_no_difference() -> None:
    """Notes and labels of the unit are for itself."""
    hidden = [one.name for one in KINDS["publication"].shown if not one.packaged]
    assert hidden, "there are fields that do not travel"
    before = table(record("publication", 1, title="Đề án 06"))
    after = table(record("publication", 1, 2, title="Đề án 06", **{hidden[0]: "chỉ để nội bộ"}))
    assert not between(before, after, KINDS)


@pytest.mark.parametrize(
    "after",
    [
        record("publication", 1, 2, title="Đề án 07"),
        record("publication", 1, 2, title="Đề án 06", issued="2026"),
        record("publication", 1, 2),
        record("publication", 1, 2, "mat", title="Đề án 06"),
        {**record("publication", 1, 2, title="Đề án 06"), "number": 2},
    ],
)  # fmt: skip
def test_every_difference_that_travels_is_seen(after: dict[str, Any]) -> None:
    way = between(table(record("publication", 1, title="Đề án 06")), table(after), KINDS)
    assert (way.added, way.changed, way.withdrawn) == (0, 1, ())
    assert way.records["publication"] == [after]


def test_an_accent_written_otherwise_is_no_difference() -> None:
    composed, decomposed = "Hòa", "Ho\u0300a"
    before = table(record("publication", 1, title=composed))
    assert not between(before, table(record("publication", 1, 2, title=decomposed)), KINDS)


def test_a_record_that_comes_back_is_carried_though_it_is_as_it_was() -> None:
    one = record("publication", 1, title="Đề án 06")
    way = between(table(one), table(one), KINDS, [table()])
    assert way.records["publication"] == [one]


def test_the_attachments_of_the_base_are_known() -> None:
    first = {"name": "a.pdf", "file": "x", "sha512": "a" * 128, "size": 1}
    base = table(record("publication", 1, attachments=[first, {**first, "sha512": "b" * 128}]))
    assert set(hashes(base)) == {"a" * 128, "b" * 128}
    assert between(base, table(), KINDS).held == {"a" * 128, "b" * 128}


def test_a_withdrawn_record_says_why_and_a_classified_one_loses_its_title() -> None:
    (gone,) = between(table(record("publication", 4, title="Đề án 06")), table(), KINDS).withdrawn
    assert (gone.kind, gone.number, gone.title, gone.reason) == ("publication", 4, "Đề án 06", "")
    held = Record("publication-4", "publication", 4, 2, State.COMPLETE, "thuong", {}, "", "", "", "")
    reasons = {
        delta.GONE: None,
        delta.NOT_IN_PERIOD: held,
        delta.TRASHED: replace(held, state=State.TRASHED),
        delta.DRAFT: replace(held, state=State.DRAFT),
    }
    for reason, found in reasons.items():
        assert why(gone, found, "") == replace(gone, reason=reason)
    secret = why(gone, replace(held, secrecy="mat", state=State.TRASHED), "thuong")
    assert (secret.reason, secret.title) == (delta.CLASSIFIED, "")
    assert why(gone, replace(held, secrecy="mat"), "mat").reason == delta.NOT_IN_PERIOD
    assert "title" not in gone.to_line()
