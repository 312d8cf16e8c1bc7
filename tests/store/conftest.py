"""A library in a temporary folder, with a clock that moves a second at each look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stdesk.domain.kinds import Kinds, all_kinds
from stdesk.store.library import Library

Open = Callable[[], Library]


class TickingClock:
    """Each look is a second later than the one before."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def kinds() -> Kinds:
    return all_kinds()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A path with blanks, accents and marks that an URI would have to escape."""
    return tmp_path / "Kho số 1 %20 #a?b"


@pytest.fixture
def library(folder: Path, clock: TickingClock, kinds: Kinds) -> Iterator[Library]:
    made = Library.create(
        folder, kinds=kinds, clock=clock, unit_code="C08", unit_name="Cục Cảnh sát giao thông", user="Lan"
    )
    with made:
        yield made


@pytest.fixture
def reopened(library: Library, folder: Path, clock: TickingClock, kinds: Kinds) -> Iterator[Open]:
    """Close the library and open it again, as after a restart."""
    opened = [library]

    def again() -> Library:
        opened[-1].close()
        opened.append(Library.open(folder, kinds=kinds, clock=clock, user="Lan"))
        return opened[-1]

    yield again
    opened[-1].close()


def add(library: Library, kind: str = "publication", **values: object) -> str:
    """One record in an act of its own; returns its id."""
    with library.work("created") as work:
        return work.create(kind, values).id
