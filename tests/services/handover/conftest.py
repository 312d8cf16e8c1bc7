"""A unit's library to hand over from, and a stick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stdesk.clock import Clock, fixed_clock
from stdesk.services.desk import Desk
from tests.helpers import handing


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit's library, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("unit") / "kho"
    handing.unit(folder, fixed_clock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))).close()
    return folder


@pytest.fixture
def desk(unit: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    handing.plain_documents(monkeypatch)
    with handing.copy_of(unit, tmp_path / "kho", clock) as made:
        yield made


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    return tmp_path / "usb"
